using Dapper;
using Microsoft.Data.Sqlite;

namespace Regional.Edge.Performed;

/// <summary>A performed step as the device has made it so far.</summary>
/// <param name="Body">The data set in the JSON of PS3.18 §F, which is UTF-8 whatever the device wrote in.</param>
internal sealed record KeptStep(string Uid, string CallingAe, string Status, string Body);

/// <summary>A step that the centre has not taken yet, as it stood at this sequence.</summary>
internal sealed record UnsentStep(long Sequence, KeptStep Step, DateTimeOffset Since);

/// <summary>
/// Performed steps, durable before they are answered. A step and its place in the outbox are one transaction; a later state takes an earlier one's
/// place, since each says the whole.
/// </summary>
internal sealed class PerformedStore : IDisposable
{
    private const int Version = 1;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private volatile TaskCompletionSource _changed = NewSignal();

    /// <exception cref="InvalidDataException">The file was written by a newer edge.</exception>
    public PerformedStore(string folder)
    {
        Directory.CreateDirectory(folder);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "performed.db"), Pooling = false }.ToString());
        _connection.Open();
        _connection.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
        var version = _connection.ExecuteScalar<int>("PRAGMA user_version");
        if (version > Version)
            throw new InvalidDataException($"performed.db has version {version}; this edge knows {Version}.");
        if (version == 0)
        {
            _connection.Execute(
                $"""
                BEGIN;
                CREATE TABLE step (uid TEXT PRIMARY KEY, ae TEXT NOT NULL, status TEXT NOT NULL, body TEXT NOT NULL, changed_ms INTEGER NOT NULL) WITHOUT ROWID;
                CREATE TABLE unsent (sequence INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL UNIQUE, since_ms INTEGER NOT NULL);
                CREATE TABLE source (id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL);
                INSERT INTO source VALUES (1, @name);
                PRAGMA user_version={Version};
                COMMIT;
                """, new { name = "mpps:" + Guid.NewGuid().ToString("N") });
        }

        Source = _connection.ExecuteScalar<string>("SELECT name FROM source")!;
    }

    /// <summary>Name of this outbox, drawn once.</summary>
    public string Source { get; }

    /// <summary>Ends at the next change after the call.</summary>
    public Task Changed => _changed.Task;

    public KeptStep? Find(string uid)
    {
        lock (_gate)
            return _connection.Query<(string Uid, string Ae, string Status, string Body)>("SELECT uid, ae, status, body FROM step WHERE uid = @uid", new { uid }).Select(Read).FirstOrDefault();
    }

    /// <summary>Keeps a new step and queues it.</summary>
    /// <returns>False: the UID is taken.</returns>
    public bool Add(KeptStep step, DateTimeOffset at)
    {
        lock (_gate)
        {
            using var transaction = _connection.BeginTransaction();
            _connection.Execute(
                "DELETE FROM step WHERE changed_ms < @before AND uid NOT IN (SELECT uid FROM unsent)", new { before = (at - Kept).ToUnixTimeMilliseconds() }, transaction);
            if (_connection.Execute("INSERT INTO step VALUES (@Uid, @CallingAe, @Status, @Body, @at) ON CONFLICT (uid) DO NOTHING", With(step, at), transaction) == 0)
                return false;
            Queue(step.Uid, at, transaction);
            transaction.Commit();
        }

        Signal();
        return true;
    }

    /// <summary>Keeps what has become of a step and queues it.</summary>
    public void Change(KeptStep step, DateTimeOffset at)
    {
        lock (_gate)
        {
            using var transaction = _connection.BeginTransaction();
            _connection.Execute("UPDATE step SET status = @Status, body = @Body, changed_ms = @at WHERE uid = @Uid", With(step, at), transaction);
            Queue(step.Uid, at, transaction);
            transaction.Commit();
        }

        Signal();
    }

    /// <summary>The oldest that are not among those named.</summary>
    public UnsentStep? Next(IReadOnlyCollection<long> except)
    {
        lock (_gate)
        {
            return _connection.Query<(long Sequence, long Since, string Uid, string Ae, string Status, string Body)>(
                    "SELECT sequence, since_ms, step.uid, ae, status, body FROM unsent JOIN step ON step.uid = unsent.uid WHERE sequence NOT IN @except ORDER BY sequence LIMIT 1",
                    new { except })
                .Select(r => new UnsentStep(r.Sequence, Read((r.Uid, r.Ae, r.Status, r.Body)), DateTimeOffset.FromUnixTimeMilliseconds(r.Since))).FirstOrDefault();
        }
    }

    /// <summary>The centre has it, or will never want it. A later state of the same step has a sequence of its own and stays.</summary>
    public void Sent(long sequence)
    {
        lock (_gate)
            _connection.Execute("DELETE FROM unsent WHERE sequence = @sequence", new { sequence });
    }

    public void Dispose() => _connection.Dispose();

    private void Queue(string uid, DateTimeOffset at, SqliteTransaction transaction)
    {
        _connection.Execute("DELETE FROM unsent WHERE uid = @uid", new { uid }, transaction);
        _connection.Execute("INSERT INTO unsent (uid, since_ms) VALUES (@uid, @at)", new { uid, at = at.ToUnixTimeMilliseconds() }, transaction);
    }

    private static object With(KeptStep step, DateTimeOffset at) => new { step.Uid, step.CallingAe, step.Status, step.Body, at = at.ToUnixTimeMilliseconds() };

    private static KeptStep Read((string Uid, string Ae, string Status, string Body) row) => new(row.Uid, row.Ae, row.Status, row.Body);

    private void Signal() => Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
