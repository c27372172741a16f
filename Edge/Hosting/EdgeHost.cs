using System.Net;
using FellowOakDicom;
using FellowOakDicom.Network;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Regional.Edge.Dicom;
using Regional.Edge.Journal;
using Regional.Edge.Link;
using Regional.Edge.Status;
using Regional.Imaging;
using Regional.Imaging.Cluster;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;
using Regional.Imaging.Storage;
using Serilog;

namespace Regional.Edge.Hosting;

/// <summary>Composition root of an edge: opens packs, index and queue, then listens, then dials.</summary>
internal sealed class EdgeHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ImageArchive _archive;
    private readonly IndexDatabase _database;
    private readonly UploadQueue _queue;

    private EdgeHost(WebApplication app, ImageArchive archive, IndexDatabase database, UploadQueue queue) =>
        (_app, _archive, _database, _queue) = (app, archive, database, queue);

    public IServiceProvider Services => _app.Services;

    /// <exception cref="ClusterFileException">The site is not in the file.</exception>
    public static async Task<EdgeHost> Build(ClusterFile cluster, string siteCode, TimeProvider time)
    {
        var site = cluster.Site(siteCode)
            ?? throw new ClusterFileException([new ClusterFault("--site", siteCode, "must be the code of a site in cluster.yaml")]);
        var folder = cluster.EdgeFolder(site.Code);
        Directory.CreateDirectory(folder);

        var builder = WebApplication.CreateSlimBuilder();
        AddLogging(builder, folder);
        builder.WebHost.UseKestrelHttpsConfiguration().UseUrls(site.Edge.Http);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);

        var loggers = LoggerFactory.Create(logging => logging.AddSerilog(Log.Logger));
        var files = DiskFileLayer.Instance;
        var database = IndexDatabase.Sqlite(Path.Combine(folder, "index.db"));
        var alarms = new PackAlarmLog(loggers.CreateLogger<PackAlarmLog>());
        var archive = await ImageArchive.OpenAsync(Options(site, folder), files, database, alarms, time, loggers, CancellationToken.None);
        var queue = new UploadQueue(folder);
        var link = new LinkState(time);
        var guard = new GuardOptions();

        var services = builder.Services;
        services.AddSingleton(time);
        services.AddSingleton(archive);
        services.AddSingleton(archive.Packs);
        services.AddSingleton(queue);
        services.AddSingleton(link);
        services.AddSingleton(alarms);
        services.AddSingleton(guard);
        services.AddSingleton(new EdgeTelemetry(queue, link, files, folder, site.Edge.DiskReserve.Bytes, time));
        services.AddSingleton(new UplinkOptions { Site = site.Code, Centre = new Uri(cluster.Options.Centre.Link) });
        services.AddSingleton(LinkTransport.For(cluster, site));
        services.AddFellowOakDicom().AddNetworkManager<GuardedNetworkManager>();
        services.AddSingleton(sp => new StorageContext(
            site.Edge.AeTitle, new CallerRegister(site), archive.Buffers,
            new StoreAdmission(archive, site.Code, time, sp.GetRequiredService<ILogger<StoreAdmission>>())));
        services.AddSingleton(sp => new DicomListener(
            sp.GetRequiredService<IDicomServerFactory>(), sp.GetRequiredService<StorageContext>(), IPEndPoint.Parse(site.Edge.Dicom), guard,
            sp.GetRequiredService<ILogger<DicomListener>>()));
        services.AddHostedService(sp => sp.GetRequiredService<DicomListener>());
        services.AddHostedService<JournalFollower>();
        services.AddHostedService<LinkService>();

        var app = builder.Build();
        app.MapEdgeStatus(site);
        return new EdgeHost(app, archive, database, queue);
    }

    public Task Run() => _app.RunAsync();

    public Task Start() => _app.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _queue.Dispose();
        await _archive.DisposeAsync();
        await _database.DisposeAsync();
        await Log.CloseAndFlushAsync();
    }

    private static ImageArchiveOptions Options(SiteOptions site, string folder) => new()
    {
        Packs = new PackStoreOptions
        {
            Directory = Path.Combine(folder, "packs"), PackSize = site.Edge.PackSize.Bytes, FreeSpaceWatermark = site.Edge.DiskReserve.Bytes,
        },
        Buffers = new ReceiveBufferOptions { SpoolDirectory = Path.Combine(folder, "spool") },
        Acknowledge = AcknowledgeAfter.Pack,
    };

    private static void AddLogging(WebApplicationBuilder builder, string folder)
    {
        Log.Logger = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft.AspNetCore", Serilog.Events.LogEventLevel.Warning)
            .MinimumLevel.Override("FellowOakDicom", Serilog.Events.LogEventLevel.Warning)
            .WriteTo.Console(formatProvider: System.Globalization.CultureInfo.InvariantCulture)
            .WriteTo.File(
                Path.Combine(folder, "logs", "edge-.log"), formatProvider: System.Globalization.CultureInfo.InvariantCulture,
                rollingInterval: RollingInterval.Day, retainedFileCountLimit: 190)
            .CreateLogger();
        builder.Logging.ClearProviders();
        builder.Logging.AddSerilog(Log.Logger);
    }
}
