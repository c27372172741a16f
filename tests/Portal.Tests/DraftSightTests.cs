using System.Net.Http.Json;
using System.Text.Json;
using Regional.Actors;
using Regional.Patients;
using Regional.Portal.Reports;
using Regional.Portal.Tests.Hosting;
using Regional.Reports;
using Regional.Studies;

namespace Regional.Portal.Tests;

/// <summary>Words that nobody has reviewed do not leave the centre that reads (workflow.md, Report; R7.1.1-3).</summary>
[Collection("centre")]
public sealed class DraftSightTests(CentreFixture centre)
{
    private const string Secret = "尚未复核之语";
    private static readonly object Text = new { findings = Secret, impression = Secret, positive = false };

    [Fact]
    public async Task A_draft_its_marks_and_the_words_of_its_return_stay_at_the_reading_centre()
    {
        var id = await centre.Readable(301, "甲阅");
        using var reader = await centre.As("reader");
        using var senior = await centre.As("senior");
        using var technician = await centre.As("tech-a");

        var token = await reader.Claim(id);
        using (var saved = await reader.PutAsJsonAsync(Rest.Path(id, "/report/draft"), new { token, text = Text }))
            (await saved.Content.ReadAsStringAsync()).ShouldContain(Secret, customMessage: "the writer sees what was saved");
        await OnlyTheCentreReads(id);
        (await technician.Command(Rest.Path(id, "/grade"), new { grade = "a" })).ToString().ShouldNotContain(Secret, customMessage: "a command's answer tells no more than a read");

        await reader.Versioned(id, "/report/preliminary", version => new { token, text = Text, version });
        await OnlyTheCentreReads(id);

        await senior.Command(Rest.Path(id, "/report/take"));
        await senior.Command(Rest.Path(id, "/report/return"), new { reason = Secret + "退回", text = Text });
        await OnlyTheCentreReads(id);
        (await senior.Get(Rest.Path(id))).GetProperty("report").Text("returnReason").ShouldBe(Secret + "退回");
    }

    [Fact]
    public async Task An_emergency_report_shows_as_published_and_no_further()
    {
        var id = await centre.Readable(302, "乙阅", "emergency");
        using var reader = await centre.As("reader");
        using var senior = await centre.As("senior");
        using var clinician = await centre.As("clinician-a");
        var token = await reader.Claim(id);
        var published = new { findings = "所见", impression = "左侧基底节区出血", positive = true };
        await reader.Versioned(id, "/report/preliminary", version => new { token, text = published, version });
        (await clinician.GetStringAsync(Rest.Path(id))).ShouldNotContain("左侧基底节区出血");

        await reader.Command(Rest.Path(id, "/report/provisional"));
        await senior.Command(Rest.Path(id, "/report/take"));

        var seen = (await clinician.Get(Rest.Path(id))).GetProperty("report");
        seen.GetProperty("provisional").GetBoolean().ShouldBeTrue();
        seen.GetProperty("draft").ValueKind.ShouldBe(JsonValueKind.Null);
        var trace = seen.GetProperty("traces").EnumerateArray().ShouldHaveSingleItem();
        trace.Text("event").ShouldBe("report.provisional");
        trace.GetProperty("text").Text("impression").ShouldBe("左侧基底节区出血");
        (await clinician.GetStringAsync(Rest.Path(id, "/report/print"))).ShouldContain("左侧基底节区出血");
    }

    [Theory]
    [InlineData("expert", Role.Reader, true)]
    [InlineData("expert", Role.Trainee, true)]
    [InlineData("expert", Role.Quality, true)]
    [InlineData("expert", Role.Clinician, false)]
    [InlineData("expert", Role.Coordinator, false)]
    [InlineData("elsewhere", Role.Quality, false)]
    [InlineData("township-a", Role.DutyDoctor, false)]
    public void Who_writes_and_reviews_at_the_reading_centre_sees_the_draft(string site, string role, bool sees) =>
        (ReportSight.For(new Actor("u", "u", site, [role]), Study()).Report.Draft is not null).ShouldBe(sees);

    [Theory]
    [InlineData(ReportPhase.Preliminary, Priority.Emergency, "township-a", Role.DutyDoctor, true)]
    [InlineData(ReportPhase.Claimed, Priority.Emergency, "township-a", Role.DutyDoctor, false)]
    [InlineData(ReportPhase.Preliminary, Priority.Routine, "township-a", Role.DutyDoctor, false)]
    [InlineData(ReportPhase.Preliminary, Priority.Emergency, "township-b", Role.DutyDoctor, false)]
    [InlineData(ReportPhase.Preliminary, Priority.Emergency, "township-a", Role.Clinician, false)]
    public void A_duty_doctor_reads_what_is_his_to_publish(ReportPhase phase, Priority priority, string site, string role, bool sees)
    {
        var study = Study();
        study = study with { Priority = priority, Report = study.Report with { Phase = phase } };
        (ReportSight.For(new Actor("u", "u", site, [role]), study).Report.Draft is not null).ShouldBe(sees);
    }

    private async Task OnlyTheCentreReads(string id)
    {
        foreach (var user in (string[])["desk-a", "tech-a", "nurse-a", "clinician-a", "mdt"])
        {
            using var client = await centre.As(user);
            (await client.GetStringAsync(Rest.Path(id))).ShouldNotContain(Secret, customMessage: user);
        }

        foreach (var user in (string[])["reader", "reader2", "senior", "trainee", "qc"])
        {
            using var client = await centre.As(user);
            (await client.GetStringAsync(Rest.Path(id))).ShouldContain(Secret, customMessage: user);
        }
    }

    private static StudySnapshot Study() => new(
        "study:A", 1, "township-a", "expert", ExamPhase.ReadyToRead,
        new ExamFacts(IdentityFact.Confirmed, RequestFact.Present, FeeFact.Paid, ImagesFact.Stable, CopyFact.AtCentre, ImageGrade.Ungraded), Priority.Routine,
        "pat:A", new PatientLabel("甲", "F", null), null, "QS1", "clinician-a", [], null, [],
        new ReportSnapshot(ReportPhase.Claimed, null, null, 0, null, null, null, null, null, new ReportText(null, "f", "i", null), null, false, [], [], null, null),
        [], null, null, [], []);
}
