using Microsoft.Extensions.Logging.Abstractions;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;
using Regional.Imaging.Storage;

namespace Regional.Imaging.Tests.Index;

public abstract partial class IndexConformance
{
    /// <summary>X4: a rebuild knows nothing of cluster.yaml, and reads what the first reading read.</summary>
    [SkippableFact]
    public async Task An_image_is_read_by_the_profile_in_its_record_also_in_a_rebuild()
    {
        var plain = new Slice(1, 1, 1) { Name = "李^建军", Charset = "" };
        var slice = new Slice(2, 1, 1) { Name = "李^建军", Charset = "ISO_IR 192" };
        // It says Latin 1 and writes UTF-8: nothing in the bytes tells.
        var bytes = slice.Bytes();
        "ISO_IR 100"u8.CopyTo(bytes.AsSpan(8));
        var identity = slice.Identity with { Repair = "cs!=ISO_IR%20192;is=QS;sk=3600" };
        var stored = (await Fixture.StoreAsync(identity, bytes)).ShouldBeOfType<StoreResult.Stored>();
        await Fixture.StoreAsync(plain);

        var study = (await Index.GetStudyAsync(slice.StudyUid, default)).ShouldNotBeNull();
        (study.PatientName, study.StudyDescription, study.StudyTime, study.IssuerOfPatientId).ShouldBe(("李^建军", "头颅CT平扫", "091500", "township-a"));
        (await Index.SearchStudiesAsync([new SearchTerm(SearchKey.PatientName, "李*")], SearchScope.All, 0, 10, default)).Items.Count.ShouldBe(2);
        (await Index.GetInstanceAsync(slice.SopInstanceUid, default)).ShouldNotBeNull().Repair.ShouldBe(identity.Repair);
        stored.Hash.ToArray().ShouldBe(System.Security.Cryptography.SHA256.HashData(bytes));

        var grown = await IndexDump.OfAsync(_database);
        await Fixture.CloseAsync();
        await ImageArchive.RebuildIndexAsync(
            ArchiveFixture.Options(Fixture.Folder, AcknowledgeAfter.Index), DiskFileLayer.Instance, _database, Fixture.Alarms, TimeProvider.System,
            NullLoggerFactory.Instance, default);
        (await IndexDump.OfAsync(_database)).ShouldBe(grown);
    }

    [SkippableFact]
    public async Task Rules_too_long_for_a_record_are_refused()
    {
        var refused = (await Fixture.StoreAsync(new Slice(3, 1, 1).Identity with { Repair = "is=" + new string('x', 1022) }, [1, 2])).ShouldBeOfType<StoreResult.Refused>();
        refused.Reason.ShouldBe(RefusalReason.LabelTooLong);
    }
}
