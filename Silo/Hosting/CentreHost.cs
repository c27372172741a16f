using System.Net;
using System.Reflection;
using Orleans.Hosting;
using Regional.Imaging;
using Regional.Imaging.Cluster;
using Regional.Imaging.Index;
using Regional.Imaging.Upkeep;
using Regional.Portal.Hosting;
using Regional.Silo.Archive;
using Regional.Silo.Backup;
using Regional.Silo.Link;
using Regional.Silo.Metrics;
using Regional.Silo.Reference;
using Regional.Silo.Storage;
using Regional.Silo.Sweeping;
using Regional.Sites;
using Regional.Storage;
using Serilog;

namespace Regional.Silo.Hosting;

/// <summary>
/// The centre as one process: storage and archive are opened first, then grains, then the doors. Closing goes the other way, so that
/// nothing is asked of what is already shut.
/// </summary>
internal sealed class CentreHost : IAsyncDisposable
{
    private readonly CentreLock own;
    private readonly CentreStorage storage;
    private readonly IndexDatabase index;
    private readonly ImageArchive archive;

    private CentreHost(WebApplication app, CentreLock own, CentreStorage storage, IndexDatabase index, ImageArchive archive) =>
        (App, this.own, this.storage, this.index, this.archive) = (app, own, storage, index, archive);

    public WebApplication App { get; }

    public ImageArchive Archive => archive;

    /// <param name="configure">What a test changes: clock, log, error handling.</param>
    /// <exception cref="ClusterFileException">The topology or a reference file is wrong.</exception>
    /// <exception cref="CentreInUseException">Another process owns the data folder.</exception>
    public static async Task<CentreHost> Build(ClusterFile cluster, TimeProvider time, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Logging.ClearProviders();
        if (configure is null)
            builder.Logging.AddSerilog(CentreLog.Create(cluster), dispose: true);
        builder.Services.AddSingleton(cluster).AddSingleton(time);
        builder.UseListeners(cluster);
        configure?.Invoke(builder);

        var own = CentreLock.Take(cluster);
        CentreStorage? storage = null;
        IndexDatabase? index = null;
        ImageArchive? archive = null;
        try
        {
            storage = await CentreStorage.Open(cluster, time);
            index = CentreArchive.Database(cluster);
            builder.Services.AddStorage(storage);
            builder.Services.AddSingleton<ArchiveAlarms>().AddSingleton<ReferenceImport>().AddSingleton<Readiness>();
            builder.Services.AddSingleton(_ => archive!).AddSingleton<IOutbox>(_ => archive!.Outbox);
            AddGrains(builder, cluster, storage);
            var portal = PortalOptionsOf(cluster);
            builder.Services.AddHostedService<RegionSetup>();
            builder.Services.AddHostedService<ArchiveDispatcher>();
            builder.Services.AddHostedService<DueSweeper>();
            builder.Services.AddSingleton(new UpkeepOptions()).AddHostedService<UpkeepService>();
            builder.Services.AddSingleton(CentreArchive.StoreLimits(cluster)).AddPortal(portal).AddLink();
            builder.Services.AddCentreMetrics();

            var app = builder.Build();
            archive = await CentreArchive.Open(
                cluster, index, app.Services.GetRequiredService<ArchiveAlarms>(), time, app.Services.GetRequiredService<ILoggerFactory>(), CancellationToken.None);
            await app.Services.GetRequiredService<ReferenceImport>().Run(CancellationToken.None);
            app.UsePortal(portal);
            app.UseDoors();
            app.MapHealth();
            app.MapCentreMetrics();
            app.MapPortal(portal);
            app.MapLink();
            return new CentreHost(app, own, storage, index, archive);
        }
        catch
        {
            await Close(archive, index, storage, own);
            throw;
        }
    }

    public Task Run() => App.RunAsync();

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Close(archive, index, storage, own);
    }

    internal static PortalOptions PortalOptionsOf(ClusterFile cluster)
    {
        var assembly = Assembly.GetExecutingAssembly();
        string[] places = [Path.Combine(AppContext.BaseDirectory, "pages"), cluster.Resolve(Path.Combine("Portal", "Web", "dist"))];
        return new PortalOptions
        {
            Cluster = cluster,
            Pages = Array.Find(places, place => File.Exists(Path.Combine(place, "index.html"))),
            Version = assembly.GetName().Version?.ToString(3) ?? "0",
            Stack = assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "Stack")?.Value ?? "",
        };
    }

    private static void AddGrains(WebApplicationBuilder builder, ClusterFile cluster, CentreStorage storage)
    {
        var centre = cluster.Options.Centre;
        builder.UseOrleans(silo =>
        {
            if (centre.Silos == 1)
                silo.UseLocalhostClustering(centre.SiloPort, centre.GatewayPort, serviceId: cluster.Options.Service, clusterId: cluster.Options.Service);
            else
                Join(silo, cluster, storage);
            silo.AddAdoNetGrainStorage(RegionalStorage.Name, options =>
            {
                options.Invariant = storage.Invariant;
                options.ConnectionString = storage.GrainConnection;
                options.GrainStorageSerializer = new RegionalStateSerializer();
            });
            if (storage.Data.Kind == DatabaseKind.Sqlite)
            {
                silo.AddReminders();
                silo.Services.AddSingleton<Orleans.IReminderTable, SqliteReminderTable>();
            }
            else
            {
                silo.UseAdoNetReminderService(options =>
                {
                    options.Invariant = storage.Invariant;
                    options.ConnectionString = storage.GrainConnection;
                });
            }
        });
        builder.Services.AddRegionalGrains();
        builder.Services.Configure<WorkflowClocks>(clocks =>
        {
            var given = cluster.Options.Clocks;
            (clocks.ClaimIdle, clocks.VerifyWithin, clocks.EscalateEvery) = (given.ClaimIdle, given.VerifyWithin, given.EscalateEvery);
            (clocks.OwedWithin, clocks.NoShowAfter, clocks.CloseAfter) = (given.OwedWithin, given.NoShowAfter, given.CloseAfter);
            (clocks.LocalOffset, clocks.NightFrom, clocks.NightTo, clocks.MatchDays) = (given.LocalOffset, given.NightFrom, given.NightTo, given.MatchDays);
        });
    }

    /// <summary>One of several silos, which find each other in PostgreSQL. Real Orleans only: the embedded engine refuses and says why.</summary>
    private static void Join(ISiloBuilder silo, ClusterFile cluster, CentreStorage storage)
    {
        silo.UseAdoNetClustering(options =>
        {
            options.Invariant = storage.Invariant;
            options.ConnectionString = storage.GrainConnection;
        });
        silo.Configure<Orleans.Configuration.ClusterOptions>(options => (options.ServiceId, options.ClusterId) = (cluster.Options.Service, cluster.Options.Service));
        // Silos meet at the address at which edges meet this one.
        var host = new Uri(cluster.Options.Centre.Link).Host;
        var address = IPAddress.TryParse(host, out var literal) ? literal : Dns.GetHostAddresses(host)[0];
        silo.ConfigureEndpoints(address, cluster.Options.Centre.SiloPort, cluster.Options.Centre.GatewayPort);
    }

    private static async Task Close(ImageArchive? archive, IndexDatabase? index, CentreStorage? storage, CentreLock own)
    {
        if (archive is not null)
            await archive.DisposeAsync();
        if (index is not null)
            await index.DisposeAsync();
        if (storage is not null)
            await storage.DisposeAsync();
        own.Dispose();
    }
}
