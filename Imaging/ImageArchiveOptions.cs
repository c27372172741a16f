using Regional.Imaging.Packs;

namespace Regional.Imaging;

/// <summary>When a sender is told that its instance is stored.</summary>
public enum AcknowledgeAfter
{
    /// <summary>Synced to the pack; the index follows (the edge).</summary>
    Pack,

    /// <summary>Synced to the pack, and index rows and outbox committed (the centre).</summary>
    Index
}

/// <summary>How an archive works.</summary>
public sealed record ImageArchiveOptions
{
    public required PackStoreOptions Packs { get; init; }

    public required ReceiveBufferOptions Buffers { get; init; }

    public required AcknowledgeAfter Acknowledge { get; init; }

    /// <summary>
    /// A StudyInstanceUID belongs to the site whose image came first; the same UID from another site is kept in quarantine and never joins
    /// that study. For <see cref="AcknowledgeAfter.Index"/>, where many sites meet. Default no.
    /// </summary>
    public bool OneSitePerStudy { get; init; }

    /// <summary>Verified copies that must be elsewhere before bytes may be evicted (design §5.5). Default 2.</summary>
    public int CopiesBeforeEviction { get; init; } = 2;

    /// <summary>Records that one index transaction covers at most. Default 256.</summary>
    public int IndexBatch { get; init; } = 256;

    /// <summary>
    /// Pause between index transactions, so that each covers more. For <see cref="AcknowledgeAfter.Pack"/>, where no sender waits for the
    /// index. Default none.
    /// </summary>
    public TimeSpan IndexGather { get; init; } = TimeSpan.Zero;

    /// <summary>Instances durable but not indexed, at most; further ones wait. Default 20,000.</summary>
    public int IndexLag { get; init; } = 20_000;
}
