using Dapper;
using Microsoft.Data.Sqlite;
using Regional.Imaging.Packs;
using Regional.Imaging.Upkeep;
using Regional.Link.V1;

namespace Regional.Edge.Journal;

/// <summary>
/// The durable queue of instances for the centre, urgent first, then in order of receipt. Derived from the packs by
/// <see cref="JournalFollower"/>; the position reached stands in the same transaction as the rows. One writer at a time.
/// </summary>
internal sealed class UploadQueue : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private volatile TaskCompletionSource _changed = NewSignal();

    public UploadQueue(string folder)
    {
        Directory.CreateDirectory(folder);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "uploads.db"), Pooling = false }.ToString());
        _connection.Open();
        // NORMAL: a power cut may take the last transactions, position and rows together; they are derived from the packs again, and a lost
        // receipt only means that an instance is offered once more. The disk's syncs belong to the packs.
        _connection.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;");
        var version = _connection.ExecuteScalar<int>("PRAGMA user_version");
        if (version > UploadQueueSchema.Version)
            throw new InvalidDataException($"uploads.db has version {version}; this edge knows {UploadQueueSchema.Version}.");
        if (version < UploadQueueSchema.Version)
            _connection.Execute($"BEGIN; {UploadQueueSchema.Steps(version)} PRAGMA user_version={UploadQueueSchema.Version}; COMMIT;");
    }

    /// <summary>Ends at the next change of the queue after the call.</summary>
    public Task Changed => _changed.Task;

    /// <summary>Up to where the packs have been taken over.</summary>
    public PackPosition Position()
    {
        lock (_gate)
            return _connection.QuerySingle<(long Pack, long Offset)>("SELECT pack, offset FROM total") is var at ? new PackPosition(at.Pack, at.Offset) : default;
    }

    /// <summary>
    /// What of the packs this queue still names, for a compaction. On the disk when it returns: after a power cut the queue never asks for a
    /// record that was before this position.
    /// </summary>
    public PacksInUse PacksInUse()
    {
        lock (_gate)
        {
            _connection.Execute("PRAGMA synchronous=FULL; UPDATE total SET pack = pack; PRAGMA synchronous=NORMAL;");
            return new PacksInUse(Position(), _connection.Query<long>("SELECT DISTINCT pack FROM pending").ToHashSet());
        }
    }

    /// <summary>Takes over a batch of records and the position after it, in one transaction.</summary>
    public void Take(IReadOnlyList<PackRecord> records, PackPosition next)
    {
        lock (_gate)
        {
            using var transaction = _connection.BeginTransaction();
            using (var batch = new JournalBatch(_connection, transaction))
            {
                foreach (var record in records)
                    batch.Take(record);
                batch.Finish(next);
            }

            transaction.Commit();
        }

        Signal();
    }

    /// <summary>The first instances in order that are not among those under way.</summary>
    public IReadOnlyList<PendingUpload> Next(int limit, IReadOnlySet<PackPosition> underWay)
    {
        lock (_gate)
        {
            return [.. _connection.Query<PendingRow>(
                    "SELECT pack, offset, header_length HeaderLength, data_length DataLength, sha256 Sha256, sop_uid SopUid, sop_class SopClass, study_uid StudyUid, "
                    + "series_uid SeriesUid, syntax, calling_ae CallingAe, received_us ReceivedUs, priority, repair FROM pending ORDER BY priority DESC, pack, offset LIMIT @limit",
                    new { limit = limit + underWay.Count })
                .Select(r => r.ToUpload())
                .Where(u => !underWay.Contains(u.Address.Position))
                .Take(limit)];
        }
    }

    /// <summary>The centre holds these for good.</summary>
    public void Acknowledged(IReadOnlyList<PendingUpload> uploads)
    {
        lock (_gate)
        {
            using var transaction = _connection.BeginTransaction();
            foreach (var upload in uploads)
            {
                if (_connection.Execute("DELETE FROM pending WHERE pack = @Pack AND offset = @Offset", upload.Address.Position, transaction) == 1)
                    _connection.Execute("UPDATE study SET uploaded = uploaded + 1 WHERE study_uid = @StudyUid", upload, transaction);
            }

            transaction.Commit();
        }

        Signal();
    }

    /// <summary>
    /// The centre will never serve this one (refused, in its quarantine, or damaged here): kept in the pack, taken out of the queue, shown
    /// to people, and told, so that no exam waits for it.
    /// </summary>
    public void Refused(PendingUpload upload, string rule, DateTimeOffset at)
    {
        lock (_gate)
        {
            using var transaction = _connection.BeginTransaction();
            if (_connection.Execute("DELETE FROM pending WHERE pack = @Pack AND offset = @Offset", upload.Address.Position, transaction) == 1)
                _connection.Execute("UPDATE study SET not_coming = not_coming + 1 WHERE study_uid = @StudyUid", upload, transaction);
            _connection.Execute("INSERT OR REPLACE INTO refused VALUES (@Pack, @Offset, @sop, @rule, @at)",
                new { upload.Address.Pack, upload.Address.Offset, sop = upload.SopInstanceUid, rule, at = Microseconds(at) }, transaction);
            transaction.Commit();
        }

        Signal();
    }

    /// <summary>Why the centre will never serve this instance; null when it did not say so.</summary>
    public string? RefusalOf(string sopInstanceUid)
    {
        lock (_gate)
            return _connection.QueryFirstOrDefault<string?>("SELECT rule FROM refused WHERE sop_uid = @sopInstanceUid", new { sopInstanceUid });
    }

    /// <summary>Moves a study forward (or back) in the queue; also holds for images that come later.</summary>
    public void Prioritise(string studyUid, Priority priority)
    {
        lock (_gate)
        {
            using var transaction = _connection.BeginTransaction();
            _connection.Execute(
                "INSERT INTO study VALUES (@studyUid, 0, 0, 0, @priority, 0) ON CONFLICT (study_uid) DO UPDATE SET priority = excluded.priority",
                new { studyUid, priority = (int)priority }, transaction);
            _connection.Execute("UPDATE pending SET priority = @priority WHERE study_uid = @studyUid", new { studyUid, priority = (int)priority }, transaction);
            transaction.Commit();
        }

        Signal();
    }

    /// <summary>Whether an instance waits for the centre.</summary>
    public bool IsPending(string sopInstanceUid)
    {
        lock (_gate)
            return _connection.ExecuteScalar<long>("SELECT EXISTS (SELECT 1 FROM pending WHERE sop_uid = @sopInstanceUid)", new { sopInstanceUid }) == 1;
    }

    /// <summary>The centre, which had acknowledged these, has them no more: they wait for it again.</summary>
    public void SendAgain(IReadOnlyList<PendingUpload> uploads)
    {
        lock (_gate)
        {
            using var transaction = _connection.BeginTransaction();
            foreach (var upload in uploads)
            {
                var added = _connection.Execute(
                    """
                    INSERT INTO pending VALUES (@Pack, @Offset, @HeaderLength, @DataLength, @hash, @SopInstanceUid, @SopClassUid, @StudyUid, @SeriesUid,
                        @TransferSyntaxUid, @CallingAe, @received, @priority, @Repair)
                    ON CONFLICT (pack, offset) DO NOTHING
                    """,
                    new
                    {
                        upload.Address.Pack, upload.Address.Offset, upload.Address.HeaderLength, upload.Address.DataLength, hash = upload.Hash.ToArray(),
                        upload.SopInstanceUid, upload.SopClassUid, upload.StudyUid, upload.SeriesUid, upload.TransferSyntaxUid, upload.CallingAe,
                        received = Microseconds(upload.ReceivedAt), priority = (int)upload.Priority, upload.Repair,
                    },
                    transaction);
                if (added == 1)
                    _connection.Execute("UPDATE study SET uploaded = max(0, uploaded - 1) WHERE study_uid = @StudyUid", upload, transaction);
            }

            transaction.Commit();
        }

        Signal();
    }

    public QueueTotals Totals()
    {
        lock (_gate)
        {
            var (count, bytes, received, conflicts, last) =
                _connection.QuerySingle<(long, long, long, long, long?)>("SELECT waiting, waiting_bytes, received, conflicts, last_us FROM total");
            var refused = _connection.ExecuteScalar<long>("SELECT count(*) FROM refused");
            return new QueueTotals(count, bytes, received, conflicts, refused, last is { } us ? Instant(us) : null);
        }
    }

    /// <summary>Counts of the studies named, or of those with something pending and the latest others.</summary>
    public IReadOnlyList<StudyCounts> Studies(IReadOnlyCollection<string>? only = null, int limit = 50)
    {
        lock (_gate)
        {
            var rows = only is null
                ? _connection.Query<(string, int, int, int, long)>("SELECT study_uid, received, uploaded, not_coming, last_us FROM study WHERE received > 0 ORDER BY (uploaded + not_coming < received) DESC, last_us DESC LIMIT @limit", new { limit })
                : _connection.Query<(string, int, int, int, long)>("SELECT study_uid, received, uploaded, not_coming, last_us FROM study WHERE received > 0 AND study_uid IN @only", new { only });
            return [.. rows.Select(r => new StudyCounts(r.Item1, r.Item2, r.Item3, r.Item4, Instant(r.Item5)))];
        }
    }

    public IReadOnlyList<CallerTotals> Callers()
    {
        lock (_gate)
            return [.. _connection.Query<(string, long, long)>("SELECT ae, received, last_us FROM caller ORDER BY ae LIMIT 200").Select(r => new CallerTotals(r.Item1, r.Item2, Instant(r.Item3)))];
    }

    public void Dispose() => _connection.Dispose();

    private void Signal() => Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal static long Microseconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private static DateTimeOffset Instant(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    private sealed class PendingRow
    {
        public long Pack { get; init; }

        public long Offset { get; init; }

        public long HeaderLength { get; init; }

        public long DataLength { get; init; }

        public byte[] Sha256 { get; init; } = [];

        public string SopUid { get; init; } = "";

        public string SopClass { get; init; } = "";

        public string StudyUid { get; init; } = "";

        public string SeriesUid { get; init; } = "";

        public string Syntax { get; init; } = "";

        public string CallingAe { get; init; } = "";

        public long ReceivedUs { get; init; }

        public long Priority { get; init; }

        public string Repair { get; init; } = "";

        public PendingUpload ToUpload() => new(
            new RecordAddress(Pack, Offset, (int)HeaderLength, DataLength), new ContentHash(Sha256), SopUid, SopClass, StudyUid, SeriesUid, Syntax, CallingAe,
            Instant(ReceivedUs), (Priority)Priority)
        {
            Repair = Repair,
        };
    }
}
