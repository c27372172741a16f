using Dapper;
using Microsoft.Data.Sqlite;

namespace Regional.Edge.Peers;

/// <summary>
/// What the edge has been asked to do with its peers, and when each last answered: durable, since a job that was accepted is done after a restart
/// too. One writer at a time.
/// </summary>
internal sealed class PeerDatabase : IDisposable
{
    private const int Version = 1;

    private readonly SqliteConnection _connection;
    private readonly Lock _gate = new();

    public PeerDatabase(string folder)
    {
        Directory.CreateDirectory(folder);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "peers.db"), Pooling = false }.ToString());
        _connection.Open();
        _connection.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;");
        var version = _connection.ExecuteScalar<int>("PRAGMA user_version");
        if (version > Version)
            throw new InvalidDataException($"peers.db has version {version}; this edge knows {Version}.");
        if (version < Version)
            _connection.Execute($"BEGIN; {Create} PRAGMA user_version={Version}; COMMIT;");
    }

    private const string Create = """
        CREATE TABLE echo (ae TEXT PRIMARY KEY, at_us INTEGER NOT NULL, failure TEXT, answered_us INTEGER) WITHOUT ROWID;
        CREATE TABLE job (
            id TEXT PRIMARY KEY, kind INTEGER NOT NULL, peer TEXT NOT NULL, spec TEXT NOT NULL, state INTEGER NOT NULL, created_us INTEGER NOT NULL,
            not_before_us INTEGER NOT NULL, cursor TEXT NOT NULL, tries INTEGER NOT NULL, failure TEXT) WITHOUT ROWID;
        CREATE TABLE job_item (
            job TEXT NOT NULL, uid TEXT NOT NULL, state INTEGER NOT NULL, tries INTEGER NOT NULL, failure TEXT, PRIMARY KEY (job, uid)) WITHOUT ROWID;
        """;

    public T Read<T>(Func<SqliteConnection, T> read)
    {
        lock (_gate)
            return read(_connection);
    }

    /// <summary>One transaction.</summary>
    public void Write(Action<SqliteConnection, SqliteTransaction> write)
    {
        lock (_gate)
        {
            using var transaction = _connection.BeginTransaction();
            write(_connection, transaction);
            transaction.Commit();
        }
    }

    public void Dispose() => _connection.Dispose();

    public static long Microseconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset Instant(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
