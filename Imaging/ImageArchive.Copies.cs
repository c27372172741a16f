using Regional.Imaging.Packs;

namespace Regional.Imaging;

/// <summary>The archive as a cache: copies fetched from the centre come, bytes that others hold may go.</summary>
public sealed partial class ImageArchive
{
    /// <summary>
    /// Stores an instance that was fetched from the centre, which holds it: as <see cref="StoreAsync"/>, but bytes that were evicted are stored
    /// again, and nothing waits to be sent to the centre. The identity is that of its first arrival.
    /// </summary>
    public async Task<StoreResult> KeepCopyAsync(ReceivedInstance instance, ArrivalStream content, CancellationToken cancellation)
    {
        var result = await Packs.KeepCopyAsync(instance, content, cancellation);
        await WaitIndexedAsync(result, cancellation);
        return result;
    }

    /// <summary>
    /// Lets the bytes of instances go, of those alone of which the ledger proves that exactly these bytes are acknowledged in
    /// <see cref="ImageArchiveOptions.CopiesBeforeEviction"/> places. They stay in the index, not local, and their bytes are no longer served;
    /// done when the index says so. The space comes back with the compaction.
    /// </summary>
    public async Task<IReadOnlyList<Eviction>> EvictAsync(
        IReadOnlyCollection<string> sopInstanceUids, IAcknowledgedCopies ledger, CancellationToken cancellation)
    {
        var evictions = await Task.WhenAll(sopInstanceUids.Select(uid => EvictOneAsync(uid, ledger, cancellation)));
        if (evictions.Any(one => one.Outcome == EvictionOutcome.Evicted)) await WaitIndexedAsync(Packs.CommittedEnd, cancellation);
        return evictions;
    }

    private async Task<Eviction> EvictOneAsync(string sopInstanceUid, IAcknowledgedCopies ledger, CancellationToken cancellation)
    {
        Eviction Kept(EvictionOutcome outcome) => new(sopInstanceUid, outcome, 0);

        if (await Index.GetInstanceAsync(sopInstanceUid, cancellation) is not { } instance) return Kept(EvictionOutcome.Unknown);
        if (!instance.IsLocal) return Kept(EvictionOutcome.AlreadyAway);
        if (await ledger.FindAsync(sopInstanceUid, cancellation) is not { } copy
            || copy.Hash != instance.Hash || copy.Copies < _options.CopiesBeforeEviction)
            return Kept(EvictionOutcome.NotAcknowledged);
        var written = await Packs.EvictAsync(instance.StudyUid, instance.SeriesUid, sopInstanceUid, instance.Hash, cancellation);
        return written is null ? Kept(EvictionOutcome.NotWritten) : new Eviction(sopInstanceUid, EvictionOutcome.Evicted, instance.Address.DataLength);
    }
}
