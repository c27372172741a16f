using System.Collections.Immutable;
using Regional.Delivery;
using Regional.Patients;
using Regional.Reading;
using Regional.Reports;
using Regional.Sites;
using Regional.Storage;
using Regional.Transitions;

namespace Regional.Studies;

/// <summary>All that a Study grain keeps. Rules make the next one from it; nothing else changes it.</summary>
internal sealed record StudyState : ILedgerState<StudyState>
{
    private static readonly PatientLabel Nobody = new("", "U", null);

    public int Schema { get; set; } = 1;

    public long Version { get; set; }

    /// <summary>The grain's key, so that events can name it.</summary>
    public string StudyId { get; set; } = "";

    public string Site { get; set; } = "";

    /// <summary>Null until the exam exists.</summary>
    public ExamPhase? Phase { get; set; }

    public ExamFacts Facts { get; set; } =
        new(IdentityFact.Provisional, RequestFact.None, FeeFact.Unpaid, ImagesFact.None, CopyFact.LocalOnly, ImageGrade.Ungraded);

    /// <summary>As it stood when the exam began; signing looks at today's.</summary>
    public Agreement? Agreement { get; set; }

    public Priority Priority { get; set; } = Priority.Routine;

    public string? PatientId { get; set; }

    public PatientLabel Patient { get; set; } = Nobody;

    /// <summary>What the images say about the patient: evidence, never identity.</summary>
    public PatientLabel? Evidence { get; set; }

    public string? EvidenceLocalId { get; set; }

    public string? EvidenceBodyPart { get; set; }

    public ExamRequest? Request { get; set; }

    /// <summary>What an emergency began with, until its request is supplied.</summary>
    public EmergencyStart? Emergency { get; set; }

    public string? AccessionNumber { get; set; }

    public string? RequestedBy { get; set; }

    public ImmutableArray<ImageSet> Images { get; set; } = [];

    /// <summary>Last applied batch of each source and UID.</summary>
    public ImmutableArray<AppliedBatch> Applied { get; set; } = [];

    public int? ImagesExpected { get; set; }

    /// <summary>What devices say they did, a step each.</summary>
    public ImmutableArray<PerformedStep> Performed { get; set; } = [];

    public ImmutableArray<OwedItem> Owed { get; set; } = [];

    public ReportState Report { get; set; } = new();

    public ImmutableArray<Step> History { get; set; } = [];

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? ScheduledAt { get; set; }

    /// <summary>When the technician pressed 完成.</summary>
    public DateTimeOffset? CompletedAt { get; set; }

    public DateTimeOffset? ReadySince { get; set; }

    public DateTimeOffset? ReadBy { get; set; }

    public DateTimeOffset? ReleasedAt { get; set; }

    public ImmutableArray<CriticalLink> CriticalValues { get; set; } = [];

    /// <summary>Image sets that went to another exam, so that stragglers find their way and a repeated request gets the same answer.</summary>
    public ImmutableArray<GivenAway> Given { get; set; } = [];

    public CommandMemory Commands { get; set; } = CommandMemory.Empty;

    public Outbox Outbox { get; set; } = Outbox.Empty;

    public string ReadingCentre => Agreement?.ReadingCentre ?? Site;

    public int AtCentre => Images.Sum(set => set.AtCentre);

    public bool EverReleased => Report.Versions.Any(version => version.State != VersionState.Recalled);

    public StudyState With(Outbox outbox) => this with { Outbox = outbox };

    public StudyState With(CommandMemory commands) => this with { Commands = commands };

    /// <summary>The same with the next version and a line of history.</summary>
    public StudyState Stepped(Turn turn, string name) =>
        this with { Version = Version + 1, History = History.Add(turn.Step(Version + 1, name)) };

    public StudyState Changed() => this with { Version = Version + 1 };

    public StudyState Send(OutgoingEvent happening) => this with { Outbox = Outbox.Add(happening) };

    /// <summary>What its reading list needs, or null when it does not wait to be read.</summary>
    public ReadingEntry? ListEntry() => Report.WaitsForReader
        ? new ReadingEntry(StudyId, Version, Site, Priority, ReadySince ?? CreatedAt, ReadBy, null)
        : null;
}

/// <summary>A critical value of this exam.</summary>
internal sealed record CriticalLink(string CriticalValueId, bool Open);

/// <summary>How far a source's events about one StudyInstanceUID have been applied.</summary>
internal sealed record AppliedBatch(string Source, string StudyInstanceUid, long Sequence);

/// <summary>Images that changed hands.</summary>
internal sealed record GivenAway(string ToStudyId, HandOver Images);
