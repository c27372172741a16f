using FellowOakDicom;
using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;

namespace Regional.TestKit.Tests;

/// <summary>The fake modality and its knobs against DCMTK's receiver.</summary>
public sealed class ModalityTests
{
    private static readonly StudyRecipe Recipe = new() { Seed = 11, Images = 3 };

    [SkippableFact]
    public async Task A_study_arrives_whole_over_one_association()
    {
        NeedsDcmtk();
        using var folder = new TempFolder();
        await using var receiver = await Dcmtk.StartStoreScpAsync(folder.File("in"));
        var images = new PhantomStudy(Recipe).Images().ToList();
        var modality = new FakeModality("127.0.0.1", receiver.Port, "STORESCP");
        (await modality.EchoAsync()).ShouldBe((ushort)0);
        var outcomes = await modality.SendAsync(images.Select(i => i.File));
        outcomes.ShouldAllBe(o => o.Stored);
        outcomes.Select(o => o.SopInstanceUid).ShouldBe(images.Select(i => i.SopInstanceUid));
        receiver.Files.Count.ShouldBe(3);
    }

    [Fact]
    public void The_same_number_given_out_twice_has_other_pixels()
    {
        var image = new PhantomStudy(Recipe).Images().First();
        var other = FakeModality.WithOtherPixels(image.File);
        other.Dataset.GetSingleValue<string>(DicomTag.SOPInstanceUID).ShouldBe(image.SopInstanceUid);
        var mine = RawAssociation.DataSetBytes(image.File);
        var theirs = RawAssociation.DataSetBytes(other);
        theirs.Length.ShouldBe(mine.Length);
        mine.Zip(theirs).Count(pair => pair.First != pair.Second).ShouldBe(1);
    }

    [SkippableFact]
    public async Task A_raw_association_stores_releases_stops_and_cuts()
    {
        NeedsDcmtk();
        using var folder = new TempFolder();
        await using var receiver = await Dcmtk.StartStoreScpAsync(folder.File("in"));
        var images = new PhantomStudy(Recipe).Images().ToList();
        await using (var good = await RawAssociation.ConnectAsync(receiver.Port))
        {
            (await good.OpenAsync("STORESCP", "RAW", DicomUID.CTImageStorage.UID)).ShouldBeTrue();
            (await good.StoreAsync(images[0].File)).ShouldBe((ushort)0);
            (await good.StoreAsync(images[1].File, new RawStore { PduBytes = 4000 })).ShouldBe((ushort)0);
            (await good.ReleaseAsync()).ShouldBeTrue();
        }

        await using (var halved = await RawAssociation.ConnectAsync(receiver.Port))
        {
            (await halved.OpenAsync("STORESCP", "RAW", DicomUID.CTImageStorage.UID)).ShouldBeTrue();
            (await halved.StoreAsync(images[2].File, new RawStore { StopAfter = 100_000 })).ShouldBeNull();
            halved.Cut();
        }

        await using (var aborted = await RawAssociation.ConnectAsync(receiver.Port))
        {
            (await aborted.OpenAsync("STORESCP", "RAW", DicomUID.CTImageStorage.UID)).ShouldBeTrue();
            await aborted.AbortAsync();
            (await aborted.ReadPduAsync()).Type.ShouldBe((byte)0);
        }

        await using var refused = await RawAssociation.ConnectAsync(receiver.Port);
        (await refused.OpenAsync("STORESCP", "RAW", "1.2.3.4.5")).ShouldBeFalse();
        var whole = receiver.Files.Where(f => new FileInfo(f).Length > 500_000).ToList();
        whole.Count.ShouldBe(2);
    }

    [SkippableFact]
    public async Task Dcmtk_sends_what_the_phantoms_saved()
    {
        NeedsDcmtk();
        using var folder = new TempFolder();
        await using var receiver = await Dcmtk.StartStoreScpAsync(folder.File("in"));
        await new PhantomStudy(Recipe).SaveAsync(folder.File("out"));
        (await Dcmtk.EchoAsync("127.0.0.1", receiver.Port, "ANY")).ExitCode.ShouldBe(0);
        var sent = await Dcmtk.StoreAsync("127.0.0.1", receiver.Port, "ANY", [folder.File("out")]);
        sent.ExitCode.ShouldBe(0, sent.Output);
        receiver.Files.Count.ShouldBe(3);
    }

    private static void NeedsDcmtk() => Skip.If(!Dcmtk.Installed && !ExternalTool.Required, "DCMTK is not installed");
}
