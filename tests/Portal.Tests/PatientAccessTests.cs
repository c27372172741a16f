using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Regional.Portal.Tests.Hosting;

namespace Regional.Portal.Tests;

/// <summary>The patient index is each hospital's own part of it; nobody is linked by mistake (workflow.md 8; R5.1.2-1, R10.2.3).</summary>
[Collection("centre")]
public sealed class PatientAccessTests(CentreFixture centre)
{
    [Fact]
    public async Task A_patient_of_another_site_is_found_by_the_exact_national_id_alone_and_masked()
    {
        using var deskA = await centre.As("desk-a");
        using var reader = await centre.As("reader");
        const string name = "慕容雪", phone = "13911112222", card = "99990019610517002X";
        var patientId = await Register(deskA, Person(name, "1961-05-17", nationalId: card, phone: phone), "PA-77");
        await Until(deskA, name, 1);
        (await Find(reader, name)).ShouldHaveSingleItem().Text("patientId").ShouldBe(patientId, "the reading centre reads for this site");

        foreach (var stranger in (string[])["tech-b", "duty-b", "desk-x", "reader-x"])
        {
            using var client = await centre.As(stranger);
            foreach (var text in (string[])[name, name[..2], phone, "PA-77", card[..17]])
                (await Find(client, text)).ShouldBeEmpty($"{stranger} by {text}");
            (await client.GetAsync("/api/patients/" + Uri.EscapeDataString(patientId))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }

        using var deskB = await centre.As("tech-b");
        var hit = (await Find(deskB, card.ToLowerInvariant())).ShouldHaveSingleItem();
        hit.Text("patientId").ShouldBe(patientId);
        hit.GetProperty("masked").GetBoolean().ShouldBeTrue();
        hit.GetProperty("localIds").GetArrayLength().ShouldBe(0);
        hit.ToString().ShouldNotContain(name);
        hit.ToString().ShouldNotContain(phone);
        using var quality = await centre.As("qc");
        var audit = (await quality.Get("/api/audit?user=tech-b&action=patient.by-national-id")).GetProperty("items");
        audit.EnumerateArray().ShouldContain(e => e.Text("target") == patientId);
        (await quality.GetStringAsync("/api/audit?limit=500")).ShouldNotContain(card, Case.Insensitive);
    }

    [Fact]
    public async Task Another_sites_patient_is_neither_corrected_nor_booked_without_the_card()
    {
        using var deskA = await centre.As("desk-a");
        using var deskB = await centre.As("tech-b");
        const string card = "999900195001020038";
        var patientId = await Register(deskA, Person("司徒平", "1950-01-02", sex: "M", nationalId: card), "PA-78");
        await Until(deskA, "司徒平", 1);
        var path = "/api/patients/" + Uri.EscapeDataString(patientId);
        var before = await deskA.Get(path);

        (await deskB.Refused(path + "/correct", new { demographics = Person("别人", "1999-09-09"), reason = "r", version = 1 })).Status.ShouldBe(404);
        (await deskB.Refused("/api/studies", Booking(patientId, null))).Status.ShouldBe(404);
        (await deskB.Refused("/api/studies", Booking(patientId, "999900195001020039"))).Status.ShouldBe(404);
        (await deskA.Get(path)).ToString().ShouldBe(before.ToString(), "nothing was changed");

        // With the card in hand the person is booked, and is the site's own patient from then on; the other hospital's ids stay its own.
        (await deskB.Command("/api/studies", Booking(patientId, card, "township-b", "B-1"))).GetProperty("patient").Text("name").ShouldBe("司徒平");
        var own = (await Until(deskB, "司徒平", 1)).Single();
        own.GetProperty("masked").GetBoolean().ShouldBeFalse();
        own.GetProperty("localIds").EnumerateArray().ShouldHaveSingleItem().Text("value").ShouldBe("B-1", "the id that this hospital gave");
        (await deskB.Refused("/api/studies", Booking(patientId, null, "township-a", "A-1"))).Status.ShouldBe(403);
        own.ToString().ShouldNotContain("PA-78");
        (await deskB.Get(path)).ToString().ShouldNotContain("PA-78");
    }

    [Fact]
    public async Task Another_hospitals_local_id_is_not_mine_to_use()
    {
        using var deskA = await centre.As("desk-a");
        await Register(deskA, Person("闻人秋", "1970-03-03"), "PA-79");
        using var deskB = await centre.As("tech-b");
        var body = Exam(Person("闻人秋", "1970-03-03"), "township-a", "PA-79");
        (await deskB.Refused("/api/studies", body)).ShouldBe((403, "access.site"));
        (await deskB.Refused("/api/studies", Exam(Person("新人", "1970-03-03"), "township-a", "PA-80"))).ShouldBe((403, "access.site"));
    }

    [Theory]
    [InlineData("M", "1950-01-02")]
    [InlineData("F", "1950-01-02")]
    [InlineData("M", "1999-09-09")]
    [InlineData("M", null)]
    public async Task A_reused_local_id_links_only_where_name_sex_and_birth_date_agree(string sex, string? birthDate)
    {
        using var desk = await centre.As("desk-a");
        var known = await Register(desk, Person("张伟", "1950-01-02", sex: "M"), $"R-{sex}-{birthDate}");
        await Until(desk, $"R-{sex}-{birthDate}", 1);
        var again = Exam(Person("张伟", birthDate, sex: sex), "township-a", $"R-{sex}-{birthDate}");

        if ((sex, birthDate) == ("M", "1950-01-02"))
        {
            (await desk.Command("/api/studies", again)).Text("patientId").ShouldBe(known);
            return;
        }

        using var response = await desk.PostAsJsonAsync("/api/studies", again);
        response.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var problem = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
        problem.Text("rule").ShouldBe("patient.local-id.other-person");
        problem.GetProperty("candidates").EnumerateArray().ShouldHaveSingleItem().GetString().ShouldBe(known);
    }

    [Fact]
    public async Task Exams_are_looked_for_by_name_in_a_body_and_no_address_takes_a_name()
    {
        using var desk = await centre.As("desk-a");
        var exam = (await desk.Command("/api/studies", Exam(Person("东方朔", "1970-03-03"), "township-a", "PA-82"))).Text("studyId");
        await desk.Until("/api/studies?view=site", l => l.GetProperty("items").EnumerateArray().Any(r => r.Text("studyId") == exam));

        (await desk.Command("/api/studies/search", new { text = "东方", view = "site" })).GetProperty("items").EnumerateArray().ShouldHaveSingleItem().Text("studyId").ShouldBe(exam);
        using var stranger = await centre.As("desk-x");
        (await stranger.Command("/api/studies/search", new { text = "东方" })).GetProperty("items").GetArrayLength().ShouldBe(0);

        var document = await desk.Get("/openapi/v1.json");
        document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject())
            .Where(operation => operation.Value.TryGetProperty("parameters", out _))
            .SelectMany(operation => operation.Value.GetProperty("parameters").EnumerateArray())
            .Select(parameter => parameter.Text("name")).ShouldNotContain("text");
    }

    [Fact]
    public async Task A_correction_needs_the_version_that_was_seen()
    {
        using var desk = await centre.As("desk-a");
        var exam = await desk.Command("/api/studies", Arriving(Person("钟离", "1970-03-03"), "PA-81"));
        var patientId = exam.Text("patientId");
        await desk.Until("/api/studies?view=site", l => l.GetProperty("items").EnumerateArray().Any(r => r.Text("studyId") == exam.Text("studyId")));
        var path = "/api/patients/" + Uri.EscapeDataString(patientId);
        var version = (await desk.Get(path)).GetProperty("version").GetInt64();
        var demographics = Person("钟离春", "1970-03-04");

        (await desk.Refused(path + "/correct", new { demographics, reason = "写错" })).Status.ShouldBe(400);
        (await desk.Command(path + "/correct", new { demographics, reason = "写错", version })).GetProperty("demographics").Text("name").ShouldBe("钟离春");
        (await desk.Refused(path + "/correct", new { demographics, reason = "写错", version })).Status.ShouldBe(412);
        var shown = await desk.Get(Rest.Path(exam.Text("studyId")));
        shown.GetProperty("patient").Text("name").ShouldBe("钟离春", "the exam at this site is called by the right name");
        shown.GetProperty("history").EnumerateArray().Last().Text("reason").ShouldBe("写错");
        using var nobody = await centre.As("mdt");
        (await nobody.Refused(path + "/correct", new { demographics, version })).Status.ShouldBe(403);
    }

    private static async Task<string> Register(HttpClient desk, object demographics, string localId) =>
        (await desk.Command("/api/studies", Exam(demographics, "township-a", localId))).Text("patientId");

    private static object Exam(object demographics, string issuer, string localId) => new
    {
        request = new { item = "头颅CT平扫", purpose = "头痛", patient = new { demographics, localIds = new[] { new { issuer, value = localId } } } },
    };

    private static object Arriving(object demographics, string localId) => new
    {
        request = new { item = "头颅CT平扫", purpose = "头痛", patient = new { demographics, localIds = new[] { new { issuer = "township-a", value = localId } } } },
        arrive = true,
    };

    private static object Booking(string patientId, string? nationalId, string? issuer = null, string? localId = null) => new
    {
        request = new
        {
            item = "头颅CT平扫", purpose = "头痛", patientId, nationalId, localIds = localId is null ? [] : new[] { new { issuer, value = localId } },
        },
    };

    private static object Person(string name, string? birthDate, string sex = "F", string? nationalId = null, string? phone = null) =>
        new { name, sex, birthDate, nationalId, phone, provisional = false };

    private static async Task<JsonElement[]> Find(HttpClient client, string text) =>
        [.. (await client.Command("/api/patients/search", new { text })).EnumerateArray()];

    /// <summary>The projection follows the grain by some milliseconds.</summary>
    private static async Task<JsonElement[]> Until(HttpClient client, string text, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            var found = (await Find(client, text)).Where(hit => !hit.GetProperty("masked").GetBoolean()).ToArray();
            if (found.Length == count)
                return found;
            patience.IsCancellationRequested.ShouldBeFalse($"{found.Length} found");
            await Task.Yield();
        }
    }
}
