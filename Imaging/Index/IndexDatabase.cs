using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Regional.Imaging.Index;

/// <summary>Where the index lives: one SQLite file or a PostgreSQL database. The SQL is the same; types and connections differ.</summary>
public abstract class IndexDatabase : IAsyncDisposable
{
    private protected IndexDatabase()
    {
    }

    /// <summary>Records applied and addresses flipped touch the same rows: one after the other, whatever the database could do.</summary>
    internal SemaphoreSlim Applying { get; } = new(1);

    /// <summary>Column type of bytes.</summary>
    internal abstract string BlobType { get; }

    /// <summary>Column type of text that is compared byte by byte, so that prefix ranges use the index.</summary>
    internal abstract string KeyType { get; }

    /// <summary>An embedded database in one file (WAL).</summary>
    /// <param name="syncEachCommit">
    /// synchronous=FULL: what is committed survives a power cut. False (NORMAL) where nothing is promised by a commit: the last ones may be
    /// lost together with the position they reached, and are derived from the packs again.
    /// </param>
    public static IndexDatabase Sqlite(string path, bool syncEachCommit = true) => new SqliteIndexDatabase(path, syncEachCommit);

    /// <summary>A PostgreSQL database; the tables are made in the connection's default schema.</summary>
    public static IndexDatabase PostgreSql(string connectionString) => new PostgresIndexDatabase(connectionString);

    /// <summary>
    /// The database works and refuses a value (too long for an index, not storable, out of range): the same again has the same answer. Everything
    /// else that fails is taken for an outage.
    /// </summary>
    internal bool RefusesValue(Exception failure) => failure switch
    {
        DbException refused => IsRefusal(refused),
        // A driver that cannot encode a parameter does not reach the database.
        ArgumentException or InvalidCastException or FormatException or OverflowException => true,
        _ => false
    };

    private protected abstract bool IsRefusal(DbException failure);

    internal abstract ValueTask<IndexConnection> OpenAsync(CancellationToken cancellation);

    /// <summary>A connection for a writing transaction; waits until no other one of this process writes where the database allows one writer.</summary>
    internal virtual ValueTask<IndexConnection> OpenForWritingAsync(CancellationToken cancellation) => OpenAsync(cancellation);

    /// <summary>As <see cref="OpenForWritingAsync"/>; what is committed on it, and everything committed before, survives a power cut.</summary>
    internal virtual ValueTask<IndexConnection> OpenForDurableWritingAsync(CancellationToken cancellation) => OpenForWritingAsync(cancellation);

    public virtual ValueTask DisposeAsync()
    {
        Applying.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

/// <summary>An open connection on loan; dispose it to give it back.</summary>
internal sealed class IndexConnection(DbConnection connection, Func<IndexConnection, ValueTask> giveBack) : IAsyncDisposable
{
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    public DbConnection Connection { get; } = connection;

    /// <summary>A statement that stays prepared as long as the pool keeps this connection. The text is a constant: none is ever dropped.</summary>
    public Statement Prepared(string sql, params ReadOnlySpan<string> names)
    {
        if (!_statements.TryGetValue(sql, out var statement)) _statements[sql] = statement = new Statement(Connection, sql, names);
        return statement;
    }

    public ValueTask DisposeAsync() => giveBack(this);

    public async ValueTask CloseAsync()
    {
        foreach (var statement in _statements.Values) await statement.DisposeAsync();
        await Connection.DisposeAsync();
    }
}

internal sealed class SqliteIndexDatabase : IndexDatabase
{
    private readonly ConcurrentBag<IndexConnection> _idle = [];
    private readonly SemaphoreSlim _writing = new(1);
    private readonly string _connectionString;
    private readonly string _synchronous;
    private volatile bool _disposed;

    public SqliteIndexDatabase(string path, bool syncEachCommit)
    {
        _synchronous = syncEachCommit ? "FULL" : "NORMAL";
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        // Our own pool: a pooled connection of the provider does not tell whether its pragmas are set.
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString();
    }

    internal override string BlobType => "BLOB";

    internal override string KeyType => "TEXT";

    // SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH.
    private protected override bool IsRefusal(DbException failure) => failure is SqliteException { SqliteErrorCode: 18 or 19 or 20 };

    internal override async ValueTask<IndexConnection> OpenAsync(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _idle.TryTake(out var connection) ? connection : new IndexConnection(await ConnectAsync(cancellation), GiveBackAsync);
    }

    internal override async ValueTask<IndexConnection> OpenForWritingAsync(CancellationToken cancellation)
    {
        // Waiting here is fair and at once; SQLite's own busy handler polls.
        await _writing.WaitAsync(cancellation);
        try
        {
            var lease = await OpenAsync(cancellation);
            return new IndexConnection(lease.Connection, async _ =>
            {
                await lease.DisposeAsync();
                _writing.Release();
            });
        }
        catch
        {
            _writing.Release();
            throw;
        }
    }

    internal override async ValueTask<IndexConnection> OpenForDurableWritingAsync(CancellationToken cancellation)
    {
        var lease = await OpenForWritingAsync(cancellation);
        try
        {
            await SetSynchronousAsync(lease.Connection, "FULL");
        }
        catch
        {
            await lease.DisposeAsync();
            throw;
        }
        return new IndexConnection(lease.Connection, async connection =>
        {
            await SetSynchronousAsync(connection.Connection, _synchronous);
            await lease.DisposeAsync();
        });
    }

    private static async Task SetSynchronousAsync(DbConnection connection, string level)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA synchronous = {level}";
        await command.ExecuteNonQueryAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        _disposed = true;
        while (_idle.TryTake(out var connection)) await connection.CloseAsync();
        await base.DisposeAsync();
    }

    private async ValueTask<SqliteConnection> ConnectAsync(CancellationToken cancellation)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            await using var command = connection.CreateCommand();
            command.CommandText = $"""
                PRAGMA busy_timeout = 15000;
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = {_synchronous};
                PRAGMA foreign_keys = ON;
                PRAGMA case_sensitive_like = ON;
                PRAGMA cache_size = -16000;
                PRAGMA temp_store = MEMORY;
                """;
            await command.ExecuteNonQueryAsync(cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private ValueTask GiveBackAsync(IndexConnection connection)
    {
        if (_disposed) return connection.CloseAsync();
        _idle.Add(connection);
        return ValueTask.CompletedTask;
    }
}

internal sealed class PostgresIndexDatabase(string connectionString) : IndexDatabase
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connectionString);

    internal override string BlobType => "BYTEA";

    internal override string KeyType => "TEXT COLLATE \"C\"";

    // Classes of PostgreSQL's appendix A: data exception, integrity constraint violation, program limit exceeded.
    private protected override bool IsRefusal(DbException failure) =>
        failure is PostgresException { SqlState: var state } && state[..2] is "22" or "23" or "54";

    internal override async ValueTask<IndexConnection> OpenAsync(CancellationToken cancellation) =>
        new(await _source.OpenConnectionAsync(cancellation), connection => connection.CloseAsync());

    public override async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await base.DisposeAsync();
    }
}
