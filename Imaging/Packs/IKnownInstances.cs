namespace Regional.Imaging.Packs;

/// <summary>What the index knows of a SOP Instance UID.</summary>
/// <param name="Address">The stored record, or null when only quarantined bytes are known. Meaningless when not <paramref name="IsLocal"/>.</param>
/// <param name="Hash">Hash of the stored record.</param>
/// <param name="Quarantined">Other bytes under this UID that are already in quarantine.</param>
/// <param name="IsLocal">False after an eviction: others hold the bytes with this hash, this store need not.</param>
public sealed record KnownInstance(
    RecordAddress? Address, ContentHash Hash, IReadOnlyList<QuarantinedContent> Quarantined, bool IsLocal = true);

/// <summary>Bytes kept in quarantine after a conflict.</summary>
public sealed record QuarantinedContent(RecordAddress Address, ContentHash Hash);

/// <summary>
/// Answers whether a UID is stored. The pack store itself remembers what the index has not reached yet
/// (see <see cref="PackStore.Forget"/>), so the answer may lag the packs.
/// </summary>
public interface IKnownInstances
{
    ValueTask<KnownInstance?> FindAsync(string sopInstanceUid, CancellationToken cancellation);
}
