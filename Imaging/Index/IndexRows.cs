using Regional.Imaging.Frames;
using Regional.Imaging.Packs;

namespace Regional.Imaging.Index;

/// <summary>One instance as the index knows it: enough to serve it without asking anything else.</summary>
public sealed record IndexedInstance
{
    public required string StudyUid { get; init; }

    public required string SeriesUid { get; init; }

    public required string SopInstanceUid { get; init; }

    public required string SopClassUid { get; init; }

    public required string TransferSyntaxUid { get; init; }

    public int? Number { get; init; }

    public int Rows { get; init; }

    public int Columns { get; init; }

    public int NumberOfFrames { get; init; }

    public int BitsAllocated { get; init; }

    /// <summary>Where the data set stands; an address that holds nothing when not <see cref="IsLocal"/>.</summary>
    public required RecordAddress Address { get; init; }

    /// <summary>False after an eviction: the instance is known and its bytes have to be fetched.</summary>
    public bool IsLocal { get; init; } = true;

    /// <summary>Bytes of the data set before its pixel data; what a parser needs for everything but pixels.</summary>
    public long DataHeader { get; init; }

    public DataSetProblem Problem { get; init; }

    public ContentHash Hash { get; init; }

    public required FrameMap Frames { get; init; }

    public DateTimeOffset ReceivedAt { get; init; }

    public required string Site { get; init; }

    public required string CallingAe { get; init; }

    /// <summary>Rises with each instance stored; a reader that remembers the last one it saw misses none.</summary>
    public long Sequence { get; init; }

    /// <summary>How its data set is to be read (<see cref="Repairs.Repair.Decode"/>).</summary>
    public string Repair { get; init; } = "";
}

/// <summary>One study as the index knows it. Values of the patient are evidence from the images, not identity.</summary>
public sealed record IndexedStudy
{
    public string StudyUid { get; init; } = "";

    public string PatientId { get; init; } = "";

    public string IssuerOfPatientId { get; init; } = "";

    public string PatientName { get; init; } = "";

    public string PatientBirthDate { get; init; } = "";

    public string PatientSex { get; init; } = "";

    public string StudyDate { get; init; } = "";

    public string StudyTime { get; init; } = "";

    public string AccessionNumber { get; init; } = "";

    public string AccessionIssuer { get; init; } = "";

    public string StudyId { get; init; } = "";

    public string StudyDescription { get; init; } = "";

    public string ReferringPhysician { get; init; } = "";

    public string Institution { get; init; } = "";

    /// <summary>Modalities of its series, ordered, separated by backslashes.</summary>
    public string Modalities { get; init; } = "";

    public int SeriesCount { get; init; }

    public int InstanceCount { get; init; }

    public long Bytes { get; init; }

    public DateTimeOffset FirstReceived { get; init; }

    public DateTimeOffset LastReceived { get; init; }

    public string Site { get; init; } = "";

    public string CallingAe { get; init; } = "";

    /// <summary>The study that these images belong to since a merge; else empty.</summary>
    public string MergedInto { get; init; } = "";

    /// <summary>Rises with every change; an ETag.</summary>
    public long Version { get; init; }
}

/// <summary>One series as the index knows it.</summary>
public sealed record IndexedSeries
{
    public string StudyUid { get; init; } = "";

    public string SeriesUid { get; init; } = "";

    public string Modality { get; init; } = "";

    public int? Number { get; init; }

    public string Description { get; init; } = "";

    public string BodyPart { get; init; } = "";

    public string Laterality { get; init; } = "";

    public string SeriesDate { get; init; } = "";

    public string SeriesTime { get; init; } = "";

    public string ProtocolName { get; init; } = "";

    public string PerformedStepDate { get; init; } = "";

    public string PerformedStepTime { get; init; } = "";

    public string StationName { get; init; } = "";

    public int InstanceCount { get; init; }
}

/// <summary>Images of one study from one batch became durable (design §5.5). Totals are those of the study when the batch was committed.</summary>
public sealed record ArchiveEvent
{
    /// <summary>Name of this index's life: a rebuilt index into an empty database has another one and begins at 1 again.</summary>
    public required string Generation { get; init; }

    /// <summary>Position in the outbox, from 1, in commit order.</summary>
    public required long Sequence { get; init; }

    /// <summary>The study as it is now (it may have grown since).</summary>
    public required IndexedStudy Study { get; init; }

    public required string Site { get; init; }

    public required string CallingAe { get; init; }

    public required int Instances { get; init; }

    public required long Bytes { get; init; }

    /// <summary>Modality and body part of the batch's first image.</summary>
    public required string Modality { get; init; }

    public required string BodyPart { get; init; }

    public required DateTimeOffset FirstReceived { get; init; }

    public required DateTimeOffset LastReceived { get; init; }

    public required int TotalInstances { get; init; }

    public required int TotalSeries { get; init; }
}

/// <summary>The events that the index committed together with its rows, read by one dispatcher.</summary>
public interface IOutbox
{
    /// <summary>The oldest events not yet acknowledged, in order, but for those of the studies named.</summary>
    Task<OutboxPage> ReadAsync(int limit, IReadOnlyCollection<string> withoutStudies, CancellationToken cancellation);

    /// <summary>These are delivered and may be forgotten.</summary>
    Task AcknowledgeAsync(IReadOnlyCollection<long> sequences, CancellationToken cancellation);

    /// <summary>Ends when an event has been committed after this position; at once when one has.</summary>
    Task WaitAsync(long position, CancellationToken cancellation);
}

/// <param name="Events">In order.</param>
/// <param name="Position">Sequence of the last event ever committed when this was read, delivered or not.</param>
public sealed record OutboxPage(IReadOnlyList<ArchiveEvent> Events, long Position);
