using System.Data.Common;
using Dapper;
using Regional.Imaging.Packs;

namespace Regional.Imaging.Index;

/// <summary>The records of one transaction.</summary>
internal sealed class IndexBatch : IAsyncDisposable
{
    private readonly DbTransaction _transaction;
    private readonly StudyUpserts _upserts;
    private readonly InstancePlaces _places;
    private readonly IndexRemovals _removals;
    private readonly Statement _putInstance;
    private readonly Dictionary<(string Study, string Site, string Ae), EventDelta> _events = [];
    public IndexBatch(DbTransaction transaction, long firstSequence, Func<PackPosition, IndexedRecord?> readAt)
    {
        (_transaction, NextSequence) = (transaction, firstSequence);
        _upserts = new StudyUpserts(transaction);
        _places = new InstancePlaces(transaction);
        _removals = new IndexRemovals(transaction, _upserts, _places, readAt);
        _putInstance = new Statement(transaction,
            """
            INSERT INTO instance (sop_uid, study_uid, series_uid, sop_class, syntax, number, image_rows, image_columns, frames, bits,
                pack, pack_offset, header_length, data_length, data_header, problem, hash, frame_map, received, site, calling_ae, sequence, repair, is_local)
            VALUES (@sop, @study, @series, @class, @syntax, @number, @rows, @columns, @frames, @bits,
                @pack, @offset, @header, @length, @dataheader, @problem, @hash, @map, @received, @site, @ae, @sequence, @repair, @local)
            ON CONFLICT (sop_uid) DO NOTHING
            """,
            "sop", "study", "series", "class", "syntax", "number", "rows", "columns", "frames", "bits", "pack", "offset", "header", "length",
            "dataheader", "problem", "hash", "map", "received", "site", "ae", "sequence", "repair", "local");
    }

    public long NextSequence { get; private set; }

    public async Task ApplyAsync(IndexedRecord item, CancellationToken cancellation)
    {
        var header = item.Record.Header;
        switch (header.Kind)
        {
            case RecordKind.Instance or RecordKind.Stub:
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
                NextSequence = await _removals.DeleteAsync(item.Record, NextSequence, cancellation);
                break;
            case RecordKind.Merge:
                await _upserts.FlushAsync(cancellation);
                await RunAsync(
                    "INSERT INTO study_merge (study_uid, into_uid) VALUES (@StudyUid, @RelatedUid) ON CONFLICT (study_uid) DO UPDATE SET into_uid = excluded.into_uid",
                    header);
                await RunAsync("UPDATE study SET merged_into = @RelatedUid, version = @version WHERE study_uid = @StudyUid",
                    new { header.RelatedUid, header.StudyUid, version = NextSequence++ });
                break;
        }
    }

    /// <summary>Takes a record out of service: whoever asks for it gets nothing, and the instance may be stored again.</summary>
    public async Task NoteDamageAsync(PackPosition position, RecordHeader? header, CancellationToken cancellation) =>
        NextSequence = await _removals.NoteDamageAsync(position, header, NextSequence, cancellation);

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
            header.Site, header.CallingAe, NextSequence, header.Repair, item.IsLocal ? 1 : 0);
        // The store decides duplicates before it writes, so a second record of a UID is a damaged store's; the first one stays.
        if (added == 0)
        {
            await PackSpace.AddDeadAsync(_transaction, address.Pack, address.DataLength);
            return;
        }
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

    private Task<int> RunAsync(string sql, object parameters) => _transaction.Connection!.ExecuteAsync(sql, parameters, _transaction);

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
