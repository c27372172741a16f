using System.Net;
using System.Text;
using System.Text.Json;
using FellowOakDicom;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;
using Regional.Imaging.Tests.Index;

namespace Regional.Imaging.Tests.DicomWeb;

/// <summary>PS3.18 as a stranger's client sees it. R4.4.3-2 (viewer reads the archive directly), R4.3.1-6.</summary>
public sealed class DicomWebTests
{
    private const string Octets = "multipart/related; type=\"application/octet-stream\"; transfer-syntax=*";
    private static readonly Slice Head = new(1, 2, 3) { Name = "LI^JIANJUN=李^建军", PatientId = "4711" };

    private static string Address(Slice slice) => $"studies/{slice.StudyUid}/series/{slice.SeriesUid}/instances/{slice.SopInstanceUid}";

    [Fact]
    public async Task A_frame_comes_as_it_is_stored_in_one_part_and_in_many()
    {
        await using var host = await DicomWebHost.StartAsync();
        var slice = Head with { Frames = 3 };
        await host.StoreAsync(slice);
        var pixels = slice.Bytes()[^(16 * 16 * 2 * 3)..];

        using var single = await host.GetAsync(Address(slice) + "/frames/2", "application/octet-stream; transfer-syntax=*");
        single.StatusCode.ShouldBe(HttpStatusCode.OK);
        single.Content.Headers.ContentType!.ToString().ShouldBe("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1");
        (await single.Content.ReadAsByteArrayAsync()).ShouldBe(pixels[512..1024]);

        foreach (var accept in new[] { Octets, "multipart/related; type=application/octet-stream", "*/*", null })
        {
            using var multipart = await host.GetAsync(Address(slice) + "/frames/3,1", accept);
            multipart.StatusCode.ShouldBe(HttpStatusCode.OK, accept);
            var parts = await PartsAsync(multipart);
            parts.Count.ShouldBe(2);
            parts[0].Type.ShouldBe("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1");
            parts[0].Body.ShouldBe(pixels[1024..]);
            parts[1].Body.ShouldBe(pixels[..512]);
        }
    }

    [Theory]
    [InlineData("frames/0", null, 400)]
    [InlineData("frames/x", null, 400)]
    [InlineData("frames/1,,2", null, 400)]
    [InlineData("frames/2", null, 404)]
    [InlineData("frames/99999999999", null, 400)]
    [InlineData("frames/1", "image/jpeg", 406)]
    [InlineData("frames/1", "multipart/related; type=\"application/octet-stream\"; transfer-syntax=1.2.840.10008.1.2.4.50", 406)]
    [InlineData("frames/1", "text/html", 406)]
    [InlineData("frames/1/rendered", "image/gif", 406)]
    [InlineData("rendered", "video/mp4", 406)]
    [InlineData("rendered?window=1", null, 400)]
    [InlineData("rendered?window=40,0", null, 400)]
    [InlineData("rendered?window=40,400,cubic", null, 400)]
    [InlineData("rendered?viewport=100000,1", null, 400)]
    [InlineData("rendered?quality=101", null, 400)]
    [InlineData("rendered?annotation=patient", null, 400)]
    [InlineData("frames/2/rendered", null, 404)]
    [InlineData("frames/1,1/thumbnail", null, 400)]
    [InlineData("thumbnail", "multipart/related; type=\"image/jpeg\"", 406)]
    [InlineData("bulkdata/zz", null, 400)]
    [InlineData("bulkdata/00091001", null, 404)]
    [InlineData("metadata", "application/dicom+xml", 406)]
    [InlineData("", "multipart/related; type=\"application/dicom\"; transfer-syntax=1.2.840.10008.1.2.4.50", 406)]
    public async Task Requests_that_cannot_be_served_say_so(string resource, string? accept, int status)
    {
        await using var host = await DicomWebHost.StartAsync();
        await host.StoreAsync(Head);
        using var answer = await host.GetAsync((Address(Head) + "/" + resource).TrimEnd('/'), accept);
        ((int)answer.StatusCode).ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [Theory]
    [InlineData("studies/1.2..3/metadata")]
    [InlineData("studies/..%2F..%2Fa")]
    [InlineData("studies/1.2/series/abc")]
    [InlineData("studies?StudyDate=2026")]
    [InlineData("studies?limit=x")]
    [InlineData("studies?offset=-1")]
    [InlineData("studies?StudyInstanceUID=../a")]
    [InlineData("studies?offset=2147483647")]
    [InlineData("studies?fuzzymatching=perhaps")]
    [InlineData("studies?PatientID=1&PatientID=2")]
    [InlineData("studies?StudyDate=20260101-20260201-20260301")]
    [InlineData("series?SeriesNumber=one")]
    public async Task Malformed_requests_are_400(string path)
    {
        await using var host = await DicomWebHost.StartAsync();
        using var answer = await host.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Frames_and_instances_are_cached_for_good_and_revalidate()
    {
        await using var host = await DicomWebHost.StartAsync();
        await host.StoreAsync(Head);
        foreach (var path in new[] { Address(Head) + "/frames/1", Address(Head) })
        {
            using var first = await host.GetAsync(path);
            first.Headers.CacheControl!.ToString().ShouldContain("immutable");
            first.Headers.CacheControl.Private.ShouldBeTrue();
            using var again = await host.GetAsync(path, null, first.Headers.ETag!.ToString());
            again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        }
        using var metadata = await host.GetAsync($"studies/{Head.StudyUid}/metadata");
        using var unchanged = await host.GetAsync($"studies/{Head.StudyUid}/metadata", null, metadata.Headers.ETag!.ToString());
        unchanged.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        await host.StoreAsync(Head with { Number = 4 });
        using var changed = await host.GetAsync($"studies/{Head.StudyUid}/metadata", null, metadata.Headers.ETag!.ToString());
        changed.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_study_comes_as_dicom_files_that_a_parser_reads()
    {
        await using var host = await DicomWebHost.StartAsync();
        for (var number = 1; number <= 5; number++) await host.StoreAsync(Head with { Number = number });

        using var answer = await host.GetAsync($"studies/{Head.StudyUid}", "multipart/related; type=\"application/dicom\"; transfer-syntax=*");
        var parts = await PartsAsync(answer);
        parts.Count.ShouldBe(5);
        for (var number = 1; number <= 5; number++)
        {
            var slice = Head with { Number = number };
            parts[number - 1].Type.ShouldBe("application/dicom; transfer-syntax=1.2.840.10008.1.2.1");
            var body = parts[number - 1].Body;
            body[..128].ShouldAllBe(b => b == 0);
            body[^slice.Bytes().Length..].ShouldBe(slice.Bytes());
            var file = DicomFile.Open(new MemoryStream(body));
            file.FileMetaInfo.MediaStorageSOPInstanceUID.UID.ShouldBe(slice.SopInstanceUid);
            file.FileMetaInfo.TransferSyntax.UID.UID.ShouldBe("1.2.840.10008.1.2.1");
            file.Dataset.GetString(DicomTag.PatientName).ShouldBe(slice.Name);
        }
        using var one = await host.GetAsync(Address(Head), "application/dicom");
        DicomFile.Open(await one.Content.ReadAsStreamAsync()).Dataset.GetString(DicomTag.SOPInstanceUID).ShouldBe(Head.SopInstanceUid);
    }

    [Fact]
    public async Task Metadata_has_names_numbers_and_addresses_instead_of_pixels()
    {
        await using var host = await DicomWebHost.StartAsync();
        await host.StoreAsync(Head);
        using var answer = await host.GetAsync($"studies/{Head.StudyUid}/metadata", "application/dicom+json");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/dicom+json");
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var instance = json.RootElement.EnumerateArray().ShouldHaveSingleItem();
        instance.GetProperty("00080005").GetProperty("Value")[0].GetString().ShouldBe("ISO_IR 192");
        instance.GetProperty("00100010").GetProperty("Value")[0].GetProperty("Ideographic").GetString().ShouldBe("李^建军");
        instance.GetProperty("00200013").GetProperty("Value")[0].GetInt32().ShouldBe(3);
        instance.GetProperty("00280010").GetProperty("Value")[0].GetInt32().ShouldBe(16);
        instance.GetProperty("00083002").GetProperty("Value")[0].GetString().ShouldBe("1.2.840.10008.1.2.1");
        var names = instance.EnumerateObject().Select(attribute => attribute.Name).ToList();
        names.ShouldBe(names.Order(StringComparer.Ordinal));

        var pixels = instance.GetProperty("7FE00010");
        pixels.TryGetProperty("InlineBinary", out _).ShouldBeFalse();
        using var bulk = await host.GetAsync(pixels.GetProperty("BulkDataURI").GetString()!, "application/octet-stream");
        (await bulk.Content.ReadAsByteArrayAsync()).ShouldBe(Head.Bytes()[^512..]);
        using var parts = await host.GetAsync(pixels.GetProperty("BulkDataURI").GetString()!, Octets);
        (await PartsAsync(parts)).ShouldHaveSingleItem().Body.ShouldBe(Head.Bytes()[^512..]);
    }

    [Fact]
    public async Task Searches_page_filter_and_name_what_they_ignore()
    {
        await using var host = await DicomWebHost.StartAsync();
        for (var study = 1; study <= 7; study++) await host.StoreAsync(new Slice(study, 1, 1) { PatientId = $"47{study}" });
        await host.StoreAsync(new Slice(3, 2, 1) { Modality = "SR", PatientId = "473" });

        using var page = await host.GetAsync("studies?limit=3&offset=2&includefield=all");
        var studies = await ArrayAsync(page);
        studies.Count.ShouldBe(3);
        page.Headers.GetValues("Warning").ShouldHaveSingleItem().ShouldContain("more results");
        studies[0].GetProperty("0020000D").GetProperty("Value")[0].GetString().ShouldBe(new Slice(5, 1, 1).StudyUid);

        (await ArrayAsync(await host.GetAsync("studies?PatientID=473"))).ShouldHaveSingleItem().GetProperty("00201206").GetProperty("Value")[0].GetInt32().ShouldBe(2);
        (await ArrayAsync(await host.GetAsync("studies?00100020=47*&ModalitiesInStudy=SR"))).Count.ShouldBe(1);
        (await ArrayAsync(await host.GetAsync("series?Modality=SR"))).Count.ShouldBe(1);
        (await ArrayAsync(await host.GetAsync($"studies/{new Slice(3, 1, 1).StudyUid}/series"))).Count.ShouldBe(2);
        (await ArrayAsync(await host.GetAsync($"studies/{new Slice(3, 1, 1).StudyUid}/instances"))).Count.ShouldBe(2);
        (await ArrayAsync(await host.GetAsync($"studies/{new Slice(3, 1, 1).StudyUid}/series/{new Slice(3, 2, 1).SeriesUid}/instances"))).Count.ShouldBe(1);
        (await ArrayAsync(await host.GetAsync("instances?PatientID=nobody"))).ShouldBeEmpty();
        using var odd = await host.GetAsync("studies?fuzzymatching=true&Manufacturer=GE");
        string.Join(';', odd.Headers.GetValues("Warning")).ShouldSatisfyAllConditions(
            warnings => warnings.ShouldContain("not supported: Manufacturer"), warnings => warnings.ShouldContain("Only literal matching"));
    }

    [Fact]
    public async Task Nobody_sees_what_the_access_does_not_grant()
    {
        await using var host = await DicomWebHost.StartAsync();
        await host.StoreAsync(Head);
        await host.StoreAsync(new Slice(9, 1, 1) { Site = "township-b" });
        string[] resources = ["", "/metadata", "/series", "/instances", $"/series/{Head.SeriesUid}", $"/series/{Head.SeriesUid}/instances/{Head.SopInstanceUid}/frames/1",
            $"/series/{Head.SeriesUid}/instances/{Head.SopInstanceUid}/bulkdata/7FE00010"];

        host.Access.Hidden.Add(Head.StudyUid);
        foreach (var resource in resources)
        {
            using var answer = await host.GetAsync($"studies/{Head.StudyUid}{resource}");
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, resource);
        }
        host.Access.Scope = new SearchScope.Of(["township-b"], []);
        (await ArrayAsync(await host.GetAsync("studies"))).Count.ShouldBe(1);
        (await ArrayAsync(await host.GetAsync("instances"))).Count.ShouldBe(1);

        host.Access.IsSignedIn = false;
        foreach (var path in resources.Select(resource => $"studies/{Head.StudyUid}{resource}").Append("studies").Append("series").Append("instances"))
        {
            using var answer = await host.GetAsync(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
        }
    }

    [Fact]
    public async Task Without_a_registered_access_everything_is_closed()
    {
        await using var host = await DicomWebHost.StartAsync(withAccess: false);
        await host.StoreAsync(Head);
        (await ArrayAsync(await host.GetAsync("studies"))).ShouldBeEmpty();
        using var answer = await host.GetAsync($"studies/{Head.StudyUid}/metadata");
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_instance_under_another_study_is_not_found_and_a_deleted_one_is_gone_at_once()
    {
        await using var host = await DicomWebHost.StartAsync();
        await host.StoreAsync(Head);
        using var mismatch = await host.GetAsync($"studies/1.2.3/series/{Head.SeriesUid}/instances/{Head.SopInstanceUid}/frames/1");
        mismatch.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using (var before = await host.GetAsync(Address(Head) + "/frames/1")) before.StatusCode.ShouldBe(HttpStatusCode.OK);
        await host.Fixture.Archive.DeleteAsync(Head.StudyUid, "", "", "test", default);
        using var after = await host.GetAsync(Address(Head) + "/frames/1");
        after.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Encapsulated_frames_keep_their_syntax_and_are_not_passed_off_as_uncompressed()
    {
        await using var host = await DicomWebHost.StartAsync();
        const string jpegLs = "1.2.840.10008.1.2.4.80";
        byte[][] frames = [[0xFF, 0xD8, 1, 2, 3, 4], [0xFF, 0xD8, 5, 6]];
        var data = new DataSetBytes().Text(0x00080018, "UI", Head.SopInstanceUid).Text(0x00280008, "IS", "2")
            .UShort(0x00280010, 2).UShort(0x00280011, 2).UShort(0x00280100, 16)
            .Head(0x7FE00010, "OB", 0xFFFFFFFF).Fragment([]).Fragment(frames[0]).Fragment(frames[1]).SequenceEnd().ToArray();
        (await host.Fixture.StoreAsync(Head.Identity with { TransferSyntaxUid = jpegLs }, data)).ShouldBeOfType<StoreResult.Stored>();

        using var any = await host.GetAsync(Address(Head) + "/frames/2", Octets);
        var part = (await PartsAsync(any)).ShouldHaveSingleItem();
        part.Type.ShouldBe($"application/octet-stream; transfer-syntax={jpegLs}");
        part.Body.ShouldBe(frames[1]);
        using var own = await host.GetAsync(Address(Head) + "/frames/1", "image/jls");
        (await own.Content.ReadAsByteArrayAsync()).ShouldBe(frames[0]);
        using var plain = await host.GetAsync(Address(Head) + "/frames/1", "multipart/related; type=\"application/octet-stream\"");
        plain.StatusCode.ShouldBe(HttpStatusCode.NotAcceptable);
    }

    [Fact]
    public async Task A_data_set_that_is_not_understood_is_still_stored_listed_and_served_whole()
    {
        await using var host = await DicomWebHost.StartAsync();
        var bytes = new DataSetBytes().Text(0x00100020, "LO", "4711").Head(0x7FE00010, "OW", 0xFFFFFFF0).Raw(new byte[10]).ToArray();
        (await host.Fixture.StoreAsync(Head.Identity, bytes)).ShouldBeOfType<StoreResult.Stored>();

        (await ArrayAsync(await host.GetAsync("studies?PatientID=4711"))).Count.ShouldBe(1);
        using var metadata = await host.GetAsync(Address(Head) + "/metadata");
        metadata.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var frames = await host.GetAsync(Address(Head) + "/frames/1");
        frames.StatusCode.ShouldBe(HttpStatusCode.NotAcceptable);
        using var whole = await host.GetAsync(Address(Head), "application/dicom");
        (await whole.Content.ReadAsByteArrayAsync())[^bytes.Length..].ShouldBe(bytes);
    }

    internal static async Task<List<JsonElement>> ArrayAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            return [.. json.RootElement.EnumerateArray().Select(element => element.Clone())];
        }
    }

    /// <summary>Splits multipart/related by its boundary, strictly.</summary>
    internal static async Task<List<(string Type, byte[] Body)>> PartsAsync(HttpResponseMessage answer)
    {
        var type = answer.Content.Headers.ContentType!;
        type.MediaType.ShouldBe("multipart/related");
        var boundary = "--" + type.Parameters.Single(parameter => parameter.Name == "boundary").Value;
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        var text = Encoding.Latin1.GetString(bytes);
        text.ShouldEndWith(boundary + "--\r\n");
        List<(string, byte[])> parts = [];
        var at = 0;
        while (true)
        {
            text[at..(at + boundary.Length)].ShouldBe(boundary);
            at += boundary.Length;
            if (text[at] == '-') return parts;
            var head = text.IndexOf("\r\n\r\n", at, StringComparison.Ordinal);
            var end = text.IndexOf("\r\n" + boundary, head, StringComparison.Ordinal);
            parts.Add((text[(at + 2)..head].Replace("Content-Type: ", "", StringComparison.Ordinal), bytes[(head + 4)..end]));
            at = end + 2;
        }
    }
}
