using System.Net;
using FellowOakDicom;
using FellowOakDicom.Network;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Regional.Edge.Capture;
using Regional.Edge.Commitment;
using Regional.Edge.Copies;
using Regional.Edge.Dicom;
using Regional.Edge.DicomWeb;
using Regional.Edge.Journal;
using Regional.Edge.Link;
using Regional.Edge.Peers;
using Regional.Edge.Performed;
using Regional.Edge.Status;
using Regional.Edge.Worklist;
using Regional.Imaging;
using Regional.Imaging.Cluster;
using Regional.Imaging.DicomWeb.Store;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;
using Regional.Imaging.Upkeep;

namespace Regional.Edge.Hosting;

/// <summary>Composition root of an edge: opens packs, index and queue, then listens, then dials. Closing goes the other way.</summary>
internal sealed class EdgeHost : IAsyncDisposable
{
    private readonly List<object> _open = [];
    private WebApplication? _app;

    private EdgeHost()
    {
    }

    public IServiceProvider Services => _app!.Services;

    /// <exception cref="ClusterFileException">The site is not in the file, or its certificate cannot be read.</exception>
    /// <exception cref="EdgeInUseException">Another process owns the site's folder.</exception>
    public static async Task<EdgeHost> Build(ClusterFile cluster, string siteCode, EdgeSeams? given = null)
    {
        var site = cluster.Site(siteCode)
            ?? throw new ClusterFileException([new ClusterFault("--site", siteCode, "must be the code of a site in cluster.yaml")]);
        var host = new EdgeHost();
        try
        {
            await host.Compose(cluster, site, cluster.EdgeFolder(site.Code), given ?? new EdgeSeams());
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public Task Run() => _app!.RunAsync();

    public Task Start() => _app!.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            // Disposing alone would not wait for the services that still use what is closed below.
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (_open[i] is IAsyncDisposable later)
                await later.DisposeAsync();
            else
                ((IDisposable)_open[i]).Dispose();
        }

        _open.Clear();
    }

    private async Task Compose(ClusterFile cluster, SiteOptions site, string folder, EdgeSeams seams)
    {
        Own(EdgeLock.Take(folder));
        var loggers = Own(LoggerFactory.Create(seams.Logging ?? (logging => logging.AddEdgeLog(folder))));
        var database = Own(IndexDatabase.Sqlite(Path.Combine(folder, "index.db"), syncEachCommit: false));
        var alarms = new PackAlarmLog(loggers.CreateLogger<PackAlarmLog>());
        var archive = Own(await ImageArchive.OpenAsync(Options(site, folder), seams.Files, database, alarms, seams.Time, loggers, CancellationToken.None));
        var queue = Own(new UploadQueue(folder));
        var performed = Own(new PerformedStore(folder));
        var commitments = Own(new CommitmentStore(folder));
        var worklist = Own(new WorklistStore(folder, site.Code));
        var link = new LinkState(seams.Time);

        // Not the working directory: the host watches its content root with all below it, and there the packs may grow.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            var url = new Uri(site.Edge.Http);
            kestrel.ListenAt(url, listen =>
            {
                if (url.Scheme == "https")
                    listen.UseTls(Own(TlsIdentity.Load(cluster, site.Edge.Tls!, $"sites[{site.Code}].edge.tls")));
            });
        });
        var services = builder.Services;
        services.AddSingleton(loggers);
        services.AddSingleton(seams.Time);
        services.AddSingleton(archive);
        services.AddSingleton(archive.Packs);
        services.AddSingleton(queue);
        services.AddSingleton(link);
        services.AddSingleton(alarms);
        services.AddSingleton(seams.Guard);
        services.AddSingleton(sp => new EdgeTelemetry(
            queue, link, sp.GetRequiredService<EchoBook>(), seams.Files, folder, site.Edge.DiskReserve.Bytes, seams.Time));
        services.AddSingleton(seams.Uplink(new UplinkOptions { Site = site.Code, Centre = new Uri(cluster.Options.Centre.Link) }));
        services.AddSingleton(Own(LinkTransport.For(cluster, site)));
        services.AddCapture(cluster, site, seams);
        services.AddWorklist(worklist, site, cluster.Options.Clocks.LocalOffset);
        services.AddPerformed(performed, cluster.Options.Clocks.LocalOffset);
        services.AddCommitment(commitments, site);
        services.AddLocalDicomWeb(cluster, site, new StoreLimits
        {
            MaxInstance = seams.Guard.MaxDataSet, DiskIsLow = () => seams.Files.FreeBytes(folder) < site.Edge.DiskReserve.Bytes,
        });
        services.AddCopies(site.Code, folder);
        services.AddFellowOakDicom();
        services.AddSingleton<INetworkManager>(sp => new GuardedNetworkManager(
            new DesktopNetworkManager(), seams.Guard, seams.Time, sp.GetRequiredService<ILogger<GuardedNetworkManager>>()));
        services.AddSingleton<RetrievalList>();
        services.AddPeers(cluster, site, folder, seams.Time);
        services.AddSingleton(sp => new StorageContext(
            site.Edge.AeTitle, new CallerRegister(site), archive.Buffers,
            new StoreAdmission(
                archive, site.Code, new DeviceProfiles(site, cluster.Options.Clocks.LocalOffset), seams.Time, sp.GetRequiredService<ILogger<StoreAdmission>>()), seams.Guard.MaxDataSet,
            () => seams.Files.FreeBytes(folder) < site.Edge.DiskReserve.Bytes,
            new QueryService(archive.Index, site.Edge.AeTitle, sp.GetRequiredService<ILogger<QueryService>>()),
            new RetrieveService(
                sp.GetRequiredService<RetrievalList>(), sp.GetRequiredService<RemoteBook>(), TimeProvider.System, sp.GetRequiredService<ILogger<RetrieveService>>()),
            sp.GetRequiredService<WorklistService>(), sp.GetRequiredService<CommitmentService>(), sp.GetRequiredService<PerformedService>())
        {
            Users = new UserIdentities(cluster, site), PrivateSopClasses = site.Edge.PrivateSopClasses.ToHashSet(StringComparer.Ordinal),
        });
        services.AddSingleton(sp => new DicomListener(
            sp.GetRequiredService<IDicomServerFactory>(), sp.GetRequiredService<StorageContext>(), IPEndPoint.Parse(site.Edge.Dicom),
            DicomTlsAcceptor.For(cluster, site, sp.GetRequiredService<ILogger<DicomTlsAcceptor>>()), seams.Guard, TimeProvider.System,
            sp.GetRequiredService<ILogger<DicomListener>>()));
        services.AddHostedService(sp => sp.GetRequiredService<DicomListener>());
        services.AddHostedService<JournalFollower>();
        services.AddHostedService<LinkService>();
        services.AddSingleton(new UpkeepOptions { Others = queue.PacksInUse });
        services.AddHostedService<UpkeepService>();

        _app = builder.Build();
        _app.MapEdgeStatus(site);
        _app.MapPeers();
        _app.MapLocalDicomWeb();
    }

    private T Own<T>(T part)
        where T : notnull
    {
        _open.Add(part);
        return part;
    }

    private static ImageArchiveOptions Options(SiteOptions site, string folder) => new()
    {
        Packs = new PackStoreOptions
        {
            Directory = Path.Combine(folder, "packs"), PackSize = site.Edge.PackSize.Bytes, FreeSpaceWatermark = site.Edge.DiskReserve.Bytes,
            ProducerWrites = true,
        },
        Buffers = new ReceiveBufferOptions { SpoolDirectory = Path.Combine(folder, "spool") },
        Acknowledge = AcknowledgeAfter.Pack,
        IndexGather = TimeSpan.FromMilliseconds(200),
    };
}
