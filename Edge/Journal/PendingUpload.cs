using Regional.Imaging.Packs;
using Regional.Link.V1;

namespace Regional.Edge.Journal;

/// <summary>An instance that is durable here and not yet acknowledged by the centre.</summary>
internal sealed record PendingUpload(
    RecordAddress Address,
    ContentHash Hash,
    string SopInstanceUid,
    string SopClassUid,
    string StudyUid,
    string SeriesUid,
    string TransferSyntaxUid,
    string CallingAe,
    DateTimeOffset ReceivedAt,
    Priority Priority)
{
    /// <summary>How its data set is to be read; the centre keeps it with the image.</summary>
    public string Repair { get; init; } = "";
}

/// <summary>How far a study is: durable here, acknowledged by the centre.</summary>
/// <param name="NotComing">Received, but the centre will never hold them: refused or put in its quarantine, damaged or deleted here.</param>
internal sealed record StudyCounts(string StudyUid, int Received, int Uploaded, int NotComing, DateTimeOffset LastImage);

/// <summary>What is still to be sent, and what has been received since the edge was installed.</summary>
internal sealed record QueueTotals(long Instances, long Bytes, long Received, long Conflicts, long Refused, DateTimeOffset? LastImage);

/// <summary>What was heard of one calling AE title.</summary>
internal sealed record CallerTotals(string AeTitle, long Received, DateTimeOffset LastImage);
