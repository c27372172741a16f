using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Regional.Link.V1;
using Regional.Silo.Hosting;
using Regional.Silo.Tests.Hosting;
using Regional.TestKit.Tls;

namespace Regional.Silo.Tests.Link;

/// <summary>Outside the demo the certificate says which site calls, and nothing else does (R10.2.2-1, R4.3.2-1): default deny.</summary>
[Trait("Requirement", "R10.2.2-1")]
public sealed class LinkAuthorityTests : IAsyncLifetime
{
    private readonly TestAuthority _authority = new("Region");
    private readonly TestAuthority _stranger = new("Region"); // The same name: only the key tells them apart.
    private readonly X509Certificate2 _revoked;
    private SmallRegion _region = null!;
    private CentreHost _centre = null!;
    private Uri _link = null!;

    public LinkAuthorityTests() => _revoked = _authority.Issue("township-a");

    public async Task InitializeAsync()
    {
        _region = new SmallRegion(authority: _authority, revoked: _revoked.SerialNumber);
        _centre = await _region.Start();
        _link = new Uri(_centre.App.Urls.Last());
    }

    public async Task DisposeAsync()
    {
        await SmallRegion.Stop(_centre);
        _region.Dispose();
        _revoked.Dispose();
        _authority.Dispose();
        _stranger.Dispose();
    }

    [Fact]
    public async Task A_site_s_certificate_opens_the_link_for_that_site_each_time_it_dials()
    {
        using var certificate = _authority.Issue("township-a");
        for (var i = 0; i < 3; i++)
        {
            // A resumed TLS session has to know its peer as well as the first.
            using var caller = Caller(certificate);
            (await caller.HelloAsync("township-a", "township-a")).WindowBytes.ShouldBeGreaterThan(0u);
            (await caller.ResumeAsync("township-a", "township-a")).Items.ShouldBeEmpty();
            (await caller.ResumeAsync(null, "township-a")).Items.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_site_s_certificate_does_not_open_the_link_for_another_site()
    {
        using var certificate = _authority.Issue("expert");
        using var caller = Caller(certificate);

        (await Refused(() => caller.HelloAsync("township-a", "township-a"))).ShouldBe(StatusCode.PermissionDenied);
        (await Refused(() => caller.HelloAsync("expert", "township-a"))).ShouldBe(StatusCode.PermissionDenied);
        (await Refused(() => caller.HelloAsync(null, "township-a"))).ShouldBe(StatusCode.PermissionDenied);
        (await Refused(() => caller.ResumeAsync("township-a", "township-a"))).ShouldBe(StatusCode.PermissionDenied);
        (await Refused(() => caller.ResumeAsync("expert", "township-a"))).ShouldBe(StatusCode.PermissionDenied);
        (await Refused(() => caller.UploadAsync("township-a", new UploadBegin { Site = "township-a" }))).ShouldBe(StatusCode.PermissionDenied);
        (await caller.ResumeAsync("expert", "expert")).Items.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("township-a,CN=expert")]
    [InlineData("TOWNSHIP-A")]
    public async Task A_certificate_that_names_no_site_is_refused(string name)
    {
        using var certificate = _authority.Issue(name);
        using var caller = Caller(certificate);
        (await Refused(() => caller.ResumeAsync("township-a", "township-a"))).ShouldBe(StatusCode.PermissionDenied);
    }

    [Fact]
    public async Task Without_a_certificate_the_handshake_is_refused()
    {
        using var caller = Caller(null);
        (await Refused(() => caller.ResumeAsync("township-a", "township-a"))).ShouldBeOneOf(StatusCode.Unavailable, StatusCode.Internal);
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused_in_the_handshake()
    {
        using var certificate = _stranger.Issue("township-a");
        using var caller = Caller(certificate);
        (await Refused(() => caller.ResumeAsync("township-a", "township-a"))).ShouldBeOneOf(StatusCode.Unavailable, StatusCode.Internal);
    }

    [Fact]
    public async Task A_certificate_for_servers_alone_is_refused_in_the_handshake()
    {
        using var certificate = _authority.Issue("township-a", CertificateUse.Server);
        using var caller = Caller(certificate);
        (await Refused(() => caller.ResumeAsync("township-a", "township-a"))).ShouldBeOneOf(StatusCode.Unavailable, StatusCode.Internal);
    }

    [Fact]
    public async Task A_revoked_certificate_is_refused_in_the_handshake()
    {
        using var caller = Caller(_revoked);
        (await Refused(() => caller.ResumeAsync("township-a", "township-a"))).ShouldBeOneOf(StatusCode.Unavailable, StatusCode.Internal);
    }

    private LinkCaller Caller(X509Certificate2? certificate) => new(_link, _authority, certificate);

    private static async Task<StatusCode> Refused(Func<Task> call) => (await Should.ThrowAsync<RpcException>(call)).StatusCode;
}
