using Regional.Imaging.Packs;

namespace Regional.Imaging;

/// <summary>What the centre has acknowledged. At an edge its ledger of receipts answers; who keeps none can evict nothing.</summary>
public interface IAcknowledgedCopies
{
    /// <summary>What was acknowledged of an instance, or null when nothing was.</summary>
    ValueTask<AcknowledgedCopy?> FindAsync(string sopInstanceUid, CancellationToken cancellation);
}

/// <param name="Hash">SHA-256 of the data set that was acknowledged.</param>
/// <param name="Copies">Verified copies of it in separate places, the asking node not counted.</param>
public sealed record AcknowledgedCopy(ContentHash Hash, int Copies);

/// <summary>What became of one instance that was to give its bytes up.</summary>
public enum EvictionOutcome
{
    /// <summary>The bytes may go; their space comes back with the next compaction. The instance is still found.</summary>
    Evicted,

    /// <summary>They were given up before.</summary>
    AlreadyAway,

    /// <summary>No instance of that UID is in the index.</summary>
    Unknown,

    /// <summary>Nobody has acknowledged exactly these bytes, or too few copies exist: they stay.</summary>
    NotAcknowledged,

    /// <summary>The store cannot write at present; the bytes stay.</summary>
    NotWritten
}

/// <param name="Bytes">Bytes of data given up; 0 unless <see cref="EvictionOutcome.Evicted"/>.</param>
public sealed record Eviction(string SopInstanceUid, EvictionOutcome Outcome, long Bytes);
