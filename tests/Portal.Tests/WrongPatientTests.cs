using System.Text.Json;
using Regional.Portal.Tests.Hosting;

namespace Regional.Portal.Tests;

/// <summary>What the console settles afterwards: images of the wrong patient by two people, and the fee that an emergency owes (workflow.md 2, Exam).</summary>
[Collection("centre")]
public sealed class WrongPatientTests(CentreFixture centre)
{
    [Fact]
    public async Task A_steward_signs_at_the_technicians_console_and_the_images_come_off()
    {
        var id = await centre.Readable(321, "丁误");
        using var technician = await centre.As("tech-a");

        var after = await technician.Command(Rest.Path(id, "/detach"), Body("qc"));

        after.Text("phase").ShouldBe("accepted");
        after.GetProperty("images").GetArrayLength().ShouldBe(0);
        var history = after.GetProperty("history").EnumerateArray().ToList();
        history.Single(s => s.Text("event") == "exam.detach").Text("byUserId").ShouldBe("qc");
        history.Single(s => s.Text("event") == "exam.detach.second-person").Text("byUserId").ShouldBe("tech-a");
        using var quality = await centre.As("qc");
        var audit = (await quality.Get("/api/audit?limit=500")).GetProperty("items").EnumerateArray().Where(e => Is(e, "exam.detach", id) || Is(e, "exam.detach.begun", id)).ToList();
        audit.Select(e => e.Text("userId")).ShouldAllBe(user => user == "tech-a");
        audit.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_steward_who_found_it_begins_and_the_sites_technician_signs()
    {
        var id = await centre.Readable(323, "己误");
        using var steward = await centre.As("qc");

        var after = await steward.Command(Rest.Path(id, "/detach"), Body("tech-a"));

        after.GetProperty("images").GetArrayLength().ShouldBe(0);
        var history = after.GetProperty("history").EnumerateArray().ToList();
        history.Single(s => s.Text("event") == "exam.detach").Text("byUserId").ShouldBe("qc");
        history.Single(s => s.Text("event") == "exam.detach.second-person").Text("byUserId").ShouldBe("tech-a");
    }

    [Fact]
    public async Task Two_who_are_not_two_or_no_steward_or_not_of_this_exam_change_nothing()
    {
        var id = await centre.Readable(322, "戊误");
        using var technician = await centre.As("tech-a");
        var before = (await technician.Get(Rest.Path(id))).GetProperty("version").GetInt64();

        (await technician.Refused(Rest.Path(id, "/detach"), Body("tech-a"))).ShouldBe((400, "exam.detach"));
        (await technician.Refused(Rest.Path(id, "/detach"), Body("qc", "wrong"))).ShouldBe((403, "exam.detach.second-person"));
        (await technician.Refused(Rest.Path(id, "/detach"), Body("nurse-a"))).ShouldBe((403, "exam.detach.steward"));
        using var steward = await centre.As("qc");
        (await steward.Refused(Rest.Path(id, "/detach"), Body("tech-b"))).ShouldBe((403, "exam.detach.second-person"), "who cannot see the exam cannot witness it");
        using var otherSite = await centre.As("tech-b");
        (await otherSite.Refused(Rest.Path(id, "/detach"), Body("qc"))).Status.ShouldBe(404);

        (await technician.Get(Rest.Path(id))).GetProperty("version").GetInt64().ShouldBe(before);
    }

    [Fact]
    public async Task An_emergencys_fee_is_settled_by_its_own_desk()
    {
        using var nurse = await centre.As("nurse-a");
        var id = (await nurse.Command("/api/studies/emergency", new { item = "头颅CT平扫", sex = "M" })).Text("studyId");
        using var otherDesk = await centre.As("tech-b");
        (await otherDesk.Refused(Rest.Path(id, "/settle-fee"), new { fee = "paid" })).Status.ShouldBe(404);

        using var desk = await centre.As("desk-a");
        var settled = await desk.Command(Rest.Path(id, "/settle-fee"), new { fee = "paid" });

        settled.GetProperty("facts").Text("fee").ShouldBe("paid");
        settled.GetProperty("owed").EnumerateArray().Select(o => o.Text("what")).ShouldNotContain("fee");
    }

    private static bool Is(JsonElement entry, string action, string target) =>
        entry.Text("action") == action && entry.GetProperty("target").GetString() == target;

    private static object Body(string username, string password = CentreFixture.Password) => new { reason = "患者错误", secondPerson = new { username, password } };
}
