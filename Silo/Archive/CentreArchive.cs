using Regional.Imaging;
using Regional.Imaging.Cluster;
using Regional.Imaging.DicomWeb.Store;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;
using Regional.Imaging.Storage;

namespace Regional.Silo.Archive;

/// <summary>The centre's archive as cluster.yaml describes it: packs below <c>centre/archive</c>, the index beside them or in PostgreSQL.</summary>
internal static class CentreArchive
{
    public static string PackFolder(ClusterFile cluster) => Path.Combine(cluster.CentreFolder, "archive", "packs");

    public static string IndexPath(ClusterFile cluster) => Path.Combine(cluster.CentreFolder, "archive", "index.db");

    public static ImageArchiveOptions Options(ClusterFile cluster) => new()
    {
        Packs = new PackStoreOptions
        {
            Directory = PackFolder(cluster),
            PackSize = cluster.Options.Centre.Archive.PackSize.Bytes,
            FreeSpaceWatermark = cluster.Options.Centre.Archive.DiskReserve.Bytes,
        },
        Buffers = new ReceiveBufferOptions { SpoolDirectory = Path.Combine(cluster.CentreFolder, "archive", "spool") },
        Acknowledge = AcknowledgeAfter.Index,
        OneSitePerStudy = true,
    };

    /// <summary>Bounds of STOW-RS: what does not fit the disk's reserve is not spooled either.</summary>
    public static StoreLimits StoreLimits(ClusterFile cluster) => new()
    {
        DiskIsLow = () => DiskFileLayer.Instance.FreeBytes(cluster.CentreFolder) < cluster.Options.Centre.Archive.DiskReserve.Bytes,
    };

    public static IndexDatabase Database(ClusterFile cluster) => cluster.Options.Centre.Storage.Provider == "postgresql"
        ? IndexDatabase.PostgreSql(cluster.Secret(cluster.Options.Centre.Storage.Connection)!)
        : IndexDatabase.Sqlite(IndexPath(cluster));

    public static Task<ImageArchive> Open(
        ClusterFile cluster, IndexDatabase database, IPackAlarms alarms, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellation) =>
        ImageArchive.OpenAsync(Options(cluster), DiskFileLayer.Instance, database, alarms, time, loggers, cancellation);
}
