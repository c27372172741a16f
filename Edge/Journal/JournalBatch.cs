using Dapper;
using Microsoft.Data.Sqlite;
using Regional.Imaging.Packs;

namespace Regional.Edge.Journal;

/// <summary>
/// Records of the packs on their way into the queue, in one transaction. One row an instance; counts of studies, callers and the whole are
/// gathered and written once a batch.
/// </summary>
internal sealed class JournalBatch : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _transaction;
    private readonly SqliteCommand _insert;
    private readonly Dictionary<string, (int Received, long Last)> _studies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Received, long Last)> _callers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _notComing = new(StringComparer.Ordinal);
    private int _conflicts;

    public JournalBatch(SqliteConnection connection, SqliteTransaction transaction)
    {
        (_connection, _transaction) = (connection, transaction);
        _insert = connection.CreateCommand();
        _insert.Transaction = transaction;
        _insert.CommandText = """
            INSERT INTO pending VALUES (@pack, @offset, @header, @length, @hash, @sop, @class, @study, @series, @syntax, @ae, @received,
                coalesce((SELECT priority FROM study WHERE study_uid = @study), 0), @repair)
            ON CONFLICT (pack, offset) DO NOTHING
            """;
        foreach (var name in new[] { "@pack", "@offset", "@header", "@length", "@hash", "@sop", "@class", "@study", "@series", "@syntax", "@ae", "@received", "@repair" })
            _insert.Parameters.Add(new SqliteParameter { ParameterName = name });
    }

    public void Take(PackRecord record)
    {
        var header = record.Header;
        switch (header.Kind)
        {
            case RecordKind.Instance:
                TakeInstance(record);
                break;
            case RecordKind.Quarantine when header.Reason == QuarantineReason.Conflict:
                _conflicts++;
                break;
            case RecordKind.Delete:
                var gone = _connection.Execute(
                    "DELETE FROM pending WHERE study_uid = @StudyUid AND (@SeriesUid = '' OR series_uid = @SeriesUid) AND (@SopInstanceUid = '' OR sop_uid = @SopInstanceUid)",
                    header, _transaction);
                _notComing[header.StudyUid] = _notComing.GetValueOrDefault(header.StudyUid) + gone;
                break;
        }
    }

    /// <summary>Writes the counts and the position after the batch.</summary>
    public void Finish(PackPosition next)
    {
        foreach (var (study, (received, last)) in _studies)
        {
            _connection.Execute(
                """
                INSERT INTO study VALUES (@study, @received, 0, @last, 0, 0)
                ON CONFLICT (study_uid) DO UPDATE SET received = received + excluded.received, last_us = max(last_us, excluded.last_us)
                """, new { study, received, last }, _transaction);
        }

        foreach (var (study, gone) in _notComing)
            _connection.Execute("UPDATE study SET not_coming = not_coming + @gone WHERE study_uid = @study", new { study, gone }, _transaction);

        foreach (var (ae, (received, last)) in _callers)
        {
            _connection.Execute(
                """
                INSERT INTO caller VALUES (@ae, @received, @last)
                ON CONFLICT (ae) DO UPDATE SET received = received + excluded.received, last_us = max(last_us, excluded.last_us)
                """, new { ae, received, last }, _transaction);
        }

        var total = _studies.Values.Sum(s => (long)s.Received);
        long? latest = total > 0 ? _studies.Values.Max(s => s.Last) : null;
        _connection.Execute(
            """
            UPDATE total SET pack = @Pack, offset = @Offset, received = received + @total, conflicts = conflicts + @conflicts,
                last_us = CASE WHEN @latest IS NULL THEN last_us ELSE max(coalesce(last_us, 0), @latest) END
            """, new { next.Pack, next.Offset, total, conflicts = _conflicts, latest }, _transaction);
    }

    public void Dispose() => _insert.Dispose();

    private void TakeInstance(PackRecord record)
    {
        var (header, address) = (record.Header, record.Address);
        var received = UploadQueue.Microseconds(header.ReceivedAt);
        object[] values =
        [
            address.Pack, address.Offset, address.HeaderLength, address.DataLength, record.Hash.ToArray(), header.SopInstanceUid, header.SopClassUid,
            header.StudyUid, header.SeriesUid, header.TransferSyntaxUid, header.CallingAe, received, header.Repair,
        ];
        for (var i = 0; i < values.Length; i++)
            _insert.Parameters[i].Value = values[i];
        // Taken over before: the position says so, and if it ever did not, nothing is counted twice.
        if (_insert.ExecuteNonQuery() == 0)
            return;
        Count(_studies, header.StudyUid, received);
        Count(_callers, header.CallingAe, received);
    }

    private static void Count(Dictionary<string, (int Received, long Last)> counts, string key, long at)
    {
        var before = counts.GetValueOrDefault(key);
        counts[key] = (before.Received + 1, Math.Max(before.Last, at));
    }
}
