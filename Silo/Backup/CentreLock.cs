using Regional.Imaging.Cluster;

namespace Regional.Silo.Backup;

/// <summary>
/// One process at a time owns the centre's folder: a second centre, a restore or a verify beside a running one would undo each other's work.
/// A backup needs no ownership. The lock goes with the process, however it ends.
/// </summary>
internal sealed class CentreLock : IDisposable
{
    private readonly FileStream file;

    private CentreLock(FileStream file) => this.file = file;

    /// <exception cref="CentreInUseException">Another process owns it.</exception>
    public static CentreLock Take(ClusterFile cluster)
    {
        Directory.CreateDirectory(cluster.CentreFolder);
        try
        {
            return new CentreLock(new FileStream(
                Path.Combine(cluster.CentreFolder, "centre.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
        }
        catch (IOException)
        {
            throw new CentreInUseException();
        }
    }

    public void Dispose() => file.Dispose();
}

/// <summary>Another process has the centre's folder open.</summary>
internal sealed class CentreInUseException() : Exception("A centre is running on this data folder: stop it first.");
