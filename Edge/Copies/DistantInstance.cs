using Regional.Imaging.Index;
using Regional.Imaging.Packs;

namespace Regional.Edge.Copies;

/// <summary>An instance that the centre holds, as it says.</summary>
/// <param name="Facts">Of its first arrival; its site is where that was.</param>
/// <param name="Hash">SHA-256 of its data set.</param>
/// <param name="Length">Bytes of its data set.</param>
internal sealed record DistantInstance(ReceivedInstance Facts, ContentHash Hash, long Length)
{
    public string SopInstanceUid => Facts.SopInstanceUid;

    /// <summary>An instance whose bytes were here once.</summary>
    public static DistantInstance Of(IndexedInstance known) => new(
        new ReceivedInstance(
            known.StudyUid, known.SeriesUid, known.SopInstanceUid, known.SopClassUid, known.TransferSyntaxUid, known.CallingAe, known.Site, known.ReceivedAt)
        {
            Repair = known.Repair,
        },
        known.Hash, known.Address.DataLength);
}

/// <summary>What the centre says of a study.</summary>
internal abstract record Holdings
{
    private Holdings()
    {
    }

    /// <summary>The centre cannot be asked: the line is down, or broke while it answered.</summary>
    public sealed record Unreachable : Holdings;

    /// <summary>Nothing is known there that this site may see.</summary>
    public sealed record Unknown : Holdings;

    /// <param name="AtOrigin">How many more the edge has where the study arrived.</param>
    public sealed record Known(IReadOnlyList<DistantInstance> Instances, int AtOrigin) : Holdings;
}

/// <summary>What became of an instance that was to be brought.</summary>
internal enum CopyOutcome
{
    /// <summary>Durable and indexed here.</summary>
    Kept,

    /// <summary>The centre has it no more, or with other bytes.</summary>
    Gone,

    /// <summary>Not for this site.</summary>
    Refused,

    /// <summary>It came damaged, again and again.</summary>
    Damaged,

    /// <summary>The disk has no room, or here are other bytes under its UID.</summary>
    NotKept,
}
