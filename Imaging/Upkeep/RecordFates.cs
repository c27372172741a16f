using Regional.Imaging.Index;
using Regional.Imaging.Packs;

namespace Regional.Imaging.Upkeep;

/// <summary>What a compaction does with a record.</summary>
internal enum RecordFate
{
    /// <summary>It is needed, or nothing proves that it is not.</summary>
    Carry,

    /// <summary>An instance whose bytes were evicted: what the index knows of it stays.</summary>
    Stub,

    /// <summary>A later record says that nobody needs it, and no older record needs it either.</summary>
    Drop
}

/// <summary>
/// Decides over the records of one pack. A record is dropped only on evidence: an instance that the index names nowhere needs a deletion
/// after it, or the same bytes named elsewhere; absence alone proves nothing.
/// </summary>
/// <param name="olderAreClean">Nothing in an older pack is dead, so nothing there could be brought back by losing a tombstone.</param>
internal sealed class RecordFates(LiveRecords live, PackCatalogOrder order, PackInfo pack, bool olderAreClean)
{
    public async Task<IReadOnlyList<RecordFate>> DecideAsync(IReadOnlyList<PackRecord> records, CancellationToken cancellation)
    {
        if (records.Count == 0) return [];
        var named = await live.NamedAsync(pack.Number, records[0].Address.Offset, records[^1].Address.Offset, cancellation);
        var fates = new RecordFate[records.Count];
        for (var i = 0; i < fates.Length; i++) fates[i] = await DecideAsync(records[i], named, cancellation);
        return fates;
    }

    private async Task<RecordFate> DecideAsync(PackRecord record, NamedRecords named, CancellationToken cancellation)
    {
        var header = record.Header;
        switch (header.Kind)
        {
            case RecordKind.Checkpoint:
                return RecordFate.Drop;
            case RecordKind.Delete or RecordKind.Evict:
                return olderAreClean ? RecordFate.Drop : RecordFate.Carry;
            case RecordKind.Stub:
                return named.Places.ContainsKey(record.Address.Offset) ? RecordFate.Carry : await UnlessProvenAsync(record, named, cancellation);
            case RecordKind.Instance or RecordKind.Copy:
                if (!named.Places.TryGetValue(record.Address.Offset, out var holdsBytes)) return await UnlessProvenAsync(record, named, cancellation);
                return holdsBytes ? RecordFate.Carry : RecordFate.Stub;
            case RecordKind.Quarantine when header.Reason != QuarantineReason.Damaged:
                return named.Quarantined.Contains(record.Address.Offset) ? RecordFate.Carry : await UnlessProvenAsync(record, named, cancellation);
            default:
                return RecordFate.Carry;
        }
    }

    private async Task<RecordFate> UnlessProvenAsync(PackRecord record, NamedRecords named, CancellationToken cancellation)
    {
        // Packs with damage that nobody has made good are not rewritten at all.
        if (named.Damaged.Contains(record.Address.Offset)) return RecordFate.Drop;
        var isInstance = record.Header.Kind != RecordKind.Quarantine;
        if (isInstance && record.Header.Kind != RecordKind.Stub && await live.IsNamedElsewhereAsync(record, cancellation)) return RecordFate.Drop;
        var deletions = await live.DeletionsAsync(record.Header, isInstance, cancellation);
        return deletions.Any(deletion => order.IsAfter(deletion, record.Address.Position)) ? RecordFate.Drop : RecordFate.Carry;
    }
}

/// <summary>The order of records across packs that were appended and packs that were rewritten.</summary>
internal sealed class PackCatalogOrder(IReadOnlyList<PackInfo> packs)
{
    private readonly Dictionary<long, long> _first = packs.ToDictionary(pack => pack.Number, pack => pack.Range.First);

    public bool IsAfter(PackPosition later, PackPosition earlier)
    {
        if (!_first.TryGetValue(later.Pack, out var laterPack) || !_first.TryGetValue(earlier.Pack, out var earlierPack)) return false;
        return laterPack != earlierPack ? laterPack > earlierPack : later.Offset > earlier.Offset;
    }
}
