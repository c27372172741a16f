using System.Collections.Concurrent;
using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Regional.Silo.Storage;

/// <summary>
/// SQLite in WAL mode with synchronous=FULL. One connection writes: transactions that wait together share one commit, so that a sync pays for
/// many; each keeps its own savepoint and fails alone. Readers have connections of their own and never wait for the writer.
/// </summary>
internal sealed class SqliteDatabase : Database
{
    private const int LargestBatch = 256;
    private const int MostReaders = 16;

    private readonly Channel<IWork> queue = Channel.CreateBounded<IWork>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly ConcurrentBag<SqliteConnection> idle = [];
    private readonly SemaphoreSlim readers = new(MostReaders);
    private readonly SqliteConnection writer;
    private readonly string readerText;
    private readonly Task writing;

    public SqliteDatabase(string path)
    {
        Path = path;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        writer = Open(ConnectionText(path, SqliteOpenMode.ReadWriteCreate));
        Run(writer, "PRAGMA journal_mode = WAL");
        readerText = ConnectionText(path, SqliteOpenMode.ReadWrite);
        writing = Task.Run(WriteLoop);
    }

    public string Path { get; }

    public override DatabaseKind Kind => DatabaseKind.Sqlite;

    public static string ConnectionText(string path, SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString();

    public override async Task<T> Read<T>(Func<DbConnection, CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        await readers.WaitAsync(cancellation);
        SqliteConnection? connection = null;
        try
        {
            if (!idle.TryTake(out connection))
            {
                connection = Open(readerText);
                Run(connection, "PRAGMA query_only = 1");
            }

            return await work(connection, cancellation);
        }
        finally
        {
            if (connection is not null)
                idle.Add(connection);
            readers.Release();
        }
    }

    public override async Task<T> Write<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellation = default)
    {
        var item = new Work<T>(work);
        await queue.Writer.WriteAsync(item, cancellation);

        // Once queued it is going to be written; giving up the wait would only hide the result.
        return await item.Done;
    }

    public override async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await writing;
        await writer.DisposeAsync();
        while (idle.TryTake(out var connection))
            await connection.DisposeAsync();
        readers.Dispose();
    }

    private static SqliteConnection Open(string text)
    {
        var connection = new SqliteConnection(text);
        connection.Open();
        // Another process may hold the lock for a moment (backup, verify): SQLite's own wait is finer than the provider's.
        Run(connection, "PRAGMA busy_timeout = 30000; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384; PRAGMA mmap_size = 268435456; PRAGMA temp_store = MEMORY");
        return connection;
    }

    private static void Run(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private async Task WriteLoop()
    {
        List<IWork> batch = new(LargestBatch);
        while (await queue.Reader.WaitToReadAsync())
        {
            while (batch.Count < LargestBatch && queue.Reader.TryRead(out var work))
                batch.Add(work);
            await Commit(batch);
            batch.Clear();
        }
    }

    private async Task Commit(List<IWork> batch)
    {
        try
        {
            Run(writer, "BEGIN IMMEDIATE");
            foreach (var work in batch)
            {
                Run(writer, "SAVEPOINT work");
                var kept = await work.Run(writer);
                Run(writer, kept ? "RELEASE work" : "ROLLBACK TO work; RELEASE work");
            }

            Run(writer, "COMMIT");
        }
        catch (SqliteException failure)
        {
            // The commit itself failed (disk full, I/O error): nobody's work happened.
            try
            {
                Run(writer, "ROLLBACK");
            }
            catch (SqliteException)
            {
                // SQLite had already rolled back.
            }

            foreach (var work in batch)
                work.Fail(failure);
        }

        foreach (var work in batch)
            work.Complete();
    }

    private interface IWork
    {
        /// <summary>False when the work failed by itself; its savepoint goes, the batch stays.</summary>
        Task<bool> Run(DbConnection connection);

        void Fail(Exception failure);

        void Complete();
    }

    private sealed class Work<T>(Func<DbConnection, Task<T>> work) : IWork
    {
        private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T result = default!;

        public Task<T> Done => done.Task;

        public async Task<bool> Run(DbConnection connection)
        {
            try
            {
                result = await work(connection);
                return true;
            }
            catch (Exception failure)
            {
                Fail(failure);
                return false;
            }
        }

        public void Fail(Exception failure) => done.TrySetException(failure);

        public void Complete() => done.TrySetResult(result);
    }
}
