using System.Net;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Regional.Portal.Access;
using Regional.Portal.Tests.Hosting;

namespace Regional.Portal.Tests;

/// <summary>Every endpoint there is, also those added tomorrow: nobody without a session, nobody of another job, nobody of another site (R10.2.3).</summary>
[Collection("centre")]
public sealed class AccessTests(CentreFixture centre)
{
    // Open to all on purpose: each stands here by name, so that a new one is a decision.
    private static readonly string[] Open =
    [
        "POST /api/auth/login", "GET /api/meta", "GET /health/live", "GET /health/ready", "GET /metrics", "GET /openapi/{documentName}.json",
    ];

    private static readonly (string User, string[] Roles)[] People =
    [
        ("mdt", ["coordinator"]), ("nurse-a", ["nurse"]), ("desk-a", ["desk"]), ("trainee", ["trainee"]), ("qc", ["quality"]), ("admin", ["administrator"]),
    ];

    [Fact]
    public async Task Nobody_enters_without_a_session()
    {
        using var client = centre.Anonymous();
        foreach (var endpoint in Endpoints())
        {
            if (Open.Contains(Name(endpoint)) || IsPage(endpoint) || IsLink(endpoint))
                continue;
            endpoint.Metadata.GetMetadata<IAllowAnonymous>().ShouldBeNull(Name(endpoint));
            using var response = await client.SendAsync(Request(endpoint));
            response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, Name(endpoint));
        }
    }

    [Fact]
    public void Every_endpoint_declares_its_roles()
    {
        foreach (var endpoint in Endpoints().Where(e => !Open.Contains(Name(e)) && !IsPage(e) && !IsLink(e)))
            endpoint.Metadata.GetMetadata<RolesAllowed>().ShouldNotBeNull(Name(endpoint)).Roles.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Nobody_does_another_jobs_work()
    {
        var refused = 0;
        foreach (var endpoint in Endpoints())
        {
            if (endpoint.Metadata.GetMetadata<RolesAllowed>() is not { } allowed)
                continue;
            var stranger = Array.Find(People, p => !p.Roles.Intersect(allowed.Roles).Any());
            if (stranger.User is null)
            {
                allowed.Roles.ShouldBe(Can.Anybody, Name(endpoint));
                continue;
            }

            using var client = await centre.As(stranger.User);
            using var response = await client.SendAsync(Request(endpoint));
            response.StatusCode.ShouldBe(HttpStatusCode.Forbidden, $"{Name(endpoint)} as {stranger.User}");
            refused++;
        }

        refused.ShouldBeGreaterThan(30);
        using var quality = await centre.As("qc");
        (await quality.Get("/api/audit?action=refused&limit=5")).GetProperty("items").GetArrayLength().ShouldBe(5, "refusals are audited");
    }

    [Fact]
    public async Task Nobody_sees_or_touches_another_sites_exam()
    {
        using var desk = await centre.As("desk-a");
        var study = (await desk.Command("/api/studies", TestExams.Walking("甲某"))).Text("studyId");
        using var reader = await centre.As("reader-x");
        using var floor = await centre.As("desk-x");
        var before = await desk.Get(Rest.Path(study));
        var tried = 0;
        foreach (var endpoint in Endpoints().Where(e => e.RoutePattern.RawText!.StartsWith("/api/studies/{id}", StringComparison.Ordinal)))
        {
            var allowed = endpoint.Metadata.GetMetadata<RolesAllowed>()!.Roles;
            var client = allowed.Intersect((string[])["reader", "senior"]).Any() ? reader : allowed.Intersect((string[])["desk", "technician", "clinician", "nurse"]).Any() ? floor : null;
            if (client is null)
                continue;
            using var response = await client.SendAsync(Request(endpoint, Uri.EscapeDataString(study)));
            var body = await response.Content.ReadAsStringAsync();
            // Signing asks for presence first: its refusal says nothing of the exam either.
            response.StatusCode.ShouldBeOneOf(HttpStatusCode.NotFound, HttpStatusCode.Forbidden);
            if (response.StatusCode == HttpStatusCode.Forbidden)
                body.ShouldContain("report.sign.password", customMessage: Name(endpoint));
            tried++;
        }

        tried.ShouldBeGreaterThan(25);
        (await desk.Get(Rest.Path(study))).GetProperty("version").GetInt64().ShouldBe(before.GetProperty("version").GetInt64(), "nothing was changed");
        (await reader.Get("/api/studies?view=all")).GetProperty("items").EnumerateArray().ShouldAllBe(row => row.GetProperty("site").GetString() == "elsewhere");
        (await reader.Get("/api/sites")).EnumerateArray().Select(s => s.GetProperty("site").GetProperty("profile").Text("code")).ShouldBe(["elsewhere"]);
        using var clinicianOfB = await centre.As("duty-b");
        (await clinicianOfB.GetAsync(Rest.Path(study))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Nobody_makes_an_exam_for_another_site()
    {
        using var client = await centre.As("desk-x");
        (await client.Refused("/api/studies", TestExams.Walking("乙某", site: "township-a"))).ShouldBe((403, "access.site"));
        (await client.Refused("/api/studies/emergency", new { site = "township-a", item = "头颅CT平扫" })).ShouldBe((403, "access.site"));
    }

    [Fact]
    public async Task An_endpoint_that_declares_nobody_is_open_to_nobody()
    {
        var policies = centre.Services.GetRequiredService<IAuthorizationPolicyProvider>();
        var fallback = (await policies.GetFallbackPolicyAsync()).ShouldNotBeNull();
        var somebody = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Role, "administrator")], "test"));

        var answer = await centre.Services.GetRequiredService<IAuthorizationService>().AuthorizeAsync(somebody, null, fallback);

        answer.Succeeded.ShouldBeFalse();
    }

    [Fact]
    public async Task Nobody_sees_or_touches_another_sites_alert_or_device()
    {
        using var desk = await centre.As("desk-a");
        using var reader = await centre.As("reader");
        var study = (await desk.Command("/api/studies", TestExams.Walking("己某"))).Text("studyId");
        var id = (await reader.Command("/api/critical-values", new { studyId = study, entryId = "intracranial-haematoma", note = "n" })).Text("criticalValueId");
        var path = "/api/critical-values/" + Uri.EscapeDataString(id);
        var before = (await reader.Get(path)).GetProperty("version").GetInt64();

        // duty-b answers for township-b, reader-x and desk-x for another centre.
        foreach (var (user, verb) in ((string, string)[])[("duty-b", ""), ("reader-x", ""), ("reader-x", "/verify"), ("reader-x", "/refute"), ("duty-b", "/receive"),
            ("duty-b", "/call"), ("duty-b", "/act"), ("reader-x", "/confirm"), ("reader-x", "/withdraw")])
        {
            using var client = await centre.As(user);
            using var response = verb.Length == 0
                ? await client.GetAsync(path)
                : await client.PostAsync(path + verb, new StringContent("""{"reason":"r","readBack":"x","whom":"w","number":"1","reached":true,"action":"a"}""", Encoding.UTF8, "application/json"));
            response.StatusCode.ShouldBe(HttpStatusCode.NotFound, $"{user} {verb}");
        }

        using var otherSite = await centre.As("tech-b");
        (await otherSite.Refused("/api/critical-values", new { studyId = study, entryId = "intracranial-haematoma" })).Status.ShouldBe(404);
        (await otherSite.Get("/api/critical-values?limit=200")).GetProperty("items").EnumerateArray().ShouldAllBe(row => row.GetProperty("value").GetProperty("suspicion").Text("site") == "township-b");
        (await reader.Get(path)).GetProperty("version").GetInt64().ShouldBe(before, "nothing was changed");

        (await otherSite.Refused("/api/devices/township-a/A_CT1/service", new { inService = false, reason = "r" })).Status.ShouldBeOneOf(403, 404);
        (await otherSite.Get("/api/devices")).EnumerateArray().ShouldAllBe(row => row.GetProperty("device").GetProperty("profile").Text("site") == "township-b");
        using var admin = await centre.As("admin");
        (await admin.Get("/api/devices?site=township-a")).EnumerateArray().ShouldAllBe(row => row.GetProperty("device").GetProperty("inService").GetBoolean());
    }

    [Theory]
    [InlineData("/api/studies/../../etc/passwd")]
    [InlineData("/api/studies/study%3A..%2F..%2Fx")]
    [InlineData("/api/studies/site%3Atownship-a")]
    [InlineData("/api/studies/study%3A01ARZ3NDEKTSV4RRFFQ69G5FA")]
    [InlineData("/api/critical-values/crit%3Ax")]
    [InlineData("/api/patients/pat%3Ax")]
    public async Task An_id_that_is_none_reaches_no_grain(string path)
    {
        using var client = await centre.As("reader");
        (await client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static string Name(RouteEndpoint endpoint) => $"{Method(endpoint)} {endpoint.RoutePattern.RawText}";

    private static string Method(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is [var method, ..] ? method : "POST";

    private static bool IsPage(RouteEndpoint endpoint) => endpoint.RoutePattern.RawText is "/" || endpoint.RoutePattern.RawText!.StartsWith("/{**page", StringComparison.Ordinal);

    // Served at the edges' own listener, not at this one; its tests stand with the link.
    private static bool IsLink(RouteEndpoint endpoint) => endpoint.RoutePattern.RawText!.StartsWith("/regional.link", StringComparison.OrdinalIgnoreCase)
        || endpoint.RoutePattern.RawText!.Contains("Unimplemented", StringComparison.OrdinalIgnoreCase);

    private static HttpRequestMessage Request(RouteEndpoint endpoint, string id = "study%3A01ARZ3NDEKTSV4RRFFQ69G5FAV")
    {
        var path = string.Concat(endpoint.RoutePattern.RawText!.Split('/').Skip(1).Select(part => "/" + (part.StartsWith('{') ? Value(part, id) : part)));
        var request = new HttpRequestMessage(new HttpMethod(Method(endpoint)), path);
        if (request.Method != HttpMethod.Get)
        {
            request.Content = new StringContent(
                """
                {"reason":"r","at":"2030-01-01T00:00:00Z","grade":"a","relevant":true,"fee":"paid","unmatchedStudyId":"x","secondPerson":{"username":"u","password":"p"},
                "request":{"item":"头颅CT平扫","patientId":"pat:01ARZ3NDEKTSV4RRFFQ69G5FAV"},"token":1,"version":1,"text":{"findings":"f","impression":"i"},"password":"wrong","patientId":"pat:01ARZ3NDEKTSV4RRFFQ69G5FAV"}
                """.Replace("\"text\":{\"findings\":\"f\",\"impression\":\"i\"}", path.EndsWith("/addendum", StringComparison.Ordinal) ? "\"text\":\"t\"" : "\"text\":{\"findings\":\"f\",\"impression\":\"i\"}", StringComparison.Ordinal),
                Encoding.UTF8, "application/json");
        }

        return request;
    }

    private static string Value(string part, string id) => part.Contains("study", StringComparison.Ordinal) || part.Contains("series", StringComparison.Ordinal)
        || part.Contains("instance", StringComparison.Ordinal) ? "1.2.3" : part.Contains("frames", StringComparison.Ordinal) ? "1" : id;

    private List<RouteEndpoint> Endpoints() => [.. centre.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()];
}
