namespace Regional.Imaging.Packs;

/// <summary>What a record says. Numbers are on disk: never renumber.</summary>
public enum RecordKind : byte
{
    /// <summary>An instance and its bytes.</summary>
    Instance = 1,

    /// <summary>A study, series or instance is gone; a rebuild must not bring it back.</summary>
    Delete = 2,

    /// <summary>A study's images belong to another study's exam.</summary>
    Merge = 3,

    /// <summary>Either other bytes under a known UID (with those bytes), or a damaged record (by its position).</summary>
    Quarantine = 4,

    /// <summary>No content: proves that everything before it was synced.</summary>
    Checkpoint = 5,

    /// <summary>The bytes of an instance may go: others hold them. The instance stays known, and a rebuild does not take the bytes for present.</summary>
    Evict = 6,

    /// <summary>An instance and its bytes, fetched from the centre: stored like any, but nothing that the centre has yet to get.</summary>
    Copy = 7,

    /// <summary>An instance whose bytes were evicted, as a compaction leaves it: the data is what the index knows of it (see <see cref="Index.InstanceStub"/>).</summary>
    Stub = 8
}

/// <summary>A place in the sequence of packs: everything before it, in this pack and in packs of lower number, is meant by "up to".</summary>
/// <param name="Pack">Pack number, from 1.</param>
/// <param name="Offset">Byte offset in the pack file.</param>
public readonly record struct PackPosition(long Pack, long Offset) : IComparable<PackPosition>
{
    /// <summary>Before the first record of the first pack.</summary>
    public static PackPosition Start => default;

    public int CompareTo(PackPosition other) => Pack != other.Pack ? Pack.CompareTo(other.Pack) : Offset.CompareTo(other.Offset);

    public static bool operator <(PackPosition left, PackPosition right) => left.CompareTo(right) < 0;

    public static bool operator >(PackPosition left, PackPosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(PackPosition left, PackPosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PackPosition left, PackPosition right) => left.CompareTo(right) >= 0;
}

/// <summary>Where a record stands and where its data set's bytes begin.</summary>
/// <param name="Pack">Pack number.</param>
/// <param name="Offset">Offset of the record's first byte.</param>
/// <param name="HeaderLength">Bytes of header before the data.</param>
/// <param name="DataLength">Bytes of data.</param>
public readonly record struct RecordAddress(long Pack, long Offset, int HeaderLength, long DataLength)
{
    public PackPosition Position => new(Pack, Offset);

    /// <summary>Offset of the first data byte in the pack file.</summary>
    public long DataOffset => Offset + HeaderLength;

    /// <summary>Where the next record begins.</summary>
    public PackPosition End => new(Pack, Offset + PackFormat.RecordLength(HeaderLength, DataLength));
}

/// <summary>What is known of an instance when its last byte has arrived. Nothing in here is a patient's value.</summary>
/// <param name="CallingAe">Calling AE title, or the name of the other way in (STOW, folder); at most 64 bytes of UTF-8.</param>
/// <param name="Site">Code of the site where it arrived first; at most 64 bytes of UTF-8.</param>
public sealed record ReceivedInstance(
    string StudyUid,
    string SeriesUid,
    string SopInstanceUid,
    string SopClassUid,
    string TransferSyntaxUid,
    string CallingAe,
    string Site,
    DateTimeOffset ReceivedAt)
{
    /// <summary>How the data set is to be read (<see cref="Repairs.Repair.Encode"/>); empty as it stands.</summary>
    public string Repair { get; init; } = "";
}

/// <summary>The header of a record as read from a pack.</summary>
public sealed record RecordHeader
{
    public required RecordKind Kind { get; init; }

    public string StudyUid { get; init; } = "";

    public string SeriesUid { get; init; } = "";

    public string SopInstanceUid { get; init; } = "";

    public string SopClassUid { get; init; } = "";

    public string TransferSyntaxUid { get; init; } = "";

    public string CallingAe { get; init; } = "";

    public string Site { get; init; } = "";

    /// <summary>Receipt time, to the microsecond.</summary>
    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Merge: the study that the images belong to now. Otherwise empty.</summary>
    public string RelatedUid { get; init; } = "";

    /// <summary>
    /// Quarantine, delete: the reason as a short code (see <see cref="QuarantineReason"/>), never free text about a patient. Evict: the hash of
    /// the content that may go, in hexadecimal digits.
    /// </summary>
    public string Reason { get; init; } = "";

    /// <summary>Instance: how its data set is to be read (<see cref="Repairs.Repair.Encode"/>). Otherwise empty.</summary>
    public string Repair { get; init; } = "";

    /// <summary>
    /// Quarantine of a damaged record: where it stands. Any other record of a compacted pack: where it stood before. Otherwise
    /// <see cref="PackPosition.Start"/>.
    /// </summary>
    public PackPosition Target { get; init; }

    internal static RecordHeader For(RecordKind kind, ReceivedInstance instance, string reason = "") => new()
    {
        Kind = kind,
        StudyUid = instance.StudyUid,
        SeriesUid = instance.SeriesUid,
        SopInstanceUid = instance.SopInstanceUid,
        SopClassUid = instance.SopClassUid,
        TransferSyntaxUid = instance.TransferSyntaxUid,
        CallingAe = instance.CallingAe,
        Site = instance.Site,
        ReceivedAt = instance.ReceivedAt,
        Reason = reason,
        Repair = instance.Repair
    };
}

/// <summary>Codes of <see cref="RecordHeader.Reason"/> on quarantine records.</summary>
public static class QuarantineReason
{
    /// <summary>The UID is stored with other bytes; these bytes are kept here.</summary>
    public const string Conflict = "conflict";

    /// <summary>The StudyInstanceUID belongs to another site; these bytes are kept here and are nobody's image of record.</summary>
    public const string OtherSite = "other-site";

    /// <summary>The record at <see cref="RecordHeader.Target"/> no longer holds what was written.</summary>
    public const string Damaged = "damaged";
}

/// <summary>A record found in a pack.</summary>
/// <param name="Hash">SHA-256 in the record's trailer; says what the data should be.</param>
public sealed record PackRecord(RecordAddress Address, RecordHeader Header, ContentHash Hash);
