using Regional.Portal.Tests.Hosting;

namespace Regional.Portal.Tests;

/// <summary>A request is accepted by the desk or by the network's rule, never by what a page asks for; either way the log says so.</summary>
[Collection("centre")]
public sealed class AcceptanceTests(CentreFixture centre)
{
    [Theory]
    [InlineData("头颅CT平扫", null, "accepted")]
    [InlineData("头颅CT平扫", "pregnancy", "requested")]
    [InlineData("胸部正位DR", null, "requested")]
    public async Task A_clinicians_request_is_accepted_by_rule_where_nobody_has_to_look_at_it(string item, string? flag, string phase)
    {
        using var clinician = await centre.As("clinician-a");
        var made = await clinician.Command("/api/studies", Request(item, flag));

        made.Text("phase").ShouldBe(phase);
        using var quality = await centre.As("qc");
        var accepted = (await quality.Get("/api/audit?action=exam.accept&user=system&limit=500")).GetProperty("items").EnumerateArray();
        accepted.Any(e => e.Text("target") == made.Text("studyId") && e.Text("site") == "township-a").ShouldBe(phase == "accepted");
    }

    [Fact]
    public async Task A_page_cannot_have_it_accepted()
    {
        using var clinician = await centre.As("clinician-a");
        (await clinician.Command("/api/studies", new { request = Body("头颅CT平扫", "implant"), autoAccept = true })).Text("phase").ShouldBe("requested");
        // An item that is not the region's, under a modality that the site has.
        (await clinician.Command("/api/studies", new { request = Body("心脏CTA", null, "CT"), autoAccept = true })).Text("phase").ShouldBe("requested");
    }

    [Fact]
    public async Task Whoever_may_accept_at_the_desk_accepts_in_their_own_name()
    {
        using var desk = await centre.As("desk-a");
        var made = await desk.Command("/api/studies", Request("胸部正位DR", "infection"));

        made.Text("phase").ShouldBe("accepted");
        made.GetProperty("history").EnumerateArray().Single(s => s.Text("event") == "exam.accept").Text("byUserId").ShouldBe("desk-a");
    }

    private static object Request(string item, string? flag) => new { request = Body(item, flag) };

    private static object Body(string item, string? flag, string? modality = null) => new
    {
        item,
        modality,
        purpose = "头痛待查",
        flags = flag is null ? [] : new[] { flag },
        patient = new { demographics = new { name = "卜某", sex = "F", birthDate = "1990-01-01", provisional = false } },
    };
}
