using System.Reflection;
using FellowOakDicom;
using Regional.Load.Demo;
using Regional.Load.Portal;
using Regional.Load.Scenarios;
using Regional.TestKit.Phantoms;

namespace Regional.Load.Tests;

public sealed class DemoTests
{
    [Fact]
    public void Identity_numbers_lie_in_the_unassigned_area_and_carry_their_check_character()
    {
        var people = typeof(DemoPeople).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (DemoPerson)f.GetValue(null)!).ToList();
        people.Count.ShouldBeGreaterThan(10);
        people.Select(p => p.NationalId).Distinct().Count().ShouldBe(people.Count);
        foreach (var id in people.Select(p => p.NationalId))
        {
            id.ShouldStartWith("999900");
            id.Length.ShouldBe(18);
            // GB 11643: the weighted sum with the check character is 1 modulo 11.
            var sum = id.Select((c, i) => (c == 'X' ? 10 : c - '0') * ((1 << (17 - i)) % 11)).Sum();
            (sum % 11).ShouldBe(1);
        }
    }

    [Fact]
    public void Command_keys_are_ulids_and_the_same_for_the_same_step()
    {
        CommandKey.Of("demo", "20260302", "start").ShouldBe(CommandKey.Of("demo", "20260302", "start"));
        CommandKey.Of("demo", "20260302", "start").ShouldNotBe(CommandKey.Of("demo", "20260302", "stop"));
        CommandKey.New().ShouldNotBe(CommandKey.New());
        CommandKey.New().ShouldMatch("^[0-7][0-9A-HJKMNP-TV-Z]{25}$");
    }

    [Fact]
    public void Load_studies_have_numbers_of_their_own_and_the_pixels_of_the_phantom()
    {
        var pool = new PhantomPool(2);
        var studies = Enumerable.Range(1, 5).Select(seed => pool.Make(PhantomKind.HeadCt, seed, "LOAD01")).ToList();
        studies.Select(s => s.StudyInstanceUid).Distinct().Count().ShouldBe(5);
        var files = studies.SelectMany(s => s.Files).ToList();
        files.Count.ShouldBe(10);
        files.Select(f => f.Dataset.GetSingleValue<string>(DicomTag.SOPInstanceUID)).Distinct().Count().ShouldBe(10);
        files.Select(f => f.FileMetaInfo.MediaStorageSOPInstanceUID.UID).ShouldBe(files.Select(f => f.Dataset.GetSingleValue<string>(DicomTag.SOPInstanceUID)));
        studies[0].Bytes.ShouldBe(2 * 512 * 512 * 2);
        files[0].Dataset.GetSingleValue<string>(DicomTag.PatientID).ShouldBe("L00000001");
        pool.Make(PhantomKind.HeadCt, 1, "LOAD01").StudyInstanceUid.ShouldBe(studies[0].StudyInstanceUid);
    }
}
