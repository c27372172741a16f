using Microsoft.Data.Sqlite;

namespace Regional.Silo.Backup;

/// <summary>
/// A snapshot of several SQLite files at one instant: all writers are held for the moment in which every snapshot begins, then they go on
/// while the pages are copied with SQLite's online backup. Without the moment, a delivery noted in one file could be missing in another.
/// </summary>
internal static class SqliteSnapshot
{
    public static async Task Copy(IReadOnlyList<(string From, string To)> files, CancellationToken cancellation)
    {
        List<SqliteConnection> opened = [];
        try
        {
            var holders = files.Select(f => Open(f.From)).ToList();
            opened.AddRange(holders);
            var readers = files.Select(f => Open(f.From)).ToList();
            opened.AddRange(readers);
            // Nobody writes to two of these files in one transaction, so this order cannot meet another.
            holders.ForEach(holder => Run(holder, "BEGIN IMMEDIATE"));
            foreach (var reader in readers)
                Run(reader, "BEGIN; SELECT COUNT(*) FROM sqlite_master");
            holders.ForEach(holder => Run(holder, "ROLLBACK"));

            for (var i = 0; i < files.Count; i++)
            {
                var (reader, to) = (readers[i], files[i].To);
                await Task.Run(() => CopyOne(reader, to), cancellation);
            }
        }
        finally
        {
            opened.ForEach(connection => connection.Dispose());
        }
    }

    private static void CopyOne(SqliteConnection reader, string to)
    {
        using (var target = Open(to, SqliteOpenMode.ReadWriteCreate))
        {
            reader.BackupDatabase(target);
            // One file, whole in itself: no log beside it.
            Run(target, "PRAGMA journal_mode = DELETE");
        }

        using var file = new FileStream(to, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode = SqliteOpenMode.ReadWrite)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        Run(connection, "PRAGMA busy_timeout = 30000");
        return connection;
    }

    private static void Run(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        using var reader = command.ExecuteReader();
        while (reader.Read() || reader.NextResult())
        {
            // Read to the end: a snapshot begins with the first row read.
        }
    }
}
