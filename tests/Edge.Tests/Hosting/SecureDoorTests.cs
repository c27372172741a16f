using System.Net;
using Regional.Edge.Tests.Support;
using Regional.Imaging.Cluster;
using Regional.TestKit;
using Regional.TestKit.Tls;

namespace Regional.Edge.Tests.Hosting;

/// <summary>An edge outside the demo: its HTTP is HTTPS alone, and it does not start on certificates that would not do (R10.2.2-1).</summary>
[Trait("Requirement", "R10.2.2-1")]
public sealed class SecureDoorTests : IDisposable
{
    private readonly TestAuthority _region = new("Region");

    public void Dispose() => _region.Dispose();

    [Fact]
    public async Task Https_is_served_with_the_site_s_certificate_and_plain_http_is_not()
    {
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { Profile = "production", Tls = new EdgeTls(_region) });
        using var trusting = new HttpClient(new SocketsHttpHandler
        {
            SslOptions =
            {
                CertificateChainPolicy = new()
                {
                    TrustMode = global::System.Security.Cryptography.X509Certificates.X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = global::System.Security.Cryptography.X509Certificates.X509RevocationMode.NoCheck,
                    CustomTrustStore = { _region.Certificate },
                },
            },
        });

        (await trusting.GetAsync(new Uri($"https://127.0.0.1:{edge.HttpPort}/health/ready"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Should.ThrowAsync<HttpRequestException>(() => edge.Http.GetAsync(new Uri("/health/ready", UriKind.Relative)));
    }

    [Fact]
    public async Task Every_fault_of_the_certificates_is_told_at_once_with_the_others()
    {
        using var folder = new TempFolder();
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { Profile = "production", Tls = new EdgeTls(_region) });
        var yaml = edge.Yaml.Replace("pack-size: 1GiB", "pack-size: 1GiB\n      accept-unknown-callers: true", StringComparison.Ordinal)
            .Replace("authority: centre.pem", "authority: nowhere.pem", StringComparison.Ordinal)
            .Replace("accept-unknown-callers: false\n", "\n", StringComparison.Ordinal);

        Names(yaml, folder).ShouldBe(
            [
                "sites[township-a].edge.accept-unknown-callers", "centre.tls.authority", "sites[township-a].edge.tls.certificate",
                "sites[township-a].edge.tls.key",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public async Task A_certificate_for_another_site_or_with_another_key_is_refused_at_start()
    {
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { Profile = "production", Tls = new EdgeTls(_region) });
        using var folder = new TempFolder();
        _region.Save(folder, "centre");
        _region.Issue(folder, "township-b", file: EdgeUnderTest.Site);
        Names(edge.Yaml, folder).ShouldBe(["sites[township-a].edge.tls.certificate"]);

        _region.Issue(folder, EdgeUnderTest.Site);
        Names(edge.Yaml, folder).ShouldBeEmpty();
        var other = _region.Issue(folder, "other");
        File.Copy(other.Key, folder.File(EdgeUnderTest.Site + ".key"), overwrite: true);
        Names(edge.Yaml, folder).ShouldBe(["sites[township-a].edge.tls.key"]);
    }

    [Fact]
    public async Task An_encrypted_key_needs_its_password()
    {
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { Profile = "production", Tls = new EdgeTls(_region) });
        using var folder = new TempFolder();
        _region.Save(folder, "centre");
        _region.Issue(folder, EdgeUnderTest.Site, password: "correct");
        string With(string password) => edge.Yaml.Replace(".key }", $".key, key-password: {password} }}", StringComparison.Ordinal);

        Names(edge.Yaml, folder).ShouldBe(["sites[township-a].edge.tls.key"]);
        Names(With("file:password"), folder).ShouldBe(["sites[township-a].edge.tls.key-password"]);
        File.WriteAllText(folder.File("password"), "wrong");
        Names(With("file:password"), folder).ShouldBe(["sites[township-a].edge.tls.key"]);
        File.WriteAllText(folder.File("password"), "correct\n");
        Names(With("file:password"), folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task Outside_the_demo_a_site_without_a_certificate_is_refused_unless_waived_by_name()
    {
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { Profile = "production" });
        using var folder = new TempFolder();
        Names(edge.Yaml, folder).ShouldBeEmpty("everything is waived");
        var names = Names(edge.Yaml.Replace("waive-tls: [http, link, dicom, mllp]", "waive-tls: []", StringComparison.Ordinal), folder);
        string[] expected =
        [
            "centre.http", "centre.link", "sites[township-a].edge.http", "sites[township-a].edge.tls", "sites[township-a].edge.dicom",
            "sites[township-a].edge.mllp",
        ];
        names.ShouldBe(expected, ignoreOrder: true);
    }

    private static IEnumerable<string> Names(string yaml, string folder)
    {
        try
        {
            ClusterFile.Parse(yaml, folder, ClusterPart.Edge(EdgeUnderTest.Site));
            return [];
        }
        catch (ClusterFileException wrong)
        {
            return wrong.Faults.Select(f => f.Name);
        }
    }
}
