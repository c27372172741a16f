using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Regional.Portal.Tests.Hosting;
using Regional.TestKit.Phantoms;

namespace Regional.Portal.Tests;

/// <summary>STOW-RS at the centre: images join the workflow as uploaded ones do, for the site of the person who brings them (R4.3.1-6, R4.3.2-2, R10.2.3).</summary>
[Collection("centre")]
[Trait("Requirement", "R4.3.2-2")]
public sealed class StowTests(CentreFixture centre)
{
    [Fact]
    public async Task What_a_technician_stores_is_on_the_reading_list_and_in_the_audit()
    {
        using var technician = await centre.As("tech-a");
        using var reader = await centre.As("reader");
        var phantom = new PhantomStudy(new StudyRecipe { Seed = 3101, Images = 3, PatientId = "STOW1", PatientName = "Qian^Qi=钱^七" });
        using var answer = await StoreAsync(technician, phantom);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("00081199").GetProperty("Value").GetArrayLength().ShouldBe(3);

        var list = await reader.Until(
            "/api/studies?view=reading", l => l.GetProperty("items").EnumerateArray().Any(r => r.GetProperty("studyInstanceUids").EnumerateArray().Any(u => u.GetString() == phantom.StudyInstanceUid)));
        var row = list.GetProperty("items").EnumerateArray().Single(r => r.GetProperty("studyInstanceUids").EnumerateArray().Any(u => u.GetString() == phantom.StudyInstanceUid));
        row.Text("site").ShouldBe("township-a");

        using var quality = await centre.As("qc");
        var audit = await quality.GetStringAsync("/api/audit?action=images.store&limit=50");
        audit.ShouldContain(phantom.StudyInstanceUid);
        audit.ShouldNotContain("STOW1");
    }

    [Fact]
    public async Task Another_sites_study_cannot_be_added_to_and_other_jobs_may_not_store()
    {
        using var technician = await centre.As("tech-a");
        using var other = await centre.As("tech-b");
        var first = new PhantomStudy(new StudyRecipe { Seed = 3102, Images = 1, PatientId = "STOW2" });
        using (var own = await StoreAsync(technician, first)) own.StatusCode.ShouldBe(HttpStatusCode.OK);
        var more = new PhantomStudy(new StudyRecipe { Seed = 3102, Images = 2, PatientId = "STOW2" });
        using (var foreign = await StoreAsync(other, more)) foreign.StatusCode.ShouldBe(HttpStatusCode.OK, "kept in quarantine (design §5.4)");
        (await centre.Host.Archive.Index.GetInstancesAsync(first.StudyInstanceUid, null, CancellationToken.None)).Count.ShouldBe(1);

        foreach (var (user, status) in new[] { ("reader", HttpStatusCode.Forbidden), ("desk-a", HttpStatusCode.Forbidden), ("admin", HttpStatusCode.Forbidden) })
        {
            using var client = await centre.As(user);
            using var refused = await StoreAsync(client, first);
            refused.StatusCode.ShouldBe(status, user);
        }
        using var nobody = centre.Anonymous();
        using var unknown = await StoreAsync(nobody, first);
        unknown.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static async Task<HttpResponseMessage> StoreAsync(HttpClient client, PhantomStudy study)
    {
        var content = new MultipartContent("related", "phantoms");
        content.Headers.ContentType!.Parameters.Add(new NameValueHeaderValue("type", "\"application/dicom\""));
        foreach (var image in study.Images())
        {
            using var file = new MemoryStream();
            await image.File.SaveAsync(file);
            var part = new ByteArrayContent(file.ToArray());
            part.Headers.ContentType = new MediaTypeHeaderValue("application/dicom");
            content.Add(part);
        }
        return await client.PostAsync("/dicom-web/studies", content);
    }
}
