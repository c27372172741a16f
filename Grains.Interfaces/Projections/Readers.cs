using System.Collections.Immutable;
using Regional.CriticalValues;
using Regional.Reports;
using Regional.Studies;

namespace Regional.Projections;

/// <summary>A page of a list, newest cursor semantics: <see cref="Next"/> is given back to continue, null at the end.</summary>
public sealed record Page<T>(ImmutableArray<T> Items, string? Next);

/// <summary>What to look for among studies. Every criterion narrows; <see cref="Sites"/> is the caller's right and is always applied.</summary>
public sealed record StudyQuery
{
    /// <summary>Sites whose studies may be seen (as capturing site or as reading centre); null means all, for regional roles only.</summary>
    public ImmutableArray<string>? Sites { get; init; }

    public ImmutableArray<ExamPhase> Phases { get; init; } = [];

    public ImmutableArray<ReportPhase> ReportPhases { get; init; } = [];

    public string? Site { get; init; }

    public string? ReadingCentre { get; init; }

    public string? RequestedBy { get; init; }

    public string? PatientId { get; init; }

    public string? AccessionNumber { get; init; }

    public string? StudyInstanceUid { get; init; }

    /// <summary>Prefix of the patient's name, or accession number.</summary>
    public string? Text { get; init; }

    public DateTimeOffset? Since { get; init; }

    /// <summary>True: by priority, then deadline, then waiting time, as a reading list; false: newest first.</summary>
    public bool WorklistOrder { get; init; }

    /// <summary>1 to 200.</summary>
    public int Limit { get; init; } = 50;

    public string? After { get; init; }
}

/// <summary>Reads the study projection.</summary>
public interface IStudyReader
{
    Task<Page<StudyRow>> Find(StudyQuery query, CancellationToken cancellation);

    Task<StudyRow?> Get(string studyId, CancellationToken cancellation);
}

/// <summary>Reads the critical-value projection.</summary>
public interface ICriticalValueReader
{
    /// <param name="sites">Null: all, for regional roles only.</param>
    /// <param name="open">True: only those whose loop is open.</param>
    Task<Page<CriticalValueRow>> Find(ImmutableArray<string>? sites, bool open, string? studyId, int limit, string? after, CancellationToken cancellation);
}

/// <summary>Reads the patient projection.</summary>
public interface IPatientReader
{
    /// <summary>By prefix of name or pinyin, national id, phone or local id.</summary>
    /// <param name="sites">Patients who have an id of one of these sites, or an exam made or read there; null: all, for regional roles only.</param>
    Task<ImmutableArray<PatientRow>> Find(string text, ImmutableArray<string>? sites, int limit, CancellationToken cancellation);

    /// <summary>Everybody who has exactly this national id, wherever they are known.</summary>
    Task<ImmutableArray<PatientRow>> ByNationalId(string nationalId, CancellationToken cancellation);

    /// <summary>Whether an exam of the patient was made or read at one of the sites.</summary>
    Task<bool> HasExamAt(string patientId, ImmutableArray<string> sites, CancellationToken cancellation);

    Task<PatientRow?> ByLocalId(string issuer, string value, CancellationToken cancellation);
}

/// <summary>Reads sites and devices.</summary>
public interface IRegionReader
{
    Task<ImmutableArray<SiteRow>> Sites(CancellationToken cancellation);

    Task<ImmutableArray<DeviceRow>> Devices(string? site, CancellationToken cancellation);
}

/// <summary>
/// Unique attributes of exams: accession number per issuer, StudyInstanceUID. A value belongs to one exam at a time; an insert that loses
/// the race answers with the winner.
/// </summary>
public interface IStudyKeys
{
    /// <summary>The exam that has this StudyInstanceUID, or <paramref name="candidateStudyId"/> from now on.</summary>
    Task<string> ResolveStudyInstanceUid(string uid, string candidateStudyId, CancellationToken cancellation);

    Task<string?> FindStudyInstanceUid(string uid, CancellationToken cancellation);

    /// <summary>Moves UIDs to another exam (attach, detach).</summary>
    Task MoveStudyInstanceUids(ImmutableArray<string> uids, string toStudyId, CancellationToken cancellation);

    /// <summary>False when another exam has this accession number of this issuer.</summary>
    Task<bool> ReserveAccession(string issuer, string accession, string studyId, CancellationToken cancellation);

    Task<string?> FindAccession(string issuer, string accession, CancellationToken cancellation);
}

/// <summary>Writes projections; each row only when newer. Called by grains while delivering, implemented by the host.</summary>
public interface IProjectionWriter
{
    Task Apply(StudyRow row);

    /// <summary>What never waited leaves no row.</summary>
    Task Apply(WorklistRow row);

    Task Apply(CriticalValueSnapshot value);

    Task Apply(PatientRow row);

    Task Apply(DeviceRow row);

    Task Apply(SiteRow row);
}

/// <summary>
/// Grains with something to deliver. A grain notes itself before the state write that fills its outbox and clears the note when all is
/// delivered; the sweeper wakes the noted ones after a restart.
/// </summary>
public interface IDueTable
{
    /// <summary>One note a grain: a later one replaces an earlier one.</summary>
    Task Note(string grainKey, DateTimeOffset at);

    /// <summary>Removes the note unless the grain has made a later one since.</summary>
    Task Clear(string grainKey, DateTimeOffset notedAtOrBefore);

    /// <summary>Keys noted before an instant; <see cref="DueGrains.Wake"/> wakes each.</summary>
    Task<ImmutableArray<string>> Due(DateTimeOffset before, int limit, CancellationToken cancellation);
}
