using System.Net;
using FellowOakDicom;
using Regional.Imaging.Packs;
using Regional.Imaging.Tests.Codecs;
using Regional.Imaging.Tests.Index;
using Regional.TestKit;
using Regional.TestKit.Phantoms;

namespace Regional.Imaging.Tests.DicomWeb;

/// <summary>Clients that read only explicit little endian get decoded frames (PS3.18 §8.7.3.5.2); others the stored bytes. R4.4.3-2, R4.3.3-3.</summary>
public sealed class DecodedFrameTests
{
    private const string Explicit = "1.2.840.10008.1.2.1";

    [SkippableTheory]
    [InlineData("dcmcrle", "dcmdrle")]
    [InlineData("dcmcjpls", "dcmdjpls")]
    [InlineData("dcmcjpeg", "dcmdjpeg")]
    public async Task A_compressed_frame_is_served_as_dcmtk_decodes_it(string compress, string expand)
    {
        StrangersFiles.Require();
        using var folder = new TempFolder();
        var source = (await new PhantomStudy(new StudyRecipe { Seed = 3, Kind = PhantomKind.AbdomenUs, Images = 3 }).SaveAsync(folder.Folder("us")))[0];
        var stored = await StrangersFiles.RunAsync(compress, source, folder.File("c.dcm"));
        var expected = StrangersFiles.Frames(StrangersFiles.Open(await StrangersFiles.RunAsync(expand, stored, folder.File("n.dcm"))).DataSet).ToList();
        await using var host = await DicomWebHost.StartAsync();
        var address = await StoreAsync(host, stored);

        foreach (var accept in new[] { "application/octet-stream", $"application/octet-stream; transfer-syntax={Explicit}", $"image/png, application/octet-stream;q=0.5" })
        {
            using var single = await host.GetAsync(address + "/frames/2", accept);
            single.StatusCode.ShouldBe(HttpStatusCode.OK, accept);
            single.Content.Headers.ContentType!.ToString().ShouldBe($"application/octet-stream; transfer-syntax={Explicit}");
            (await single.Content.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(expected[1]).ShouldBeTrue();
            using var again = await host.GetAsync(address + "/frames/2", accept, single.Headers.ETag!.ToString());
            again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        }

        using var many = await host.GetAsync(address + "/frames/3,1", "multipart/related; type=\"application/octet-stream\"");
        var parts = await DicomWebTests.PartsAsync(many);
        parts.Count.ShouldBe(2);
        parts.ShouldAllBe(part => part.Type == $"application/octet-stream; transfer-syntax={Explicit}");
        parts[0].Body.AsSpan().SequenceEqual(expected[2]).ShouldBeTrue();
        parts[1].Body.AsSpan().SequenceEqual(expected[0]).ShouldBeTrue();
    }

    [SkippableFact]
    public async Task Whoever_takes_the_stored_syntax_gets_the_stored_bytes()
    {
        StrangersFiles.Require();
        using var folder = new TempFolder();
        var source = (await new PhantomStudy(new StudyRecipe { Seed = 4, Images = 1 }).SaveAsync(folder.Folder("ct")))[0];
        var stored = await StrangersFiles.RunAsync("dcmcjpls", source, folder.File("c.dcm"));
        var fragment = StrangersFiles.Frames(StrangersFiles.Open(stored).DataSet).Single();
        await using var host = await DicomWebHost.StartAsync();
        var address = await StoreAsync(host, stored);
        foreach (var accept in new[] { "image/jls", "multipart/related; type=\"application/octet-stream\"; transfer-syntax=*", "*/*" })
        {
            using var answer = await host.GetAsync(address + "/frames/1", accept);
            var body = answer.Content.Headers.ContentType!.MediaType == "multipart/related"
                ? (await DicomWebTests.PartsAsync(answer)).ShouldHaveSingleItem().Body
                : await answer.Content.ReadAsByteArrayAsync();
            body.AsSpan().SequenceEqual(fragment).ShouldBeTrue(accept);
        }
        using var refused = await host.GetAsync(address + "/frames/1", "image/jpeg");
        refused.StatusCode.ShouldBe(HttpStatusCode.NotAcceptable);
    }

    /// <summary>PS3.5 §A.5: no frame of a deflated object stands anywhere by itself, and still a viewer shows it.</summary>
    [SkippableFact]
    public async Task Frames_of_a_deflated_object_are_served_inflated()
    {
        StrangersFiles.Require();
        using var folder = new TempFolder();
        var source = (await new PhantomStudy(new StudyRecipe { Seed = 5, Kind = PhantomKind.AbdomenUs, Images = 3 }).SaveAsync(folder.Folder("us")))[0];
        var stored = await StrangersFiles.RunAsync("dcmconv", source, folder.File("d.dcm"), "+td");
        var pixels = DicomFile.Open(source, FileReadOption.ReadAll).Dataset.GetValues<byte>(DicomTag.PixelData);
        var frame = pixels.Length / 3;
        await using var host = await DicomWebHost.StartAsync();
        var address = await StoreAsync(host, stored);
        foreach (var accept in new[] { "application/octet-stream", "multipart/related; type=\"application/octet-stream\"; transfer-syntax=*", $"image/jls, application/octet-stream; transfer-syntax={Explicit}" })
        {
            using var answer = await host.GetAsync(address + "/frames/2", accept);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, accept);
            var body = answer.Content.Headers.ContentType!.MediaType == "multipart/related"
                ? (await DicomWebTests.PartsAsync(answer)).ShouldHaveSingleItem().Body
                : await answer.Content.ReadAsByteArrayAsync();
            body.AsSpan().SequenceEqual(pixels.AsSpan(frame, frame)).ShouldBeTrue(accept);
        }
        using var unchanged = await host.GetAsync(address + "/frames/2", "*/*", (await host.GetAsync(address + "/frames/2", "*/*")).Headers.ETag!.ToString());
        unchanged.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        using var beyond = await host.GetAsync(address + "/frames/4", "application/octet-stream");
        beyond.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        beyond.Headers.ETag.ShouldBeNull();
        using var refused = await host.GetAsync(address + "/frames/1", "image/jpeg");
        refused.StatusCode.ShouldBe(HttpStatusCode.NotAcceptable);
    }

    [Fact]
    public async Task A_damaged_frame_is_refused_with_the_reason_and_not_kept_by_anybody()
    {
        var slice = new Slice(1, 2, 3);
        var native = slice.Bytes();
        var data = new DataSetBytes().Raw(native[..^(512 + 12)]).Head(0x7FE00010, "OB", 0xFFFFFFFF).Item(0).Fragment(new byte[400]).SequenceEnd().ToArray();
        await using var host = await DicomWebHost.StartAsync();
        (await host.Fixture.StoreAsync(slice.Identity with { TransferSyntaxUid = "1.2.840.10008.1.2.5" }, data)).ShouldBeOfType<StoreResult.Stored>();
        var address = $"studies/{slice.StudyUid}/series/{slice.SeriesUid}/instances/{slice.SopInstanceUid}/frames/1";
        using var refused = await host.GetAsync(address, "application/octet-stream");
        refused.StatusCode.ShouldBe(HttpStatusCode.NotAcceptable);
        refused.Headers.ETag.ShouldBeNull();
        (await refused.Content.ReadAsStringAsync()).ShouldContain("ShapeMismatch");
        using var stored = await host.GetAsync(address, "image/dicom-rle");
        (await stored.Content.ReadAsByteArrayAsync()).ShouldBe(new byte[400]);
    }

    /// <summary>Stores a Part 10 file's data set as a modality would send it; gives its address.</summary>
    private static async Task<string> StoreAsync(DicomWebHost host, string path)
    {
        var file = DicomFile.Open(path, FileReadOption.ReadAll);
        var bytes = await File.ReadAllBytesAsync(path);
        // Preamble, DICM, group length element (12 bytes), then the rest of the file meta information.
        var start = 144 + (int)BitConverter.ToUInt32(bytes, 140);
        var (study, series, instance) = (
            file.Dataset.GetString(DicomTag.StudyInstanceUID), file.Dataset.GetString(DicomTag.SeriesInstanceUID), file.Dataset.GetString(DicomTag.SOPInstanceUID));
        var identity = new Slice(1, 1, 1).Identity with
        {
            StudyUid = study, SeriesUid = series, SopInstanceUid = instance, SopClassUid = file.Dataset.GetString(DicomTag.SOPClassUID),
            TransferSyntaxUid = file.FileMetaInfo.TransferSyntax.UID.UID
        };
        (await host.Fixture.StoreAsync(identity, bytes[start..])).ShouldBeOfType<StoreResult.Stored>();
        return $"studies/{study}/series/{series}/instances/{instance}";
    }
}
