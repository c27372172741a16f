using Regional.Imaging.Cluster;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;
using Regional.Imaging.Storage;
using Regional.Silo.Archive;
using Regional.Silo.Storage;

namespace Regional.Silo.Backup;

/// <summary>
/// Backup, restore and verify over database and packs together. The databases are copied as of one instant; packs are appended only, so
/// they are copied afterwards up to the position that the copied index has reached: every row then finds its bytes.
/// </summary>
internal static class BackupCommands
{
    private const string Packs = "packs";
    private const string DumpName = "centre.pgdump";

    /// <summary>May run beside a running centre. The folder must not exist or be empty.</summary>
    public static async Task<int> Backup(ClusterFile cluster, string folder, TimeProvider time, TextWriter say, CancellationToken cancellation = default)
    {
        try
        {
            if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
                throw new BackupException($"{folder} is not empty.");
            DiskFileLayer.Instance.CreateDirectory(Path.GetFullPath(folder));
            var taken = time.GetUtcNow();
            var (names, position) = CentreStorage.IsSqlite(cluster)
                ? await CopySqlite(cluster, folder, cancellation)
                : await DumpPostgres(cluster, folder, cancellation);
            List<ManifestFile> files = [];
            foreach (var name in names)
            {
                var (length, hash) = await HashedCopy.Hash(Path.Combine(folder, name), cancellation);
                files.Add(new ManifestFile(name, length, hash));
            }

            files.AddRange(await CopyPacks(cluster, folder, position, cancellation));
            DiskFileLayer.Instance.SyncDirectory(Path.GetFullPath(folder));
            new Manifest(
                Manifest.Newest, taken, cluster.Options.Service, cluster.Options.Centre.Storage.Provider, position.Pack, position.Offset, files).Write(folder);
            await say.WriteLineAsync($"Backup of {files.Count} files, {files.Sum(f => f.Length):N0} bytes, images up to pack {position.Pack} offset {position.Offset}.");
            return 0;
        }
        catch (BackupException failure)
        {
            await say.WriteLineAsync("Backup failed: " + failure.Message);
            return 1;
        }
    }

    /// <summary>Into an empty centre only. Every file is hashed on the way and compared with the manifest.</summary>
    public static async Task<int> Restore(ClusterFile cluster, string folder, TextWriter say, CancellationToken cancellation = default)
    {
        try
        {
            using var own = CentreLock.Take(cluster);
            var manifest = Manifest.Read(folder);
            if (manifest.Provider != cluster.Options.Centre.Storage.Provider)
                throw new BackupException($"The backup is of {manifest.Provider}, cluster.yaml says {cluster.Options.Centre.Storage.Provider}.");
            if (manifest.Service != cluster.Options.Service)
                throw new BackupException($"The backup is of service {manifest.Service}, cluster.yaml says {cluster.Options.Service}.");
            await RefuseNonEmpty(cluster, cancellation);
            foreach (var file in manifest.Files)
            {
                var to = Target(cluster, file.Path);
                var (length, hash) = await HashedCopy.Run(Path.Combine(folder, file.Path), to, null, cancellation);
                if (length != file.Length || hash != file.Sha256)
                    throw new BackupException($"{file.Path} is not what the manifest says: the backup is damaged. Clear {cluster.CentreFolder} before another try.");
            }

            if (!CentreStorage.IsSqlite(cluster))
            {
                var dump = Path.Combine(cluster.CentreFolder, DumpName);
                await PostgresDump.Restore(cluster.Secret(cluster.Options.Centre.Storage.Connection)!, dump, cancellation);
                File.Delete(dump);
            }

            foreach (var directory in new HashSet<string>(manifest.Files.Select(f => Path.GetDirectoryName(Target(cluster, f.Path))!)))
                DiskFileLayer.Instance.SyncDirectory(directory);
            await say.WriteLineAsync($"Restored {manifest.Files.Count} files of {manifest.TakenAt:u}.");
            return 0;
        }
        catch (Exception failure) when (failure is BackupException or CentreInUseException)
        {
            await say.WriteLineAsync("Restore failed: " + failure.Message);
            return 1;
        }
    }

    public static async Task<int> Verify(ClusterFile cluster, TimeProvider time, TextWriter say, CancellationToken cancellation = default)
    {
        try
        {
            using var own = CentreLock.Take(cluster);
            var faults = await CentreVerification.Run(cluster, time, say, cancellation);
            await say.WriteLineAsync(faults == 0 ? "Verified: sound." : $"Verified: {faults} faults.");
            return faults == 0 ? 0 : 1;
        }
        catch (CentreInUseException failure)
        {
            await say.WriteLineAsync("Verify failed: " + failure.Message);
            return 1;
        }
    }

    private static async Task<(string[] Names, PackPosition Position)> CopySqlite(ClusterFile cluster, string folder, CancellationToken cancellation)
    {
        (string From, string To)[] copies =
        [
            (CentreArchive.IndexPath(cluster), Path.Combine(folder, "index.db")),
            (CentreStorage.CentrePath(cluster), Path.Combine(folder, "centre.db")),
            (CentreStorage.GrainsPath(cluster), Path.Combine(folder, "grains.db")),
        ];
        if (Array.Find(copies, c => !File.Exists(c.From)) is { From: { } missing })
            throw new BackupException($"{Path.GetFileName(missing)} does not exist: this centre has never run.");
        await SqliteSnapshot.Copy(copies, cancellation);
        // Asked of a throw-away copy: opening a database sets its mode, and the backup's files stay as they were written.
        var probe = Path.Combine(folder, "index.probe");
        File.Copy(copies[0].To, probe);
        try
        {
            await using var database = IndexDatabase.Sqlite(probe);
            var index = await ImageIndex.OpenAsync(database, cancellation);
            return (["index.db", "centre.db", "grains.db"], await index.PositionAsync(cancellation));
        }
        finally
        {
            foreach (var file in Directory.GetFiles(folder, "index.probe*"))
                File.Delete(file);
        }
    }

    private static async Task<(string[] Names, PackPosition Position)> DumpPostgres(ClusterFile cluster, string folder, CancellationToken cancellation)
    {
        var connection = cluster.Secret(cluster.Options.Centre.Storage.Connection)!;
        await PostgresDump.Dump(connection, Path.Combine(folder, DumpName), cancellation);
        // Read after the dump: what lies between its snapshot and here is indexed again at the next start.
        await using var database = IndexDatabase.PostgreSql(connection);
        var index = await ImageIndex.OpenAsync(database, cancellation);
        return ([DumpName], await index.PositionAsync(cancellation));
    }

    private static async Task<List<ManifestFile>> CopyPacks(ClusterFile cluster, string folder, PackPosition position, CancellationToken cancellation)
    {
        List<ManifestFile> copied = [];
        var source = CentreArchive.PackFolder(cluster);
        foreach (var (name, bytes) in PackFiles.Before(DiskFileLayer.Instance, source, position))
        {
            var (length, hash) = await HashedCopy.Run(Path.Combine(source, name), Path.Combine(folder, Packs, name), bytes, cancellation);
            copied.Add(new ManifestFile($"{Packs}/{name}", length, hash));
        }

        if (copied.Count > 0)
            DiskFileLayer.Instance.SyncDirectory(Path.GetFullPath(Path.Combine(folder, Packs)));
        return copied;
    }

    private static string Target(ClusterFile cluster, string path) => path switch
    {
        "index.db" => CentreArchive.IndexPath(cluster),
        "centre.db" => CentreStorage.CentrePath(cluster),
        "grains.db" => CentreStorage.GrainsPath(cluster),
        DumpName => Path.Combine(cluster.CentreFolder, DumpName),
        _ when path.StartsWith(Packs + "/", StringComparison.Ordinal) && Path.GetFileName(path) == path[(Packs.Length + 1)..] =>
            Path.Combine(CentreArchive.PackFolder(cluster), Path.GetFileName(path)),
        _ => throw new BackupException($"{path} is no file of a backup."),
    };

    private static async Task RefuseNonEmpty(ClusterFile cluster, CancellationToken cancellation)
    {
        var packs = CentreArchive.PackFolder(cluster);
        string[] databases = [CentreStorage.CentrePath(cluster), CentreStorage.GrainsPath(cluster), CentreArchive.IndexPath(cluster)];
        if (databases.Any(File.Exists) || (Directory.Exists(packs) && Directory.EnumerateFiles(packs).Any()))
            throw new BackupException($"{cluster.CentreFolder} is not empty: a restore never overwrites.");
        if (!CentreStorage.IsSqlite(cluster) && !await PostgresDump.IsEmpty(cluster.Secret(cluster.Options.Centre.Storage.Connection)!, cancellation))
            throw new BackupException("The database is not empty: a restore never overwrites.");
    }
}
