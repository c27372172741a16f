using Dapper;
using Regional.Imaging.Packs;

namespace Regional.Imaging.Index;

/// <summary>
/// The instance index: studies, series and instances derived from the packs, searchable, with the outbox of what arrived. Everything in
/// it can be rebuilt from the packs. Safe for concurrent readers; one indexer writes (see <see cref="ImageArchive"/>).
/// </summary>
public sealed class ImageIndex : IKnownInstances, IOutbox
{
    /// <summary>Rows of one page at most.</summary>
    public const int PageCap = 1000;

    private readonly IndexDatabase _database;
    private volatile TaskCompletionSource _eventsWritten = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _removals;

    private ImageIndex(IndexDatabase database) => (_database, Writer) = (database, new IndexWriter(database));

    internal IndexWriter Writer { get; }

    /// <summary>The database works and refuses a value; see <see cref="IndexDatabase.RefusesValue"/>.</summary>
    internal bool RefusesValue(Exception failure) => _database.RefusesValue(failure);

    /// <summary>Rises whenever something was deleted, taken out of service or moved; caches of instances compare it.</summary>
    public long Removals => Interlocked.Read(ref _removals);

    /// <summary>Opens the index and brings its schema to this build's version. The database stays the caller's.</summary>
    public static async Task<ImageIndex> OpenAsync(IndexDatabase database, CancellationToken cancellation)
    {
        await IndexSchema.MigrateAsync(database, cancellation);
        return new ImageIndex(database);
    }

    /// <summary>Everything before this position of the packs is in the index.</summary>
    public async Task<PackPosition> PositionAsync(CancellationToken cancellation) => (await Writer.ReadStateAsync(cancellation)).Position;

    public async ValueTask<KnownInstance?> FindAsync(string sopInstanceUid, CancellationToken cancellation)
    {
        // One statement, kept prepared: it is asked for every instance that arrives, and nearly always finds nothing.
        await using var lease = await _database.OpenAsync(cancellation);
        await using var reader = await lease.Prepared(
            """
            SELECT pack, pack_offset, header_length, data_length, hash, 0 AS kept, is_local FROM instance WHERE sop_uid = @uid
            UNION ALL SELECT pack, pack_offset, header_length, data_length, hash, 1, 1 FROM quarantine WHERE sop_uid = @uid
            ORDER BY kept, pack, pack_offset
            """, "uid").ReadAsync(cancellation, sopInstanceUid);
        List<(QuarantinedContent Content, bool IsQuarantined, bool IsLocal)> rows = [];
        while (await reader.ReadAsync(cancellation))
        {
            var content = new QuarantinedContent(Address(reader), new ContentHash(reader.GetFieldValue<byte[]>(4)));
            rows.Add((content, reader.GetInt32(5) == 1, reader.GetInt32(6) == 1));
        }
        if (rows.Count == 0) return null;
        List<QuarantinedContent> quarantined = [.. rows.Where(row => row.IsQuarantined).Select(row => row.Content)];
        return rows[0].IsQuarantined
            ? new KnownInstance(null, default, quarantined)
            : new KnownInstance(rows[0].IsLocal ? rows[0].Content.Address : default(RecordAddress), rows[0].Content.Hash, quarantined, rows[0].IsLocal);
    }

    public async Task<IndexedStudy?> GetStudyAsync(string studyUid, CancellationToken cancellation) =>
        (await _database.QueryAsync($"SELECT {IndexReader.StudyColumns} FROM study WHERE study_uid = @studyUid", new { studyUid },
            row => IndexReader.Study(row), cancellation)).FirstOrDefault();

    /// <summary>Series of a study in order of their number.</summary>
    public async Task<IReadOnlyList<IndexedSeries>> GetSeriesAsync(string studyUid, CancellationToken cancellation) =>
        await _database.QueryAsync($"SELECT {IndexReader.SeriesColumns} FROM series WHERE study_uid = @studyUid ORDER BY number, series_uid",
            new { studyUid }, row => IndexReader.Series(row), cancellation);

    public async Task<IndexedInstance?> GetInstanceAsync(string sopInstanceUid, CancellationToken cancellation) =>
        (await _database.QueryAsync($"SELECT {IndexReader.InstanceColumns} FROM instance WHERE sop_uid = @sopInstanceUid",
            new { sopInstanceUid }, row => IndexReader.Instance(row), cancellation)).FirstOrDefault();

    /// <summary>Instances of a study, or of one series of it, in order of their number.</summary>
    public async Task<IReadOnlyList<IndexedInstance>> GetInstancesAsync(string studyUid, string? seriesUid, CancellationToken cancellation) =>
        await _database.QueryAsync(
            $"""
            SELECT {IndexReader.InstanceColumns} FROM instance
            WHERE study_uid = @studyUid {(seriesUid is null ? "" : "AND series_uid = @seriesUid")} ORDER BY series_uid, number, sop_uid
            """, new { studyUid, seriesUid }, row => IndexReader.Instance(row), cancellation);

    /// <summary>The first instance of a study or of one of its series: where attributes stand that all of them share.</summary>
    public async Task<IndexedInstance?> GetFirstInstanceAsync(string studyUid, string? seriesUid, CancellationToken cancellation) =>
        (await _database.QueryAsync(
            $"""
            SELECT {IndexReader.InstanceColumns} FROM instance
            WHERE study_uid = @studyUid {(seriesUid is null ? "" : "AND series_uid = @seriesUid")} ORDER BY series_uid, number, sop_uid LIMIT 1
            """, new { studyUid, seriesUid }, row => IndexReader.Instance(row), cancellation)).FirstOrDefault();

    /// <summary>Instances stored after a sequence number, oldest first: what an uploader or a copier reads on from.</summary>
    public async Task<IReadOnlyList<IndexedInstance>> GetInstancesAfterAsync(long sequence, int limit, CancellationToken cancellation) =>
        await _database.QueryAsync(
            $"SELECT {IndexReader.InstanceColumns} FROM instance WHERE sequence > @sequence ORDER BY sequence LIMIT @limit",
            new { sequence, limit = Math.Min(limit, PageCap) }, row => IndexReader.Instance(row), cancellation);

    /// <summary>Newest studies first. Throws <see cref="SearchValueException"/> on a value that cannot be understood.</summary>
    public async Task<SearchPage<IndexedStudy>> SearchStudiesAsync(
        IReadOnlyList<SearchTerm> terms, SearchScope scope, int offset, int limit, CancellationToken cancellation)
    {
        limit = Math.Clamp(limit, 1, PageCap);
        var sql = SearchSql.From(terms, scope);
        var page = sql.StudyPage(Math.Max(0, offset), limit + 1);
        var rows = await _database.QueryAsync(
            $"""
            SELECT {IndexReader.StudyColumns} FROM study WHERE study_uid IN ({page})
            ORDER BY study.study_date DESC, study.study_time DESC, study.study_uid DESC
            """, sql.Parameters, row => IndexReader.Study(row), cancellation);
        return rows.Count > limit ? new SearchPage<IndexedStudy>(rows[..limit], true) : new SearchPage<IndexedStudy>(rows, false);
    }

    public async Task<SearchPage<SeriesMatch>> SearchSeriesAsync(
        IReadOnlyList<SearchTerm> terms, SearchScope scope, int offset, int limit, CancellationToken cancellation)
    {
        var sql = SearchSql.From(terms, scope);
        return await PageAsync(
            $"""
            SELECT {IndexReader.StudyColumns}, {IndexReader.SeriesColumns}
            FROM series JOIN study ON study.study_uid = series.study_uid WHERE {sql.Where()}
            ORDER BY study.study_date DESC, study.study_time DESC, study.study_uid DESC, series.number, series.series_uid
            """, sql, row => new SeriesMatch(IndexReader.Study(row), IndexReader.Series(row, IndexReader.StudyWidth)), offset, limit, cancellation);
    }

    public async Task<SearchPage<InstanceMatch>> SearchInstancesAsync(
        IReadOnlyList<SearchTerm> terms, SearchScope scope, int offset, int limit, CancellationToken cancellation)
    {
        var sql = SearchSql.From(terms, scope);
        return await PageAsync(
            $"""
            SELECT {IndexReader.StudyColumns}, {IndexReader.SeriesColumns}, {IndexReader.InstanceColumns}
            FROM instance
            JOIN series ON series.study_uid = instance.study_uid AND series.series_uid = instance.series_uid
            JOIN study ON study.study_uid = instance.study_uid WHERE {sql.Where()}
            ORDER BY study.study_date DESC, study.study_time DESC, study.study_uid DESC, series.number, series.series_uid, instance.number, instance.sop_uid
            """,
            sql,
            row => new InstanceMatch(
                IndexReader.Study(row), IndexReader.Series(row, IndexReader.StudyWidth),
                IndexReader.Instance(row, IndexReader.StudyWidth + IndexReader.SeriesWidth)),
            offset, limit, cancellation);
    }

    public async Task<ArchiveTotals> GetTotalsAsync(CancellationToken cancellation) => (await _database.QueryAsync(
        """
        SELECT (SELECT COUNT(*) FROM study), (SELECT COUNT(*) FROM instance), (SELECT COUNT(*) FROM quarantine), (SELECT COUNT(*) FROM damage),
            (SELECT COUNT(*) FROM archive_event), (SELECT MAX(last_received) FROM study)
        """, null,
        row => new ArchiveTotals(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4),
            row.IsDBNull(5) ? null : Instants.FromNumber(row.GetInt64(5))), cancellation))[0];

    /// <summary>Places of records that are known to be damaged and out of service.</summary>
    public async Task<IReadOnlySet<PackPosition>> GetDamageAsync(CancellationToken cancellation) =>
        (await _database.QueryAsync("SELECT pack, pack_offset FROM damage", null, row => new PackPosition(row.GetInt64(0), row.GetInt64(1)), cancellation))
            .ToHashSet();

    async Task<OutboxPage> IOutbox.ReadAsync(int limit, IReadOnlyCollection<string> withoutStudies, CancellationToken cancellation)
    {
        // The state first: what is committed in between lies beyond the position, and a wait for it ends at once.
        var state = await Writer.ReadStateAsync(cancellation);
        // One parameter a study: the databases differ in how they take lists.
        var parameters = new DynamicParameters();
        parameters.Add("limit", Math.Min(limit, PageCap));
        foreach (var (number, study) in withoutStudies.Index()) parameters.Add("s" + number, study);
        var without = string.Join(", ", withoutStudies.Index().Select(study => "@s" + study.Index));
        var events = await _database.QueryAsync(
            $"""
            SELECT {IndexReader.StudyColumns}, event.sequence, event.site, event.calling_ae, event.instances, event.bytes, event.modality,
                event.body_part, event.first_received, event.last_received, event.total_instances, event.total_series
            FROM archive_event event JOIN study ON study.study_uid = event.study_uid
            {(withoutStudies.Count == 0 ? "" : $"WHERE event.study_uid NOT IN ({without})")}
            ORDER BY event.sequence LIMIT @limit
            """, parameters, row => Event(row, state.Generation), cancellation);
        return new OutboxPage(events, state.NextEvent - 1);
    }

    async Task IOutbox.AcknowledgeAsync(IReadOnlyCollection<long> sequences, CancellationToken cancellation)
    {
        if (sequences.Count == 0) return;
        await using var lease = await _database.OpenForWritingAsync(cancellation);
        await lease.Connection.ExecuteAsync(new CommandDefinition(
            $"DELETE FROM archive_event WHERE sequence IN ({string.Join(", ", sequences)})", cancellationToken: cancellation));
    }

    async Task IOutbox.WaitAsync(long position, CancellationToken cancellation)
    {
        while (true)
        {
            var written = _eventsWritten;
            if ((await Writer.ReadStateAsync(cancellation)).NextEvent > position + 1) return;
            await written.Task.WaitAsync(cancellation);
        }
    }

    internal void OnEventsWritten() =>
        Interlocked.Exchange(ref _eventsWritten, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    internal void OnRemoved() => Interlocked.Increment(ref _removals);

    private async Task<SearchPage<T>> PageAsync<T>(
        string sql, SearchSql search, Func<System.Data.Common.DbDataReader, T> map, int offset, int limit, CancellationToken cancellation)
    {
        limit = Math.Clamp(limit, 1, PageCap);
        search.Parameters.Add("limit", limit + 1);
        search.Parameters.Add("offset", Math.Max(0, offset));
        var rows = await _database.QueryAsync(sql + " LIMIT @limit OFFSET @offset", search.Parameters, map, cancellation);
        return rows.Count > limit ? new SearchPage<T>(rows[..limit], true) : new SearchPage<T>(rows, false);
    }

    private static RecordAddress Address(System.Data.Common.DbDataReader row) =>
        new(row.GetInt64(0), row.GetInt64(1), row.GetInt32(2), row.GetInt64(3));

    private static ArchiveEvent Event(System.Data.Common.DbDataReader row, string generation)
    {
        const int first = IndexReader.StudyWidth;
        return new ArchiveEvent
        {
            Generation = generation,
            Study = IndexReader.Study(row),
            Sequence = row.GetInt64(first),
            Site = row.GetString(first + 1),
            CallingAe = row.GetString(first + 2),
            Instances = row.GetInt32(first + 3),
            Bytes = row.GetInt64(first + 4),
            Modality = row.GetString(first + 5),
            BodyPart = row.GetString(first + 6),
            FirstReceived = Instants.FromNumber(row.GetInt64(first + 7)),
            LastReceived = Instants.FromNumber(row.GetInt64(first + 8)),
            TotalInstances = row.GetInt32(first + 9),
            TotalSeries = row.GetInt32(first + 10)
        };
    }
}

/// <summary>Counts for status pages.</summary>
public sealed record ArchiveTotals(long Studies, long Instances, long Quarantined, long Damaged, long UndeliveredEvents, DateTimeOffset? LastReceived);
