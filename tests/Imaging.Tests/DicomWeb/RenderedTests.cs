using System.Buffers.Binary;
using System.Net;
using Regional.Imaging.Packs;
using Regional.Imaging.Tests.Index;

namespace Regional.Imaging.Tests.DicomWeb;

/// <summary>Rendered images, thumbnails and WADO-URI (PS3.18 §9, §10.4.1.1.3, §10.4.1.1.4). What the pixels look like is the business of Rendering's own tests. R4.2.5-1.</summary>
[Trait("Requirement", "R4.2.5-1")]
public sealed class RenderedTests
{
    private static readonly Slice Head = new(1, 2, 3) { Frames = 3 };

    private static string Address(Slice slice) => $"studies/{slice.StudyUid}/series/{slice.SeriesUid}/instances/{slice.SopInstanceUid}";

    private static string Uri(Slice slice) => $"wado?requestType=WADO&studyUID={slice.StudyUid}&seriesUID={slice.SeriesUid}&objectUID={slice.SopInstanceUid}";

    private static async Task<DicomWebHost> HostAsync()
    {
        var host = await DicomWebHost.StartAsync();
        await host.StoreAsync(Head);
        await host.StoreAsync(Head with { Number = 4, Frames = 1 });
        // A document has no image.
        var document = new DataSetBytes().Text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.88.11").Text(0x00080018, "UI", "1.2.840.99.1.9.1")
            .Text(0x0020000D, "UI", Head.StudyUid).Text(0x0020000E, "UI", "1.2.840.99.1.9").ToArray();
        (await host.Fixture.StoreAsync(Head.Identity with { SeriesUid = "1.2.840.99.1.9", SopInstanceUid = "1.2.840.99.1.9.1" }, document)).ShouldBeOfType<StoreResult.Stored>();
        return host;
    }

    [Theory]
    [InlineData("/rendered", null, "image/jpeg", 16, 16)]
    [InlineData("/rendered", "image/png", "image/png", 16, 16)]
    [InlineData("/rendered", "image/*;q=0.5, image/png", "image/png", 16, 16)]
    [InlineData("/rendered?viewport=64,32", "image/png", "image/png", 32, 32)]
    [InlineData("/rendered?viewport=8,8,0,0,8,8&window=100,50,sigmoid&quality=50", "image/png", "image/png", 8, 8)]
    [InlineData("/frames/2/rendered?window=32768,65536,linear-exact", null, "image/jpeg", 16, 16)]
    [InlineData("/thumbnail", "image/png", "image/png", 128, 128)]
    [InlineData("/thumbnail?viewport=20,30", "image/png", "image/png", 20, 20)]
    [InlineData("/frames/3/thumbnail", "image/jpeg", "image/jpeg", 128, 128)]
    public async Task An_image_comes_in_the_type_and_size_that_was_asked(string resource, string? accept, string type, int width, int height)
    {
        await using var host = await HostAsync();
        using var answer = await host.GetAsync(Address(Head) + resource, accept);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.ToString().ShouldBe(type);
        SizeOf(await answer.Content.ReadAsByteArrayAsync()).ShouldBe((width, height));
        using var again = await host.GetAsync(Address(Head) + resource, accept, answer.Headers.ETag!.ToString());
        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task Many_images_come_in_parts_and_what_is_no_image_is_left_out()
    {
        await using var host = await HostAsync();
        using var study = await host.GetAsync($"studies/{Head.StudyUid}/rendered", "multipart/related; type=\"image/png\"");
        var parts = await DicomWebTests.PartsAsync(study);
        parts.Select(part => part.Type).ShouldBe(["image/png", "image/png"]);
        using var frames = await host.GetAsync(Address(Head) + "/rendered", "multipart/related; type=\"image/jpeg\"");
        (await DicomWebTests.PartsAsync(frames)).Count.ShouldBe(3);
        using var listed = await host.GetAsync(Address(Head) + "/frames/3,1/rendered");
        (await DicomWebTests.PartsAsync(listed)).Select(part => SizeOf(part.Body)).ShouldBe([(16, 16), (16, 16)]);

        foreach (var path in new[] { $"studies/{Head.StudyUid}/thumbnail", $"studies/{Head.StudyUid}/series/{Head.SeriesUid}/thumbnail" })
        {
            using var thumbnail = await host.GetAsync(path);
            SizeOf(await thumbnail.Content.ReadAsByteArrayAsync()).ShouldBe((128, 128));
        }
        foreach (var resource in new[] { "rendered", "thumbnail" })
        {
            using var document = await host.GetAsync($"studies/{Head.StudyUid}/series/1.2.840.99.1.9/{resource}");
            document.StatusCode.ShouldBe(HttpStatusCode.NotAcceptable);
        }
    }

    [Theory]
    [InlineData("", "image/jpeg", 16, 16)]
    [InlineData("&contentType=image/png&frameNumber=2&windowCenter=100&windowWidth=200", "image/png", 16, 16)]
    [InlineData("&contentType=image/png&rows=8&columns=30", "image/png", 8, 8)]
    [InlineData("&contentType=image/png&rows=8", "image/png", 8, 8)]
    [InlineData("&contentType=image/png&region=0.25,0.5,0.75,1", "image/png", 8, 8)]
    [InlineData("&contentType=image/png&region=0,0,0.5,1&columns=4", "image/png", 4, 8)]
    public async Task Wado_uri_gives_images(string query, string type, int width, int height)
    {
        await using var host = await HostAsync();
        using var answer = await host.GetAsync(Uri(Head) + query);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.ToString().ShouldBe(type);
        SizeOf(await answer.Content.ReadAsByteArrayAsync()).ShouldBe((width, height));
    }

    [Fact]
    public async Task Wado_uri_gives_objects_and_refuses_what_it_does_not_do()
    {
        await using var host = await HostAsync();
        using var whole = await host.GetAsync(Uri(Head) + "&contentType=application/dicom");
        whole.Content.Headers.ContentType!.MediaType.ShouldBe("application/dicom");
        (await whole.Content.ReadAsByteArrayAsync())[^Head.Bytes().Length..].ShouldBe(Head.Bytes());
        foreach (var (path, status) in new[]
        {
            ("wado", 400), ("wado?requestType=WADO&studyUID=../a&seriesUID=1&objectUID=1", 400), (Uri(Head) + "&anonymize=yes", 501),
            (Uri(Head) + "&contentType=text/html", 406), (Uri(Head) + "&contentType=application/dicom&transferSyntax=1.2.840.10008.1.2.4.50", 406),
            (Uri(Head) + "&windowCenter=5", 400), (Uri(Head) + "&rows=0", 400), (Uri(Head) + "&region=1,0,0,1", 400), (Uri(Head) + "&frameNumber=4", 404),
            (Uri(Head) + "&annotation=patient", 400), (Uri(Head with { Number = 77 }), 404)
        })
        {
            using var answer = await host.GetAsync(path);
            ((int)answer.StatusCode).ShouldBe(status, path);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        }
        host.Access.Hidden.Add(Head.StudyUid);
        foreach (var path in new[] { Uri(Head), Uri(Head) + "&contentType=application/dicom", Address(Head) + "/rendered", Address(Head) + "/thumbnail" })
        {
            using var hidden = await host.GetAsync(path);
            hidden.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }
    }

    /// <summary>Width and height as the file itself has them.</summary>
    private static (int Width, int Height) SizeOf(byte[] image)
    {
        if (image[0] == 0x89) return (BinaryPrimitives.ReadInt32BigEndian(image.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(image.AsSpan(20)));
        for (var at = 2; ;)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(image.AsSpan(at + 2));
            if (image[at + 1] is 0xC0) return (BinaryPrimitives.ReadUInt16BigEndian(image.AsSpan(at + 7)), BinaryPrimitives.ReadUInt16BigEndian(image.AsSpan(at + 5)));
            at += 2 + length;
        }
    }
}
