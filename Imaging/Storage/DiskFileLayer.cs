using Microsoft.Win32.SafeHandles;

namespace Regional.Imaging.Storage;

/// <summary>The machine's own file system.</summary>
public sealed class DiskFileLayer : IFileLayer
{
    private static readonly IDiskCalls Calls = DiskCalls.ForThisMachine;

    public static DiskFileLayer Instance { get; } = new();

    public IAppendFile CreateNew(string path) => Guard("create", path, () =>
        new AppendFile(File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete), path));

    public IAppendFile OpenExisting(string path) => Guard("open", path, () =>
        new AppendFile(File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete), path));

    public IReadFile OpenRead(string path) => Guard("open", path, () =>
        new ReadFile(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), path));

    public bool FileExists(string path) => File.Exists(path);

    public IReadOnlyList<string> List(string directory) => Guard("list", directory, () =>
    {
        if (!Directory.Exists(directory)) return [];
        var names = Directory.EnumerateFiles(directory).Select(path => Path.GetFileName(path)).ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    });

    public void CreateDirectory(string path)
    {
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full)) return;
        var parent = Path.GetDirectoryName(full);
        if (parent is not null) CreateDirectory(parent);
        Guard("create directory", full, () => Directory.CreateDirectory(full));
        if (parent is not null) SyncDirectory(parent);
    }

    public void Rename(string from, string to) => Guard("rename", from, () =>
    {
        File.Move(from, to, overwrite: true);
        return true;
    });

    public void Delete(string path) => Guard("delete", path, () =>
    {
        File.Delete(path);
        return true;
    });

    public void SyncDirectory(string path) => Calls.SyncDirectory(path);

    public long FreeBytes(string path) => Guard("free space", path, () => new DriveInfo(Path.GetFullPath(path)).AvailableFreeSpace);

    private static T Guard<T>(string operation, string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is (IOException or UnauthorizedAccessException) and not StorageException)
        {
            throw Translate(operation, path, e);
        }
    }

    internal static StorageException Translate(string operation, string path, Exception e)
    {
        // The runtime keeps errno in HResult on Unix and HRESULT_FROM_WIN32 on Windows.
        var code = OperatingSystem.IsWindows() ? e.HResult & 0xFFFF : e.HResult;
        var fault = e is FileNotFoundException or DirectoryNotFoundException ? StorageFault.NotFound : Calls.Classify(code);
        return new StorageException(operation, path, code, fault, e);
    }

    private sealed class AppendFile(SafeFileHandle handle, string path) : IAppendFile
    {
        // Below every platform's IOV_MAX (1024 on Linux).
        private const int BuffersPerCall = 512;

        public long Length => Guard("length", path, () => RandomAccess.GetLength(handle));

        public void Write(long offset, IReadOnlyList<ReadOnlyMemory<byte>> buffers) => Guard("write", path, () =>
        {
            for (var first = 0; first < buffers.Count; first += BuffersPerCall)
            {
                var part = buffers.Count <= BuffersPerCall ? buffers : [.. buffers.Skip(first).Take(BuffersPerCall)];
                RandomAccess.Write(handle, part, offset);
                foreach (var buffer in part) offset += buffer.Length;
            }
            return true;
        });

        public void SyncData() => Calls.SyncData(handle, path);

        public void Truncate(long length) => Guard("truncate", path, () =>
        {
            RandomAccess.SetLength(handle, length);
            return true;
        });

        public void Dispose() => handle.Dispose();
    }

    private sealed class ReadFile(SafeFileHandle handle, string path) : IReadFile
    {
        public long Length => Guard("length", path, () => RandomAccess.GetLength(handle));

        public int Read(long offset, Span<byte> buffer)
        {
            try
            {
                var total = 0;
                while (total < buffer.Length)
                {
                    var read = RandomAccess.Read(handle, buffer[total..], offset + total);
                    if (read == 0) break;
                    total += read;
                }
                return total;
            }
            catch (IOException e)
            {
                throw Translate("read", path, e);
            }
        }

        public void Dispose() => handle.Dispose();
    }
}
