using System.Security.Cryptography;
using System.Text.Json;
using Regional.Imaging.Storage;

namespace Regional.Silo.Backup;

/// <summary>What a backup consists of: every file with its length and hash. It is written last, so a folder without it is no backup.</summary>
internal sealed record Manifest(int Schema, DateTimeOffset TakenAt, string Service, string Provider, long PackNumber, long PackOffset, List<ManifestFile> Files)
{
    public const int Newest = 1;
    private const string Name = "manifest.json";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <exception cref="BackupException">No manifest, or one of a newer program.</exception>
    public static Manifest Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
            throw new BackupException($"{folder} holds no {Name}: it is no backup, or one that was never finished.");
        var manifest = JsonSerializer.Deserialize<Manifest>(File.ReadAllText(path), Json) ?? throw new BackupException($"{Name} is empty.");
        return manifest.Schema <= Newest ? manifest : throw new BackupException($"The backup has schema {manifest.Schema}; this program reads up to {Newest}.");
    }

    public void Write(string folder)
    {
        var path = Path.Combine(folder, Name);
        using (var stream = new FileStream(path + ".tmp", FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(stream, this, Json);
            stream.Flush(flushToDisk: true);
        }

        File.Move(path + ".tmp", path, overwrite: false);
        DiskFileLayer.Instance.SyncDirectory(folder);
    }
}

/// <param name="Path">Below the backup's folder, with forward slashes.</param>
internal sealed record ManifestFile(string Path, long Length, string Sha256);

/// <summary>A backup cannot be made or used; the message says why.</summary>
internal sealed class BackupException(string message) : Exception(message);

/// <summary>Copies that are hashed on the way and synced at the end.</summary>
internal static class HashedCopy
{
    /// <param name="length">Bytes to copy from the start; null: all.</param>
    public static async Task<(long Length, string Sha256)> Run(string from, string to, long? length, CancellationToken cancellation)
    {
        DiskFileLayer.Instance.CreateDirectory(Path.GetDirectoryName(to)!);
        await using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 20, useAsync: true);
        await using var target = new FileStream(to, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, useAsync: true);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        var left = length ?? source.Length;
        var total = 0L;
        while (left > 0)
        {
            var read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellation);
            if (read == 0)
                throw new BackupException($"{Path.GetFileName(from)} is shorter than expected: {left} bytes are missing.");
            hash.AppendData(buffer, 0, read);
            await target.WriteAsync(buffer.AsMemory(0, read), cancellation);
            left -= read;
            total += read;
        }

        target.Flush(flushToDisk: true);
        return (total, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    public static async Task<(long Length, string Sha256)> Hash(string path, CancellationToken cancellation)
    {
        await using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, useAsync: true);
        return (source.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(source, cancellation)));
    }
}
