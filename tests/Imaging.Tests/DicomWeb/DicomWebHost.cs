using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Regional.Imaging.DicomWeb;
using Regional.Imaging.DicomWeb.Store;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;
using Regional.Imaging.Tests.Index;

namespace Regional.Imaging.Tests.DicomWeb;

/// <summary>DICOMweb on a real Kestrel over an archive of its own.</summary>
public sealed class DicomWebHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DicomWebHost(WebApplication app, ArchiveFixture fixture, TestAccess access, HttpClient http) =>
        (_app, Fixture, Access, Http) = (app, fixture, access, http);

    public ArchiveFixture Fixture { get; }

    public TestAccess Access { get; }

    public HttpClient Http { get; }

    public static async Task<DicomWebHost> StartAsync(bool withAccess = true, StoreLimits? limits = null, long watermark = 0)
    {
        var fixture = await ArchiveFixture.CreateAsync(watermark: watermark);
        var access = new TestAccess();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(fixture.Archive);
        if (withAccess) builder.Services.AddSingleton<IDicomWebAccess>(access);
        if (withAccess) builder.Services.AddSingleton<IDicomWebStore>(access);
        if (limits is not null) builder.Services.AddSingleton(limits);
        builder.Services.AddDicomWeb();
        var app = builder.Build();
        app.Use((context, next) =>
        {
            if (access.IsSignedIn) context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "reader")], "test"));
            return next(context);
        });
        app.MapDicomWeb();
        app.MapDicomWebStore();
        await app.StartAsync();
        var http = new HttpClient { BaseAddress = new Uri(app.Urls.First() + "/dicom-web/") };
        return new DicomWebHost(app, fixture, access, http);
    }

    public async Task StoreAsync(Slice slice) => (await Fixture.StoreAsync(slice)).ShouldBeOfType<StoreResult.Stored>();

    public async Task<HttpResponseMessage> GetAsync(string path, string? accept = null, string? etag = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        if (etag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        return await Http.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        await Fixture.DisposeAsync();
    }
}

public sealed class TestAccess : IDicomWebAccess, IDicomWebStore
{
    public bool IsSignedIn { get; set; } = true;

    public SearchScope Scope { get; set; } = SearchScope.All;

    public HashSet<string> Hidden { get; } = [];

    public ValueTask<bool> MayAsync(ClaimsPrincipal user, string studyUid, DicomWebAction action, CancellationToken cancellation) =>
        ValueTask.FromResult(IsSignedIn && !Hidden.Contains(studyUid));

    public ValueTask<SearchScope> ScopeAsync(ClaimsPrincipal user, CancellationToken cancellation) =>
        ValueTask.FromResult(IsSignedIn ? Scope : SearchScope.Nobody);

    public bool MayStore { get; set; } = true;

    public List<StoreSummary> Stored { get; } = [];

    public ValueTask<StoreOrigin?> OriginAsync(ClaimsPrincipal user, CancellationToken cancellation) =>
        ValueTask.FromResult(IsSignedIn && MayStore ? new StoreOrigin("township-a", "STOW") : null);

    public ValueTask StoredAsync(ClaimsPrincipal user, StoreSummary summary, CancellationToken cancellation)
    {
        Stored.Add(summary);
        return ValueTask.CompletedTask;
    }
}
