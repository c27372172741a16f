using System.Text.Json;
using Dapper;

namespace Regional.Edge.Peers;

/// <summary>The jobs with peers and their items. What is accepted here is done, or told as failed, whatever happens to the process meanwhile.</summary>
internal sealed class JobBook(PeerDatabase database, TimeProvider time)
{
    /// <summary>Jobs that a list shows.</summary>
    private const int Listed = 200;

    private const string Columns = """
        SELECT id, kind, peer, spec, state, created_us CreatedUs, not_before_us NotBeforeUs, cursor, tries, failure,
            (SELECT count(*) FROM job_item WHERE job = id) Total, (SELECT count(*) FROM job_item WHERE job = id AND state = 2) Done,
            (SELECT count(*) FROM job_item WHERE job = id AND state = 3) Failed
        FROM job
        """;

    private volatile TaskCompletionSource _changed = NewSignal();

    /// <summary>Ends at the next change of a job's state after the call.</summary>
    public Task Changed => _changed.Task;

    public PeerJob Add(JobKind kind, string peer, JobSpec spec)
    {
        var now = PeerDatabase.Microseconds(time.GetUtcNow());
        var id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        database.Write((connection, transaction) => connection.Execute(
            "INSERT INTO job VALUES (@id, @kind, @peer, @spec, @state, @now, @now, '', 0, NULL)",
            new { id, kind = (int)kind, peer, spec = JsonSerializer.Serialize(spec), state = (int)JobState.Open, now }, transaction));
        Signal();
        return Get(id)!;
    }

    public PeerJob? Get(string id) => database.Read(connection => connection.QuerySingleOrDefault<Row>(Columns + " WHERE id = @id", new { id }))?.ToJob();

    /// <summary>The newest first.</summary>
    public IReadOnlyList<PeerJob> List() =>
        database.Read(connection => connection.Query<Row>($"{Columns} ORDER BY id DESC LIMIT {Listed}").Select(row => row.ToJob()).ToList());

    /// <summary>Open jobs, the oldest first.</summary>
    public IReadOnlyList<PeerJob> Open() =>
        database.Read(connection => connection.Query<Row>($"{Columns} WHERE state = 1 ORDER BY id").Select(row => row.ToJob()).ToList());

    public IReadOnlyList<string> Waiting(string job) =>
        database.Read(connection => connection.Query<string>("SELECT uid FROM job_item WHERE job = @job AND state = 1 ORDER BY uid", new { job }).ToList());

    /// <summary>Items found; those known already stay as they are. With the place from which to look on, in one transaction.</summary>
    public void Found(string job, IEnumerable<string> uids, string cursor) => database.Write((connection, transaction) =>
    {
        foreach (var uid in uids)
            connection.Execute("INSERT INTO job_item VALUES (@job, @uid, 1, 0, NULL) ON CONFLICT DO NOTHING", new { job, uid }, transaction);
        connection.Execute("UPDATE job SET cursor = @cursor WHERE id = @job", new { job, cursor }, transaction);
    });

    /// <summary>One item came to an end. A job that gets on forgets its earlier failures.</summary>
    public void Settle(string job, string uid, string? failure) => database.Write((connection, transaction) =>
    {
        connection.Execute(
            "UPDATE job_item SET state = @state, tries = tries + 1, failure = @failure WHERE job = @job AND uid = @uid",
            new { job, uid, failure, state = (int)(failure is null ? ItemState.Done : ItemState.Failed) }, transaction);
        connection.Execute("UPDATE job SET tries = 0, failure = NULL WHERE id = @job AND @failure IS NULL", new { job, failure }, transaction);
    });

    /// <summary>Tried again not before then.</summary>
    public void Defer(string job, DateTimeOffset notBefore, string? failure) => Update(
        "UPDATE job SET not_before_us = @at, tries = tries + (@failure IS NOT NULL), failure = @failure WHERE id = @job",
        new { job, at = PeerDatabase.Microseconds(notBefore), failure });

    /// <summary>Ends an open job; one that ended otherwise meanwhile stays as it is. False: it was not open.</summary>
    public bool End(string job, JobState state) => Update("UPDATE job SET state = @state, failure = NULL WHERE id = @job AND state = 1", new { job, state = (int)state });

    /// <summary>What failed is tried again, at once. False: no such job, or a cancelled one.</summary>
    public bool Retry(string job)
    {
        var now = PeerDatabase.Microseconds(time.GetUtcNow());
        database.Write((connection, transaction) => connection.Execute("UPDATE job_item SET state = 1 WHERE job = @job AND state = 3", new { job }, transaction));
        return Update("UPDATE job SET state = 1, not_before_us = @now, tries = 0, failure = NULL WHERE id = @job AND state <> 3", new { job, now });
    }

    private bool Update(string sql, object values)
    {
        var rows = 0;
        database.Write((connection, transaction) => rows = connection.Execute(sql, values, transaction));
        Signal();
        return rows > 0;
    }

    private void Signal() => Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Row
    {
        public string Id { get; init; } = "";

        public long Kind { get; init; }

        public string Peer { get; init; } = "";

        public string Spec { get; init; } = "";

        public long State { get; init; }

        public long CreatedUs { get; init; }

        public long NotBeforeUs { get; init; }

        public string Cursor { get; init; } = "";

        public long Tries { get; init; }

        public string? Failure { get; init; }

        public long Total { get; init; }

        public long Done { get; init; }

        public long Failed { get; init; }

        public PeerJob ToJob() => new(
            Id, (JobKind)Kind, Peer, JsonSerializer.Deserialize<JobSpec>(Spec)!, (JobState)State, PeerDatabase.Instant(CreatedUs), PeerDatabase.Instant(NotBeforeUs),
            Cursor, (int)Tries, Failure, (int)Total, (int)Done, (int)Failed);
    }
}
