using System.Net;
using System.Net.Http.Json;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Regional.Actors;
using Regional.Imaging.Cluster;
using Regional.Portal.Accounts;
using Regional.Silo.Hosting;
using Regional.TestKit;
using Regional.TestKit.Tls;

namespace Regional.Silo.Tests.Hosting;

/// <summary>The portal's door outside the demo: HTTPS with the configured certificate and nothing else (R10.2.2-1).</summary>
[Trait("Requirement", "R10.2.2-1")]
public sealed class SecureDoorTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Https_is_served_plain_http_is_not_and_the_cookie_is_secure()
    {
        using var region = new SmallRegion(authority: _authority);
        var centre = await region.Start();
        var https = new Uri(centre.App.Urls.First());
        https.Scheme.ShouldBe("https");
        await centre.App.Services.GetRequiredService<IAccountStore>().Create(
            new Account("reader", "孙佳", "expert", [Role.Reader], null, null, Passwords.Hash("a long enough password"), false, 0, null), default);

        using (var client = Trusting(SslProtocols.None))
        {
            (await client.GetAsync(new Uri(https, "/health/ready"))).StatusCode.ShouldBe(HttpStatusCode.OK);
            using var signedIn = await client.PostAsJsonAsync(new Uri(https, "/api/auth/login"), new LoginRequest("reader", "a long enough password"));
            signedIn.StatusCode.ShouldBe(HttpStatusCode.OK);
            var cookie = signedIn.Headers.GetValues("Set-Cookie").Single();
            cookie.ShouldContain("; secure", Case.Insensitive);
            cookie.ShouldContain("; httponly", Case.Insensitive);
            signedIn.Headers.GetValues("Strict-Transport-Security").ShouldNotBeEmpty();
            await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync(new Uri($"http://127.0.0.1:{https.Port}/health/live")));
            // The edges' door lets in nobody without a site's certificate.
            await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync(new Uri(new Uri(centre.App.Urls.Last()), "/health/live")));
        }

        foreach (var protocol in (SslProtocols[])[SslProtocols.Tls12, SslProtocols.Tls13])
        {
            using var client = Trusting(protocol);
            (await client.GetAsync(new Uri(https, "/health/live"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        using (var untrusting = new HttpClient())
            await Should.ThrowAsync<HttpRequestException>(() => untrusting.GetAsync(new Uri(https, "/health/live")));
        await SmallRegion.Stop(centre);
    }

    [Fact]
    public void Missing_certificates_and_wrong_ones_are_told_at_once_with_all_other_faults()
    {
        using var region = new SmallRegion(authority: _authority);
        var yaml = File.ReadAllText(Path.Combine(region.Folder, "cluster.yaml"));
        using var elsewhere = new TempFolder();
        Faults(yaml, elsewhere).ShouldBe(["centre.tls.certificate", "centre.tls.key", "centre.tls.client-authority"], ignoreOrder: true);

        Faults(yaml.Replace(", client-authority: authority.pem, revoked: []", ", revoked: [zz]", StringComparison.Ordinal).Replace("pack-size: 16MiB", "pack-size: 1B", StringComparison.Ordinal), region.Folder)
            .ShouldBe(["centre.archive.pack-size", "centre.tls.client-authority", "centre.tls.revoked"], ignoreOrder: true);

        using var other = new TestAuthority();
        other.Issue(region.Folder, "other");
        Faults(yaml.Replace("file:centre.key", "file:other.key", StringComparison.Ordinal), region.Folder).ShouldBe(["centre.tls.key"]);
        Faults(yaml.Replace("certificate: centre.pem", "certificate: cluster.yaml", StringComparison.Ordinal), region.Folder).ShouldBe(["centre.tls.certificate"]);
        Faults(yaml, region.Folder).ShouldBeEmpty();
    }

    private static IEnumerable<string> Faults(string yaml, string folder)
    {
        try
        {
            ClusterFile.Parse(yaml, folder, ClusterPart.Centre);
            return [];
        }
        catch (ClusterFileException wrong)
        {
            return wrong.Faults.Select(f => f.Name);
        }
    }

    private HttpClient Trusting(SslProtocols protocol) => new(new SocketsHttpHandler
    {
        UseCookies = false,
        SslOptions =
        {
            EnabledSslProtocols = protocol,
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { _authority.Certificate },
            },
        },
    });
}
