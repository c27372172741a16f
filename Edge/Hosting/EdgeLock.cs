namespace Regional.Edge.Hosting;

/// <summary>
/// One process at a time owns an edge's folder: a second one would recover packs that the first is writing. The lock goes with the process,
/// however it ends.
/// </summary>
internal sealed class EdgeLock : IDisposable
{
    private readonly FileStream _file;

    private EdgeLock(FileStream file) => _file = file;

    /// <exception cref="EdgeInUseException">Another process owns it.</exception>
    public static EdgeLock Take(string folder)
    {
        Directory.CreateDirectory(folder);
        try
        {
            return new EdgeLock(new FileStream(Path.Combine(folder, "edge.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
        }
        catch (IOException)
        {
            throw new EdgeInUseException();
        }
    }

    public void Dispose() => _file.Dispose();
}

/// <summary>Another process has this edge's folder open.</summary>
internal sealed class EdgeInUseException() : Exception("An edge is running on this data folder: stop it first.");
