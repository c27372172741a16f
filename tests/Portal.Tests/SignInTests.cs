using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Regional.Portal.Accounts;
using Regional.Portal.Tests.Hosting;

namespace Regional.Portal.Tests;

[Collection("centre")]
public sealed class SignInTests(CentreFixture centre)
{
    [Fact]
    public async Task The_centre_is_live_and_ready()
    {
        using var client = centre.Anonymous();
        (await client.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var ready = await client.GetAsync("/health/ready");
        ready.StatusCode.ShouldBe(HttpStatusCode.OK, await ready.Content.ReadAsStringAsync());
        (await client.GetStringAsync("/metrics")).ShouldContain("# TYPE ");
        (await client.GetStringAsync("/api/meta")).ShouldContain("\"profile\":\"demo\"");
    }

    [Fact]
    public async Task A_token_tells_who_somebody_is()
    {
        using var client = await centre.As("reader");

        var me = await client.GetFromJsonAsync<User>("/api/auth/me", CentreFixture.Json);

        me.ShouldNotBeNull();
        me.Name.ShouldBe("孙佳");
        me.SiteName.ShouldBe("云溪市人民医院影像诊断中心");
        me.Roles.ShouldBe(["reader", "duty"]);
        me.Licence.ShouldBe("DEMO-RD-0001");
    }

    [Fact]
    public async Task A_cookie_needs_the_header_that_no_other_site_can_send()
    {
        var token = (await centre.SignIn("nurse-a")).Token;
        using var client = centre.Anonymous();
        client.DefaultRequestHeaders.Add("Cookie", "regional=" + token);

        (await client.GetAsync("/api/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var refused = await client.PostAsync("/api/auth/logout", null);
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("request.cross-site");

        client.DefaultRequestHeaders.Add("X-Regional", "1");
        (await client.PostAsync("/api/auth/logout", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await client.GetAsync("/api/auth/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, "signed out");
    }

    [Fact]
    public async Task The_cookie_is_out_of_reach_of_scripts_and_other_sites()
    {
        using var client = centre.Anonymous();
        using var response = await client.PostAsJsonAsync("/api/auth/login", new LoginRequest("mdt", CentreFixture.Password));

        var cookie = response.Headers.GetValues("Set-Cookie").Single();
        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=strict", Case.Insensitive);
    }

    [Fact]
    public async Task Wrong_passwords_lock_the_account_and_are_audited()
    {
        using var client = centre.Anonymous();
        async Task<(HttpStatusCode, string?)> Try(string password)
        {
            using var response = await client.PostAsJsonAsync("/api/auth/login", new LoginRequest("us-a", password));
            var body = await response.Content.ReadFromJsonAsync<JsonElement>();
            return (response.StatusCode, body.TryGetProperty("rule", out var rule) ? rule.GetString() : null);
        }

        for (var i = 0; i < 3; i++)
            (await Try("wrong")).ShouldBe((HttpStatusCode.Unauthorized, "login.refused"));
        (await Try(CentreFixture.Password)).ShouldBe((HttpStatusCode.Locked, "login.locked"), "the right password does not help while locked");

        using var quality = await centre.As("qc");
        var audit = await quality.GetFromJsonAsync<JsonElement>("/api/audit?user=us-a&action=login");
        audit.GetProperty("items").GetArrayLength().ShouldBe(4);
        audit.GetProperty("items")[0].GetProperty("rule").GetString().ShouldBe("login.locked");
        audit.GetProperty("items")[0].GetProperty("success").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_name_that_is_nobodys_is_refused_alike_and_not_kept()
    {
        using var client = centre.Anonymous();
        using var response = await client.PostAsJsonAsync("/api/auth/login", new LoginRequest("my-secret-password", "x"));

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var quality = await centre.As("qc");
        (await quality.GetStringAsync("/api/audit?action=login&limit=500")).ShouldNotContain("my-secret-password");
    }

    [Fact]
    public async Task Answers_carry_the_headers_that_protect_a_page()
    {
        using var client = centre.Anonymous();
        using var response = await client.GetAsync("/api/meta");

        response.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("frame-ancestors 'self'");
        var connect = response.Headers.GetValues("Content-Security-Policy").Single().Split("; ").Single(part => part.StartsWith("connect-src", StringComparison.Ordinal));
        connect.ShouldBe($"connect-src 'self' blob: data: ws://{response.RequestMessage!.RequestUri!.Authority}", "pages talk to this portal and to nobody else");
        response.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        response.Headers.Contains("Server").ShouldBeFalse();
    }
}
