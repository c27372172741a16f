namespace Regional.Imaging.Packs;

/// <summary>What became of an instance handed to the store. Every outcome that a sender must be told is one of these values.</summary>
public abstract record StoreResult
{
    private StoreResult()
    {
    }

    /// <summary>Durable: synced to the pack.</summary>
    public sealed record Stored(RecordAddress Address, ContentHash Hash) : StoreResult;

    /// <summary>The same UID with the same bytes was stored before; nothing was written.</summary>
    public sealed record Duplicate(RecordAddress Address, ContentHash Hash) : StoreResult;

    /// <summary>The UID is stored with other bytes. These are durable in quarantine; the sender gets Success, storage commitment fails (design §5.4).</summary>
    public sealed record Conflict(RecordAddress Quarantined, ContentHash Hash, ContentHash StoredHash) : StoreResult;

    /// <summary>The study is another site's. The bytes are durable in quarantine and join nothing; the sender gets Success, storage commitment fails.</summary>
    public sealed record OtherSite(RecordAddress Quarantined, ContentHash Hash) : StoreResult;

    /// <summary>Nothing was kept: answer Out of Resources (C-STORE A700, HTTP 503 or 507). The sender keeps its copy and tries again.</summary>
    public sealed record OutOfResources(ResourceShortage Shortage) : StoreResult;

    /// <summary>Nothing was kept: the instance breaks a rule and would break it again.</summary>
    public sealed record Refused(RefusalReason Reason, string Field) : StoreResult;
}

/// <summary>Why the store cannot take anything at present.</summary>
public enum ResourceShortage
{
    /// <summary>Free space is below the watermark.</summary>
    DiskLow,

    /// <summary>A write failed for lack of space.</summary>
    DiskFull,

    /// <summary>A write or sync failed on the device; a fresh pack is opened before anything else is taken.</summary>
    DeviceError,

    /// <summary>The index's database is away. The bytes may be durable already; the sender asks again and gets Duplicate then.</summary>
    IndexUnavailable,

    /// <summary>The store is closing.</summary>
    Closing
}

/// <summary>Why an instance is refused for good.</summary>
public enum RefusalReason
{
    UidEmpty,
    UidTooLong,
    UidMalformed,

    /// <summary>AE title or site code is over 64 bytes.</summary>
    LabelTooLong,

    /// <summary>A data set of no bytes.</summary>
    NoData
}
