using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Regional.Portal.Tests.Hosting;
using Regional.TestKit.Phantoms;

namespace Regional.Portal.Tests;

/// <summary>
/// The main job over the public surface alone: images come, somebody claims, writes, reviews, signs; the township reads it. Services for
/// images, web and intake (R4.1-2); monitoring stands in <see cref="SignInTests"/>, audio and video come with consultations.
/// </summary>
[Collection("centre")]
public sealed class ReadingFlowTests(CentreFixture centre)
{
    private static readonly object Text = new { findings = "脑实质密度未见异常。<script>", impression = "颅内未见急性出血。", positive = false };

    [Fact]
    public async Task Images_of_an_announced_exam_are_read_signed_and_answered()
    {
        using var desk = await centre.As("desk-a");
        using var technician = await centre.As("tech-a");
        using var reader = await centre.As("reader");
        using var other = await centre.As("reader2");
        using var senior = await centre.As("senior");

        // R7.3.2-1: registered, captured, uploaded, matched by accession number.
        var made = await desk.Command("/api/studies", TestExams.Walking("王芳", localId: "P1001"));
        var id = made.Text("studyId");
        made.Text("phase").ShouldBe("arrived");
        await technician.Command(Rest.Path(id, "/start"));
        var phantom = new PhantomStudy(new StudyRecipe { Seed = 11, Images = 3, AccessionNumber = made.Text("accessionNumber"), PatientId = "P1001" });
        await centre.Host.Archive.Receive(phantom, "township-a");
        await technician.Until(Rest.Path(id), s => s.GetProperty("images").EnumerateArray().Sum(i => i.GetProperty("atCentre").GetInt32()) == 3);
        await technician.Command(Rest.Path(id, "/complete"), new { imagesExpected = 3 });

        // R4.3.2-2: it stands on the reading list.
        await reader.Until("/api/studies?view=reading", list => Has(list, id));

        // One of two wins.
        var claims = await Task.WhenAll(
            reader.PostAsJsonAsync(Rest.Path(id, "/report/claim"), new { }), other.PostAsJsonAsync(Rest.Path(id, "/report/claim"), new { }));
        claims.Count(c => c.IsSuccessStatusCode).ShouldBe(1);
        var lost = claims.Single(c => !c.IsSuccessStatusCode);
        lost.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await lost.Content.ReadFromJsonAsync<JsonElement>()).Text("holder").ShouldBeOneOf("孙佳", "许诺");
        var winner = claims[0].IsSuccessStatusCode ? reader : other;
        var token = (await claims.Single(c => c.IsSuccessStatusCode).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("ticket").GetProperty("token").GetInt64();

        using (var draft = await winner.PutAsJsonAsync(Rest.Path(id, "/report/draft"), new { token, text = Text }))
            draft.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await winner.Refused(Rest.Path(id, "/report/preliminary"), new { token = token - 1, text = Text, version = 1 })).Status.ShouldBe(412, "an older token is fenced off");
        (await winner.Versioned(id, "/report/preliminary", version => new { token, text = Text, version })).GetProperty("report").Text("phase").ShouldBe("preliminary");

        // Double signing: another reviews and signs, and proves presence.
        await senior.Until("/api/studies?view=review", list => Has(list, id));
        await senior.Command(Rest.Path(id, "/report/take"));
        (await senior.Refused(Rest.Path(id, "/report/sign"), new { text = Text, password = "wrong", version = 1 })).ShouldBe((403, "report.sign.password"));
        var signed = await senior.Versioned(id, "/report/sign", version => new { text = Text, password = CentreFixture.Password, version });
        signed.GetProperty("report").Text("phase").ShouldBe("released");

        // R7.3.2-2: the township sees and prints it.
        using var clinician = await centre.As("clinician-a");
        (await clinician.Get(Rest.Path(id))).GetProperty("report").GetProperty("versions").GetArrayLength().ShouldBe(1);
        var page = await clinician.GetStringAsync(Rest.Path(id, "/report/print"));
        page.ShouldContain("高文博");
        page.ShouldContain("&lt;script&gt;");
        page.ShouldNotContain("<script>");
        page.ShouldNotContain("临时报告");

        // Who did what, without a patient's value.
        using var quality = await centre.As("qc");
        var audit = await quality.GetStringAsync("/api/audit?limit=500");
        foreach (var action in (string[])["report.claim", "report.sign", "report.sign.presence", "study.open", "report.print", "exam.submit"])
            audit.ShouldContain($"\"action\":\"{action}\"");
        audit.ShouldNotContain("王芳");
    }

    [Fact]
    public async Task Images_that_nobody_announced_are_listed_within_a_second_and_attached_later()
    {
        using var reader = await centre.As("reader");
        var phantom = new PhantomStudy(new StudyRecipe { Seed = 12, Images = 2, PatientId = "U77", PatientName = "Zhao^Liu=赵^六" });
        await centre.Host.Archive.Receive(phantom, "township-a");
        var stored = TimeProvider.System.GetTimestamp();

        var list = await reader.Until("/api/studies?view=reading", l => l.GetProperty("items").EnumerateArray().Any(r => r.GetProperty("studyInstanceUids").EnumerateArray().Any(u => u.GetString() == phantom.StudyInstanceUid)));
        TimeProvider.System.GetElapsedTime(stored).ShouldBeLessThan(TimeSpan.FromSeconds(1.5), "listed within a second (design §8), half a second for a busy test machine");
        var row = list.GetProperty("items").EnumerateArray().Single(r => r.GetProperty("studyInstanceUids")[0].GetString() == phantom.StudyInstanceUid);
        row.Text("phase").ShouldBe("unmatched");
        row.GetProperty("patient").Text("name").ShouldBe("赵六");
        var unmatched = row.Text("studyId");

        // DICOMweb: those who may see the exam, and nobody else.
        using var stranger = await centre.As("reader-x");
        using var townshipB = await centre.As("tech-b");
        var metadata = $"/dicom-web/studies/{phantom.StudyInstanceUid}/metadata";
        (await reader.GetAsync(metadata)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await stranger.GetAsync(metadata)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await townshipB.GetAsync(metadata)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var search = $"/dicom-web/studies?StudyInstanceUID={phantom.StudyInstanceUid}";
        (await reader.GetStringAsync(search)).ShouldContain(phantom.StudyInstanceUid);
        (await (await stranger.GetAsync(search)).Content.ReadAsStringAsync()).ShouldNotContain(phantom.StudyInstanceUid);

        // Two clicks: register, attach.
        using var technician = await centre.As("tech-a");
        var exam = (await technician.Command("/api/studies", TestExams.Walking("赵六"))).Text("studyId");
        var attached = await technician.Command(Rest.Path(exam, "/attach"), new { unmatchedStudyId = unmatched });
        attached.GetProperty("images")[0].Text("studyInstanceUid").ShouldBe(phantom.StudyInstanceUid);
        await reader.Until("/api/studies?view=unmatched", l => !Has(l, unmatched));
    }

    [Fact]
    public async Task The_same_intention_twice_is_one_exam()
    {
        using var desk = await centre.As("desk-a");
        desk.DefaultRequestHeaders.Add("Idempotency-Key", "01JD0000000000000000000001");

        var first = await desk.Command("/api/studies", TestExams.Walking("孙某"));
        var second = await desk.Command("/api/studies", TestExams.Walking("孙某"));

        second.Text("studyId").ShouldBe(first.Text("studyId"));
        second.Text("accessionNumber").ShouldBe(first.Text("accessionNumber"));
        second.Text("phase").ShouldBe("arrived");
    }

    [Fact]
    public async Task An_emergency_begins_without_a_name_and_a_wrong_item_is_told_by_field()
    {
        using var nurse = await centre.As("nurse-a");
        var made = await nurse.Command("/api/studies/emergency", new { item = "头颅CT平扫", sex = "M" });
        made.GetProperty("patient").Text("name").ShouldBe("无名氏");
        made.GetProperty("owed").GetArrayLength().ShouldBe(3);
        made.Text("priority").ShouldBe("emergency");

        using var response = await nurse.PostAsJsonAsync("/api/studies/emergency", new { item = "没有的项目" });
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("fields")[0].Text("field").ShouldBe("item");
    }

    private static bool Has(JsonElement list, string id) => list.GetProperty("items").EnumerateArray().Any(r => r.Text("studyId") == id);
}
