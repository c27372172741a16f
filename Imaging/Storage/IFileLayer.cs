namespace Regional.Imaging.Storage;

/// <summary>
/// The seam between durable storage and the operating system (design §5.3). Every member either did what it says or throws
/// <see cref="StorageException"/>; none swallows an error. Nothing is durable until <see cref="IAppendFile.SyncData"/> (bytes) and
/// <see cref="SyncDirectory"/> (names) have returned.
/// </summary>
public interface IFileLayer
{
    /// <summary>Makes a file that must not exist yet. Its name is durable only after <see cref="SyncDirectory"/>.</summary>
    IAppendFile CreateNew(string path);

    /// <summary>Opens an existing file for writing.</summary>
    IAppendFile OpenExisting(string path);

    /// <summary>Opens an existing file for positional reads.</summary>
    IReadFile OpenRead(string path);

    bool FileExists(string path);

    /// <summary>File names (without the directory) in ordinal order; empty when the directory does not exist.</summary>
    IReadOnlyList<string> List(string directory);

    /// <summary>Makes the directory and its missing parents and syncs the parent of each one made.</summary>
    void CreateDirectory(string path);

    /// <summary>Atomically gives a file another name, replacing a file of that name. Durable after <see cref="SyncDirectory"/>.</summary>
    void Rename(string from, string to);

    void Delete(string path);

    /// <summary>Makes names created, changed and deleted in the directory durable.</summary>
    void SyncDirectory(string path);

    /// <summary>Bytes that this process may still write on the volume that holds <paramref name="path"/>.</summary>
    long FreeBytes(string path);
}

/// <summary>A file that is written by position and synced explicitly. Not thread safe.</summary>
public interface IAppendFile : IDisposable
{
    /// <summary>Length in bytes as this process sees it, synced or not.</summary>
    long Length { get; }

    /// <summary>Writes all buffers one after the other, beginning at <paramref name="offset"/>.</summary>
    void Write(long offset, IReadOnlyList<ReadOnlyMemory<byte>> buffers);

    /// <summary>Returns once the bytes (and the length) are on stable storage. After a failure the descriptor must not be used again.</summary>
    void SyncData();

    void Truncate(long length);
}

/// <summary>Positional reads; safe for concurrent callers.</summary>
public interface IReadFile : IDisposable
{
    long Length { get; }

    /// <summary>Reads up to the length of <paramref name="buffer"/>; less only at the end of the file.</summary>
    int Read(long offset, Span<byte> buffer);
}
