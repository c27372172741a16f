using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using FellowOakDicom;
using Microsoft.Extensions.DependencyInjection;
using Regional.Imaging.Headers;
using Regional.Imaging.Index;
using Regional.Portal.Audit;
using Regional.Portal.Tests.Hosting;
using Regional.TestKit.Captures;

namespace Regional.Portal.Tests;

/// <summary>R4.2.4-1, R4.2.4-2, R4.2.4-3: files and stills from the console become images of the exam at hand, for those who make it and nobody else.</summary>
[Collection("centre")]
public sealed class CaptureTests(CentreFixture centre)
{
    private static readonly byte[] Photo = new JpegBytes { Components = 3 }.Write(64, 48, (x, y, c) => 30 + 10 * x + 4 * y + c);

    [Fact]
    public async Task A_photo_joins_the_exam_with_its_identity_and_opens_over_dicomweb()
    {
        var (id, accession) = await Arrived("壬拍", "C1");
        using var technician = await centre.As("tech-a");

        var first = await Send(technician, id, Photo, number: 1);
        var second = await Send(technician, id, PngBytes.Write(20, 10, 8, 2, false, (x, y, c) => x + y + c), number: 2);
        first.Text("modality").ShouldBe("OT");
        second.Text("seriesInstanceUid").ShouldBe(first.Text("seriesInstanceUid"), "one sitting is one series");
        (await Send(technician, id, Photo, number: 3)).Text("sopInstanceUid").ShouldBe(first.Text("sopInstanceUid"), "the same file again is the same image");

        var exam = await technician.Until(Rest.Path(id), s => AtCentre(s) == 2);
        exam.GetProperty("images")[0].Text("studyInstanceUid").ShouldBe(first.Text("studyInstanceUid"));
        var data = await Stored(first.Text("sopInstanceUid"));
        data.GetString(DicomTag.AccessionNumber).ShouldBe(accession);
        data.GetString(DicomTag.PatientName).ShouldBe("壬拍");
        (data.GetString(DicomTag.PatientID), data.GetString(DicomTag.IssuerOfPatientID)).ShouldBe(("C1", "township-a"));
        data.GetString(DicomTag.BodyPartExamined).ShouldBe("HEAD");

        var address = $"studies/{first.Text("studyInstanceUid")}/series/{first.Text("seriesInstanceUid")}/instances/{first.Text("sopInstanceUid")}";
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/dicom-web/{address}/frames/1");
        request.Headers.Accept.ParseAdd("multipart/related; type=\"image/jpeg\"; transfer-syntax=*");
        using var reader = await centre.As("reader");
        using var frame = await reader.SendAsync(request);
        frame.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await frame.Content.ReadAsByteArrayAsync()).AsSpan().IndexOf(Photo.AsSpan(^60..)).ShouldBeGreaterThan(0);
        (await Audited("images.capture", id)).ShouldBe(3);
    }

    [Fact]
    public async Task A_document_and_a_video_open_as_what_they_were_for_those_who_may_see_the_exam()
    {
        var (id, _) = await Arrived("癸拍", "C2");
        using var technician = await centre.As("tech-a");
        var pdf = PdfBytes.Write("/Lang(zh)");
        var video = new Mp4Bytes().Write();
        var document = await Send(technician, id, pdf, number: 1);
        var clip = await Send(technician, id, video, number: 2);
        using var reader = await centre.As("reader");

        var shown = await reader.GetAsync(Content(document));
        shown.Content.Headers.ContentType!.MediaType.ShouldBe("application/pdf");
        (await shown.Content.ReadAsByteArrayAsync()).ShouldBe(pdf);
        using var part = new HttpRequestMessage(HttpMethod.Get, Content(clip)) { Headers = { Range = new RangeHeaderValue(100, 199) } };
        var played = await reader.SendAsync(part);
        (played.StatusCode, played.Content.Headers.ContentType!.MediaType).ShouldBe((HttpStatusCode.PartialContent, "video/mp4"));
        (await played.Content.ReadAsByteArrayAsync()).ShouldBe(video[100..200]);

        using var otherSite = await centre.As("tech-b");
        (await otherSite.GetAsync(Content(document))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var still = await Send(technician, id, Photo, number: 3);
        (await reader.GetAsync(Content(still))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("clinician-a", 403, "access.role")]
    [InlineData("reader", 403, "access.role")]
    [InlineData("tech-b", 404, "study")]
    public async Task Nobody_else_puts_images_into_an_exam(string who, int status, string rule)
    {
        var (id, _) = await Arrived("甲拍", "C3");
        using var person = await centre.As(who);
        (await Refused(person, id, Photo)).ShouldBe((status, rule));
        using var technician = await centre.As("tech-a");
        AtCentre(await technician.Get(Rest.Path(id))).ShouldBe(0);
    }

    [Fact]
    public async Task A_file_that_cannot_be_taken_is_refused_with_its_reason_and_changes_nothing()
    {
        var (id, _) = await Arrived("乙拍", "C4");
        using var technician = await centre.As("tech-a");
        (await Refused(technician, id, "MZ program"u8.ToArray())).ShouldBe((400, "capture.file.unknown-type"));
        (await Refused(technician, id, new JpegBytes { FrameMarker = 0xC2 }.Write(8, 8, (_, _, _) => 1))).ShouldBe((400, "capture.jpeg.progressive"));
        (await Refused(technician, id, PdfBytes.Write("/OpenAction<</S/JavaScript>>"))).ShouldBe((400, "capture.pdf.active-content"));
        (await Refused(technician, id, [])).ShouldBe((400, "capture.file.empty"));
        (await Refused(technician, id, Photo, session: "../x")).ShouldBe((400, "capture.session"));
        AtCentre(await technician.Get(Rest.Path(id))).ShouldBe(0);
    }

    [Fact]
    public async Task Before_the_patient_is_there_nothing_is_captured_and_after_the_exam_it_is_an_additional_image()
    {
        using var desk = await centre.As("desk-a");
        using var technician = await centre.As("tech-a");
        var made = await desk.Command("/api/studies", new { request = ((dynamic)TestExams.Walking("丙拍", localId: "C5")).request, arrive = false });
        (await Refused(technician, made.Text("studyId"), Photo)).ShouldBe((409, "capture.phase"));

        var read = await centre.Readable(517, "丁拍");
        await Send(technician, read, Photo, number: 1, camera: true);
        var after = await technician.Until(Rest.Path(read), s => s.GetProperty("facts").Text("images") == "additional");
        AtCentre(after).ShouldBe(2);
    }

    private static int AtCentre(JsonElement exam) => exam.GetProperty("images").EnumerateArray().Sum(i => i.GetProperty("atCentre").GetInt32());

    private static string Address(string id, string session, int number, bool camera) => Rest.Path(id, $"/captures?session={Uri.EscapeDataString(session)}&number={number}&camera={camera}");

    private static Uri Content(JsonElement image) => new(
        $"/api/images/{image.Text("studyInstanceUid")}/{image.Text("seriesInstanceUid")}/{image.Text("sopInstanceUid")}/content", UriKind.Relative);

    private static async Task<JsonElement> Send(HttpClient client, string id, byte[] file, int number, bool camera = false)
    {
        using var response = await client.PostAsync(Address(id, "01KQZ5V9N3M8R2T4W6Y0A1B3C5", number, camera), new ByteArrayContent(file));
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue($"{(int)response.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private static async Task<(int Status, string Rule)> Refused(HttpClient client, string id, byte[] file, string session = "01KQZ5V9N3M8R2T4W6Y0A1B3C5")
    {
        using var response = await client.PostAsync(Address(id, session, 1, false), new ByteArrayContent(file));
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeFalse(text);
        return ((int)response.StatusCode, JsonSerializer.Deserialize<JsonElement>(text).GetProperty("rule").GetString()!);
    }

    private async Task<(string Id, string Accession)> Arrived(string name, string localId)
    {
        using var desk = await centre.As("desk-a");
        var made = await desk.Command("/api/studies", TestExams.Walking(name, localId: localId));
        return (made.Text("studyId"), made.Text("accessionNumber"));
    }

    private async Task<DicomDataset> Stored(string sopInstanceUid)
    {
        var archive = centre.Host.Archive;
        var instance = (await archive.Index.GetInstanceAsync(sopInstanceUid, default)).ShouldNotBeNull();
        using var slice = archive.Packs.OpenData(instance.Address).ShouldNotBeNull();
        var bytes = new byte[slice.Length];
        slice.Read(0, bytes);
        using var file = new MemoryStream([.. FileMeta.Build(instance.SopClassUid, sopInstanceUid, instance.TransferSyntaxUid, ""), .. bytes]);
        return (await DicomFile.OpenAsync(file)).Dataset;
    }

    private async Task<int> Audited(string action, string target) =>
        (await centre.Services.GetRequiredService<IAuditLog>().Find(new AuditQuery(null, action, null, 100, null), default)).Items.Count(i => i.Entry.Target == target && i.Entry.Success);
}
