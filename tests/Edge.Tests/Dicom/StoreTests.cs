using FellowOakDicom;
using Regional.Edge.Tests.Support;
using Regional.TestKit;
using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;

namespace Regional.Edge.Tests.Dicom;

/// <summary>What a modality sends is durable at the edge byte for byte (R4.1-5, R4.3.1-1, R4.3.2-1), spoken to by strangers' programs.</summary>
[Trait("Requirement", "R4.3.1-1")]
[Trait("Requirement", "R4.3.2-1")]
[Trait("Requirement", "R4.1-5")]
public sealed class StoreTests
{
    [SkippableFact]
    public async Task Echoscu_is_answered()
    {
        SharedData.Need("echoscu");
        await using var edge = await EdgeUnderTest.StartAsync();
        var echo = await Dcmtk.EchoAsync("127.0.0.1", edge.DicomPort, EdgeUnderTest.Ae);
        echo.ExitCode.ShouldBe(0, echo.Output);
    }

    [SkippableFact]
    public async Task Storescu_stores_phantoms_with_every_pixel_as_it_was()
    {
        SharedData.Need("storescu");
        await using var edge = await EdgeUnderTest.StartAsync();
        using var folder = new TempFolder();
        List<PhantomImage> images = [];
        foreach (var recipe in new[]
                 {
                     new StudyRecipe { Seed = 11, Images = 3 },
                     new StudyRecipe { Seed = 12, Kind = PhantomKind.ChestDr, Matrix = 512 },
                     new StudyRecipe { Seed = 13, Kind = PhantomKind.AbdomenUs, Images = 3 },
                 })
        {
            var study = new PhantomStudy(recipe);
            images.AddRange(study.Images());
            await study.SaveAsync(folder.Folder(study.StudyInstanceUid));
        }

        var sent = await Dcmtk.StoreAsync("127.0.0.1", edge.DicomPort, EdgeUnderTest.Ae, [folder]);

        sent.ExitCode.ShouldBe(0, sent.Output);
        (await edge.StoredInstancesAsync()).ShouldBe(images.Count);
        foreach (var image in images)
        {
            var instance = (await edge.FindAsync(image.SopInstanceUid)).ShouldNotBeNull();
            PixelHash(edge, instance).ShouldBe(image.PixelSha256);
        }
    }

    /// <summary>DCMTK's storescp, told to write what it receives bit by bit, is the witness of what dcmsend put on the line.</summary>
    [SkippableTheory]
    [InlineData("ct-ge")]
    [InlineData("syntaxes")]
    public async Task Dcmsend_of_real_files_in_their_own_syntax_is_stored_byte_for_byte(string data)
    {
        SharedData.Need("dcmsend");
        Skip.If(SharedData.Folder(data) is null, $"shared/data/{data} is not beside this repository.");
        await using var edge = await EdgeUnderTest.StartAsync();
        using var folder = new TempFolder();
        await using var witness = await Dcmtk.StartStoreScpAsync(folder.Folder("witness"), "+B", "+xa", "-aet", EdgeUnderTest.Ae);
        // One file an instance: several syntaxes of one would be conflicts, and the witness keeps only the last.
        var files = SharedData.Files(data).Where(Sendable).DistinctBy(path => Part10.Read(path).SopInstanceUid).ToList();
        foreach (var port in new[] { witness.Port, edge.DicomPort })
        {
            var sent = await Dcmtk.RunAsync(
                "dcmsend", ["-v", "-dn", "-nuc", "-aec", EdgeUnderTest.Ae, "127.0.0.1", $"{port}", .. files]);
            sent.ExitCode.ShouldBe(0, sent.Output);
        }

        var expected = witness.Files.Select(Part10.Read).ToList();
        expected.Count.ShouldBe(files.Count);
        HashSet<string> syntaxes = [];
        foreach (var file in expected)
        {
            (await edge.StoredHashAsync(file.SopInstanceUid)).ShouldBe(file.Sha256, $"{file.SopInstanceUid} in {file.TransferSyntaxUid}");
            var instance = (await edge.FindAsync(file.SopInstanceUid)).ShouldNotBeNull();
            instance.TransferSyntaxUid.ShouldBe(file.TransferSyntaxUid);
            syntaxes.Add(file.TransferSyntaxUid);
        }

        if (data == "syntaxes")
            syntaxes.Count.ShouldBeGreaterThan(3);
    }

    /// <summary>The exact bytes of a file, sent by a hand-written association: nothing in between may change one.</summary>
    [SkippableFact]
    public async Task Bytes_of_each_transfer_syntax_are_stored_unchanged()
    {
        var files = SharedData.Files("syntaxes");
        Skip.If(files.Count == 0, "shared/data/syntaxes is not beside this repository.");
        // The same instance stands in several files, a syntax each: every occurrence gets an edge of its own.
        foreach (var round in files.Select(Part10.Read).GroupBy(file => file.SopInstanceUid).SelectMany(same => same.Select((file, n) => (file, n))).GroupBy(f => f.n))
        {
            await using var edge = await EdgeUnderTest.StartAsync();
            foreach (var (file, _) in round)
            {
                await using var line = await RawAssociation.ConnectAsync(edge.DicomPort);
                var what = $"{file.SopInstanceUid} in {file.TransferSyntaxUid}";
                (await line.OpenAsync(EdgeUnderTest.Ae, "A_CT1", file.SopClassUid, file.TransferSyntaxUid)).ShouldBeTrue(what);
                (await line.StoreAsync(file.SopClassUid, file.SopInstanceUid, file.DataSet)).ShouldBe((ushort)0, what);
                (await line.ReleaseAsync()).ShouldBeTrue(what);
                (await edge.StoredHashAsync(file.SopInstanceUid)).ShouldBe(file.Sha256, what);
            }
        }
    }

    [Theory]
    [InlineData(PhantomCharset.Gb18030, "Zhang^San=张^三丰")]
    [InlineData(PhantomCharset.Utf8, "Ouyang^Xiu=欧阳^修")]
    [InlineData(PhantomCharset.Ascii, "Li^Lei")]
    public async Task Names_arrive_whole_in_their_charset(PhantomCharset charset, string name)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var image = new PhantomStudy(new StudyRecipe { Seed = 21, Kind = PhantomKind.ChestDr, Matrix = 64, Charset = charset, PatientName = name }).Images().Single();

        (await edge.Modality.SendAsync([image.File]))[0].Stored.ShouldBeTrue();

        await NameIs(edge, image.SopInstanceUid, name);
    }

    /// <summary>Devices that write GBK bytes and declare no character set at all.</summary>
    [Fact]
    public async Task Undeclared_gbk_is_read_as_what_it_is()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var file = new PhantomStudy(new StudyRecipe { Seed = 22, Kind = PhantomKind.ChestDr, Matrix = 64, Charset = PhantomCharset.Ascii, PatientName = "ABCDEFGH" })
            .Images().Single().File;
        var bytes = RawAssociation.DataSetBytes(file);
        var name = DicomEncoding.GetEncoding("GB18030").GetBytes("王小明^^");
        name.CopyTo(bytes, bytes.AsSpan().IndexOf("ABCDEFGH"u8));
        var (sopClass, sopInstance) = (file.Dataset.GetSingleValue<string>(DicomTag.SOPClassUID), file.Dataset.GetSingleValue<string>(DicomTag.SOPInstanceUID));
        await using var line = await RawAssociation.ConnectAsync(edge.DicomPort);
        (await line.OpenAsync(EdgeUnderTest.Ae, "A_CT1", sopClass)).ShouldBeTrue();

        (await line.StoreAsync(sopClass, sopInstance, bytes)).ShouldBe((ushort)0);

        await NameIs(edge, sopInstance, "王小明^^");
    }

    [Fact]
    public async Task Same_uid_with_the_same_bytes_is_stored_once_and_answered_success()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var image = Small(31);

        (await edge.Modality.SendAsync([image.File, image.File])).ShouldAllBe(outcome => outcome.Stored);
        (await edge.Modality.SendAsync([image.File])).ShouldAllBe(outcome => outcome.Stored);

        (await edge.StoredInstancesAsync()).ShouldBe(1);
        (await edge.WhenQueueAsync(totals => totals.Received == 1)).Instances.ShouldBe(1);
    }

    [Fact]
    public async Task Same_uid_with_other_bytes_goes_to_quarantine_and_the_first_image_stays()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var image = Small(32);
        (await edge.Modality.SendAsync([image.File]))[0].Stored.ShouldBeTrue();
        var first = await edge.StoredHashAsync(image.SopInstanceUid);

        var others = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => edge.Modality.SendAsync([FakeModality.WithOtherPixels(image.File)])));

        others.ShouldAllBe(outcomes => outcomes[0].Stored);
        (await edge.StoredHashAsync(image.SopInstanceUid)).ShouldBe(first);
        var totals = await edge.Archive.Index.GetTotalsAsync(CancellationToken.None);
        (totals.Instances, totals.Quarantined).ShouldBe((1L, 1L));
        (await edge.WhenQueueAsync(queue => queue.Conflicts == 1)).Instances.ShouldBe(1);
    }

    /// <summary>Four associations race for one UID with the same bytes: one copy.</summary>
    [Fact]
    public async Task Four_associations_with_the_same_image_leave_one()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var image = Small(33);

        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => edge.Modality.SendAsync([image.File])));

        all.ShouldAllBe(outcomes => outcomes[0].Stored);
        (await edge.StoredInstancesAsync()).ShouldBe(1);
    }

    /// <summary>With the centre away the hospital goes on; what was received stands after a restart, in the queue too.</summary>
    [Fact]
    public async Task Dead_link_does_not_stop_receiving_and_a_restart_forgets_nothing()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var images = new PhantomStudy(new StudyRecipe { Seed = 34, Images = 5 }).Images().ToList();

        (await edge.Modality.SendAsync(images.Select(i => i.File))).ShouldAllBe(outcome => outcome.Stored);
        await edge.WhenQueueAsync(totals => totals.Instances == 5);
        edge.Link.Online.ShouldBeFalse();
        await edge.StopAsync();
        await edge.StartAgainAsync();

        (await edge.WhenQueueAsync(totals => totals.Instances == 5)).Received.ShouldBe(5);
        (await edge.StoredInstancesAsync()).ShouldBe(5);
        (await edge.Modality.SendAsync([images[0].File]))[0].Stored.ShouldBeTrue();
        (await edge.StoredInstancesAsync()).ShouldBe(5);
    }

    /// <summary>dcmsend takes the deflated file for one without meta information, and reads UIDs of VR UN as numbers: both are sent by hand in another test.</summary>
    internal static bool Sendable(string path) => Path.GetFileName(path) is not ("liver_deflate.dcm" or "explicit_VR-UN.dcm");

    internal static PhantomImage Small(int seed) =>
        new PhantomStudy(new StudyRecipe { Seed = seed, Kind = PhantomKind.ChestDr, Matrix = 128 }).Images().Single();

    private static async Task NameIs(EdgeUnderTest edge, string sopInstanceUid, string name)
    {
        var instance = (await edge.FindAsync(sopInstanceUid)).ShouldNotBeNull();
        var study = (await edge.Archive.Index.GetStudyAsync(instance.StudyUid, CancellationToken.None)).ShouldNotBeNull();
        study.PatientName.ShouldBe(name);
    }

    private static string PixelHash(EdgeUnderTest edge, Imaging.Index.IndexedInstance instance)
    {
        using var slice = edge.Archive.Packs.OpenData(instance.Address).ShouldNotBeNull();
        var layout = Imaging.Frames.DataSetWalker.Walk(slice.Read, slice.Length, instance.TransferSyntaxUid);
        var pixels = new byte[layout.NativePixels.ShouldNotBeNull().Length];
        slice.Read(layout.NativePixels!.Value.Offset, pixels);
        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(pixels));
    }
}
