using Dapper;
using Microsoft.Data.Sqlite;

namespace Regional.Edge.Commitment;

/// <summary>A transaction whose report has not been delivered yet.</summary>
/// <param name="Attempts">Deliveries that failed so far.</param>
internal sealed record OpenCommitment(CommitmentRequest Request, int Attempts);

/// <summary>Transactions of storage commitment, durable before they are answered, until their reports are delivered.</summary>
internal sealed class CommitmentStore : IDisposable
{
    private const int Version = 1;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private volatile TaskCompletionSource _added = NewSignal();

    /// <exception cref="InvalidDataException">The file was written by a newer edge.</exception>
    public CommitmentStore(string folder)
    {
        Directory.CreateDirectory(folder);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "commitment.db"), Pooling = false }.ToString());
        _connection.Open();
        _connection.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
        var version = _connection.ExecuteScalar<int>("PRAGMA user_version");
        if (version > Version)
            throw new InvalidDataException($"commitment.db has version {version}; this edge knows {Version}.");
        if (version == 0)
        {
            // Items: SOP class and instance, a line each.
            _connection.Execute($"""
                BEGIN;
                CREATE TABLE asked (
                    ae TEXT NOT NULL, transaction_uid TEXT NOT NULL, items TEXT NOT NULL, asked_ms INTEGER NOT NULL,
                    attempts INTEGER NOT NULL, next_ms INTEGER NOT NULL, delivered_ms INTEGER, PRIMARY KEY (ae, transaction_uid)) WITHOUT ROWID;
                CREATE INDEX asked_open ON asked (next_ms) WHERE delivered_ms IS NULL;
                PRAGMA user_version={Version};
                COMMIT;
                """);
        }
    }

    /// <summary>Ends when a transaction is added after the call.</summary>
    public Task Added => _added.Task;

    /// <summary>Durable when it returns. The same transaction again is reported again.</summary>
    public void Add(CommitmentRequest request, DateTimeOffset at)
    {
        lock (_gate)
        {
            _connection.Execute("DELETE FROM asked WHERE delivered_ms < @before", new { before = (at - Kept).ToUnixTimeMilliseconds() });
            _connection.Execute(
                """
                INSERT INTO asked VALUES (@CallingAe, @TransactionUid, @items, @at, 0, @at, NULL)
                ON CONFLICT (ae, transaction_uid) DO UPDATE SET items = excluded.items, next_ms = excluded.next_ms, attempts = 0, delivered_ms = NULL
                """,
                new
                {
                    request.CallingAe, request.TransactionUid, at = at.ToUnixTimeMilliseconds(),
                    items = string.Join('\n', request.Items.Select(i => $"{i.SopClassUid} {i.SopInstanceUid}")),
                });
        }

        Interlocked.Exchange(ref _added, NewSignal()).TrySetResult();
    }

    /// <summary>Undelivered ones of a device, oldest first.</summary>
    public IReadOnlyList<OpenCommitment> OpenOf(string ae)
    {
        lock (_gate)
        {
            return [.. _connection.Query<(string Ae, string Uid, string Items, long Attempts)>(
                "SELECT ae, transaction_uid, items, attempts FROM asked WHERE ae = @ae AND delivered_ms IS NULL ORDER BY asked_ms LIMIT 100", new { ae }).Select(Read)];
        }
    }

    /// <summary>The one of these devices that is due first, and when.</summary>
    public (OpenCommitment Open, DateTimeOffset At)? NextOf(IReadOnlyCollection<string> aes)
    {
        lock (_gate)
        {
            var row = _connection.Query<(string Ae, string Uid, string Items, long Attempts, long At)>(
                "SELECT ae, transaction_uid, items, attempts, next_ms FROM asked WHERE delivered_ms IS NULL AND ae IN @aes ORDER BY next_ms LIMIT 1", new { aes }).FirstOrDefault();
            return row.Uid is null ? null : (Read((row.Ae, row.Uid, row.Items, row.Attempts)), DateTimeOffset.FromUnixTimeMilliseconds(row.At));
        }
    }

    public void Delivered(CommitmentRequest request, DateTimeOffset at) => Update(request, "delivered_ms = @at", at);

    /// <summary>Not delivered: tried again at this instant.</summary>
    public void Failed(CommitmentRequest request, DateTimeOffset next) => Update(request, "attempts = attempts + 1, next_ms = @at", next);

    public void Dispose() => _connection.Dispose();

    private void Update(CommitmentRequest request, string change, DateTimeOffset at)
    {
        lock (_gate)
        {
            _connection.Execute(
                $"UPDATE asked SET {change} WHERE ae = @CallingAe AND transaction_uid = @TransactionUid",
                new { request.CallingAe, request.TransactionUid, at = at.ToUnixTimeMilliseconds() });
        }
    }

    private static OpenCommitment Read((string Ae, string Uid, string Items, long Attempts) row) => new(
        new CommitmentRequest(
            row.Uid, row.Ae, [.. row.Items.Split('\n').Select(line => line.Split(' ')).Select(parts => new CommitmentItem(parts[0], parts[1]))]),
        (int)row.Attempts);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
