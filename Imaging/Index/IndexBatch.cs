using System.Data.Common;
using Dapper;
using Regional.Imaging.Packs;

namespace Regional.Imaging.Index;

/// <summary>The records of one transaction.</summary>
internal sealed class IndexBatch(DbTransaction transaction, long firstSequence) : IAsyncDisposable
{
    private readonly StudyUpserts _upserts = new(transaction);
    private readonly InstancePlaces _places = new(transaction);
    private readonly Dictionary<(string Study, string Site, string Ae), EventDelta> _events = [];
    private readonly Statement _putInstance = new(transaction,
        """
        INSERT INTO instance (sop_uid, study_uid, series_uid, sop_class, syntax, number, image_rows, image_columns, frames, bits,
            pack, pack_offset, header_length, data_length, data_header, problem, hash, frame_map, received, site, calling_ae, sequence, repair)
        VALUES (@sop, @study, @series, @class, @syntax, @number, @rows, @columns, @frames, @bits,
            @pack, @offset, @header, @length, @dataheader, @problem, @hash, @map, @received, @site, @ae, @sequence, @repair)
        ON CONFLICT (sop_uid) DO NOTHING
        """,
        "sop", "study", "series", "class", "syntax", "number", "rows", "columns", "frames", "bits", "pack", "offset", "header", "length",
        "dataheader", "problem", "hash", "map", "received", "site", "ae", "sequence", "repair");

    public long NextSequence { get; private set; } = firstSequence;

    public async Task ApplyAsync(IndexedRecord item, CancellationToken cancellation)
    {
        var header = item.Record.Header;
        switch (header.Kind)
        {
            case RecordKind.Instance:
                await PutInstanceAsync(item, cancellation);
                break;
            case RecordKind.Copy:
                if (!await _places.TakeBackAsync(item.Record)) await PutInstanceAsync(item, cancellation);
                break;
            case RecordKind.Evict:
                await _places.EvictAsync(header);
                break;
            case RecordKind.Quarantine when header.Reason is QuarantineReason.Conflict or QuarantineReason.OtherSite:
                await PutQuarantineAsync(item.Record);
                break;
            case RecordKind.Quarantine:
                await NoteDamageAsync(header.Target, header, cancellation);
                break;
            case RecordKind.Delete:
                await DeleteAsync(header, cancellation);
                break;
            case RecordKind.Merge:
                await _upserts.FlushAsync(cancellation);
                await RunAsync("UPDATE study SET merged_into = @RelatedUid, version = @version WHERE study_uid = @StudyUid",
                    new { header.RelatedUid, header.StudyUid, version = NextSequence++ });
                break;
        }
    }

    /// <summary>Takes a record out of service: whoever asks for it gets nothing, and the instance may be stored again.</summary>
    public async Task NoteDamageAsync(PackPosition position, RecordHeader? header, CancellationToken cancellation)
    {
        await _upserts.FlushAsync(cancellation);
        var study = await transaction.Connection!.ExecuteScalarAsync<string?>(
            "SELECT study_uid FROM instance WHERE pack = @Pack AND pack_offset = @Offset", position, transaction) ?? header?.StudyUid ?? "";
        await RunAsync("INSERT INTO damage (pack, pack_offset, sop_uid, study_uid) VALUES (@Pack, @Offset, @sop, @study) ON CONFLICT DO NOTHING",
            new { position.Pack, position.Offset, sop = header?.SopInstanceUid ?? "", study });
        await RunAsync("DELETE FROM quarantine WHERE pack = @Pack AND pack_offset = @Offset", position);
        await _places.DropDamagedAsync(position);
        await RecountAsync(study, cancellation);
    }

    /// <summary>Writes what was gathered and the events; returns how many.</summary>
    public async Task<int> FinishAsync(long firstEvent, CancellationToken cancellation)
    {
        await _upserts.FlushAsync(cancellation);
        var count = 0;
        foreach (var ((study, site, ae), delta) in _events)
        {
            count += await RunAsync(
                """
                INSERT INTO archive_event (sequence, study_uid, site, calling_ae, instances, bytes, modality, body_part, first_received,
                    last_received, total_instances, total_series, last_instance)
                SELECT @sequence, study_uid, @site, @ae, @Instances, @Bytes, @Modality, @BodyPart, @First, @Last,
                    instance_count, series_count, @LastInstance
                FROM study WHERE study_uid = @study
                """,
                new
                {
                    sequence = firstEvent + count, study, site, ae, delta.Instances, delta.Bytes, delta.Modality, delta.BodyPart, delta.First,
                    delta.Last, delta.LastInstance
                });
        }
        return count;
    }

    public async ValueTask DisposeAsync()
    {
        await _upserts.DisposeAsync();
        await _putInstance.DisposeAsync();
    }

    private async Task PutInstanceAsync(IndexedRecord item, CancellationToken cancellation)
    {
        var (header, address, facts) = (item.Record.Header, item.Record.Address, item.Facts);
        var received = Instants.ToNumber(header.ReceivedAt);
        var added = await _putInstance.RunAsync(cancellation,
            header.SopInstanceUid, header.StudyUid, header.SeriesUid, header.SopClassUid, header.TransferSyntaxUid, facts.InstanceNumber,
            facts.Rows, facts.Columns, facts.NumberOfFrames, facts.BitsAllocated, address.Pack, address.Offset, address.HeaderLength,
            address.DataLength, item.DataHeader, (int)item.Problem, item.Record.Hash.ToArray(), item.Frames.Encode(), received,
            header.Site, header.CallingAe, NextSequence, header.Repair);
        // The store decides duplicates before it writes, so a second record of a UID is a damaged store's; the first one stays.
        if (added == 0) return;
        _upserts.Add(item, NextSequence);
        var key = (header.StudyUid, header.Site, header.CallingAe);
        if (!_events.TryGetValue(key, out var delta))
            _events[key] = delta = new EventDelta { Modality = facts.Modality, BodyPart = facts.BodyPart, First = received, Last = received };
        delta.Instances++;
        delta.Bytes += address.DataLength;
        delta.First = Math.Min(delta.First, received);
        delta.Last = Math.Max(delta.Last, received);
        delta.LastInstance = NextSequence++;
    }

    private Task<int> PutQuarantineAsync(PackRecord record) => RunAsync(
        """
        INSERT INTO quarantine (pack, pack_offset, header_length, data_length, sop_uid, study_uid, hash, received, site, calling_ae)
        VALUES (@Pack, @Offset, @HeaderLength, @DataLength, @SopInstanceUid, @StudyUid, @hash, @received, @Site, @CallingAe)
        ON CONFLICT DO NOTHING
        """,
        new
        {
            record.Address.Pack, record.Address.Offset, record.Address.HeaderLength, record.Address.DataLength, record.Header.SopInstanceUid,
            record.Header.StudyUid, hash = record.Hash.ToArray(), received = Instants.ToNumber(record.Header.ReceivedAt), record.Header.Site,
            record.Header.CallingAe
        });

    private async Task DeleteAsync(RecordHeader header, CancellationToken cancellation)
    {
        await _upserts.FlushAsync(cancellation);
        var where = header.SopInstanceUid.Length > 0 ? " AND sop_uid = @SopInstanceUid" : header.SeriesUid.Length > 0 ? " AND series_uid = @SeriesUid" : "";
        await RunAsync("DELETE FROM instance WHERE study_uid = @StudyUid" + where, header);
        if (header.SopInstanceUid.Length > 0) await RunAsync("DELETE FROM quarantine WHERE sop_uid = @SopInstanceUid", header);
        else if (header.SeriesUid.Length == 0) await RunAsync("DELETE FROM quarantine WHERE study_uid = @StudyUid", header);
        await RecountAsync(header.StudyUid, cancellation);
    }

    private async Task RecountAsync(string study, CancellationToken cancellation)
    {
        await RunAsync(
            """
            UPDATE series SET instance_count =
                (SELECT COUNT(*) FROM instance WHERE instance.study_uid = series.study_uid AND instance.series_uid = series.series_uid)
            WHERE study_uid = @study
            """, new { study });
        await RunAsync("DELETE FROM series WHERE study_uid = @study AND instance_count = 0", new { study });
        var modalities = await StudyUpserts.ModalitiesAsync(transaction, study, cancellation);
        await RunAsync(
            """
            UPDATE study SET
                instance_count = (SELECT COUNT(*) FROM instance WHERE instance.study_uid = study.study_uid),
                bytes = (SELECT COALESCE(SUM(data_length), 0) FROM instance WHERE instance.study_uid = study.study_uid),
                series_count = (SELECT COUNT(*) FROM series WHERE series.study_uid = study.study_uid),
                modalities = @modalities, version = @version
            WHERE study_uid = @study
            """, new { study, modalities, version = NextSequence++ });
        await RunAsync("DELETE FROM study WHERE study_uid = @study AND instance_count = 0", new { study });
        await RunAsync(
            "DELETE FROM archive_event WHERE study_uid = @study AND NOT EXISTS (SELECT 1 FROM study WHERE study.study_uid = @study)", new { study });
    }

    private Task<int> RunAsync(string sql, object parameters) => transaction.Connection!.ExecuteAsync(sql, parameters, transaction);

    private sealed class EventDelta
    {
        public int Instances { get; set; }

        public long Bytes { get; set; }

        public string Modality { get; init; } = "";

        public string BodyPart { get; init; } = "";

        public long First { get; set; }

        public long Last { get; set; }

        public long LastInstance { get; set; }
    }
}
