using System.Collections.Concurrent;
using System.Collections.Immutable;
using Regional.CriticalValues;
using Regional.Projections;
using Regional.TestKit;

namespace Regional.Grains.Tests.Hosting;

/// <summary>The projections: rows apply only when newer, as in the host's tables.</summary>
internal sealed class Projected : IProjectionWriter, IStudyReader, IPatientReader
{
    private readonly ConcurrentDictionary<string, (long Version, object Row)> rows = new();

    /// <summary>While true every write fails, as with a database that is away.</summary>
    public bool Broken { get; set; }

    public EventCollector<string> Refused { get; } = new();

    public StudyRow? Study(string id) => rows.TryGetValue(id, out var row) ? (StudyRow)row.Row : null;

    public CriticalValueSnapshot? Critical(string id) => rows.TryGetValue(id, out var row) ? (CriticalValueSnapshot)row.Row : null;

    public void Forget() => rows.Clear();

    public Task Apply(StudyRow row) => Put(row.StudyId, row.Version, row);

    public WorklistRow? Waiting(string studyId) => rows.TryGetValue("worklist/" + studyId, out var row) ? (WorklistRow)row.Row : null;

    public Task Apply(WorklistRow row) => Put("worklist/" + row.StudyId, row.Version, row);

    public Task Apply(CriticalValueSnapshot value) => Put(value.CriticalValueId, value.Version, value);

    public Task Apply(PatientRow row) => Put(row.PatientId, row.Version, row);

    public Task Apply(DeviceRow row) => Put(row.Device.Profile.AeTitle, row.Device.Version, row);

    public Task Apply(SiteRow row) => Put(row.Site.Profile.Code, row.Site.Version, row);

    public Task<Page<StudyRow>> Find(StudyQuery query, CancellationToken cancellation) => Task.FromResult(new Page<StudyRow>(
        [
            .. rows.Values.Select(row => row.Row).OfType<StudyRow>()
                .Where(row => query.PatientId is null || row.PatientId == query.PatientId)
                .Where(row => query.Site is null || row.Site == query.Site)
                .Where(row => query.Phases.IsEmpty || query.Phases.Contains(row.Phase)),
        ],
        null));

    public Task<StudyRow?> Get(string studyId, CancellationToken cancellation) => Task.FromResult(Study(studyId));

    public Task<ImmutableArray<PatientRow>> Find(string text, ImmutableArray<string>? sites, int limit, CancellationToken cancellation) =>
        Task.FromResult<ImmutableArray<PatientRow>>([]);

    public Task<ImmutableArray<PatientRow>> ByNationalId(string nationalId, CancellationToken cancellation) => Task.FromResult<ImmutableArray<PatientRow>>([]);

    public Task<bool> HasExamAt(string patientId, ImmutableArray<string> sites, CancellationToken cancellation) => Task.FromResult(
        rows.Values.Select(row => row.Row).OfType<StudyRow>().Any(row => row.PatientId == patientId && (sites.Contains(row.Site) || sites.Contains(row.ReadingCentre))));

    public Task<PatientRow?> ByLocalId(string issuer, string value, CancellationToken cancellation) => Task.FromResult(
        rows.Values.Select(row => row.Row).OfType<PatientRow>().FirstOrDefault(row => row.LocalIds.Contains(new Patients.LocalId(issuer, value))));

    private Task Put(string key, long version, object row)
    {
        if (Broken)
        {
            Refused.Add(key);
            throw new IOException("The database is away.");
        }

        rows.AddOrUpdate(key, (version, row), (_, known) => known.Version > version ? known : (version, row));
        return Task.CompletedTask;
    }
}

/// <summary>The due table.</summary>
internal sealed class Notes : IDueTable
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> notes = new();

    public EventCollector<string> Cleared { get; } = new();

    public bool Has(string key) => notes.ContainsKey(key);

    public Task Note(string grainKey, DateTimeOffset at)
    {
        notes[grainKey] = at;
        return Task.CompletedTask;
    }

    public Task Clear(string grainKey, DateTimeOffset notedAtOrBefore)
    {
        if (notes.TryGetValue(grainKey, out var at) && at <= notedAtOrBefore) notes.TryRemove(new KeyValuePair<string, DateTimeOffset>(grainKey, at));
        Cleared.Add(grainKey);
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<string>> Due(DateTimeOffset before, int limit, CancellationToken cancellation) =>
        Task.FromResult<ImmutableArray<string>>([.. notes.Where(note => note.Value < before).Select(note => note.Key).Take(limit)]);
}

/// <summary>Unique keys of exams.</summary>
internal sealed class Keys : IStudyKeys
{
    private readonly ConcurrentDictionary<string, string> uids = new();
    private readonly ConcurrentDictionary<(string, string), string> accessions = new();

    /// <summary>Thrown once by the next move: a crash between hand-over and write.</summary>
    public Exception? FailNextMove { get; set; }

    public Task<string> ResolveStudyInstanceUid(string uid, string candidateStudyId, CancellationToken cancellation) =>
        Task.FromResult(uids.GetOrAdd(uid, candidateStudyId));

    public Task<string?> FindStudyInstanceUid(string uid, CancellationToken cancellation) => Task.FromResult(uids.GetValueOrDefault(uid));

    public Task MoveStudyInstanceUids(ImmutableArray<string> moved, string toStudyId, CancellationToken cancellation)
    {
        if (FailNextMove is { } failure)
        {
            FailNextMove = null;
            throw failure;
        }

        foreach (var uid in moved) uids[uid] = toStudyId;
        return Task.CompletedTask;
    }

    public Task<bool> ReserveAccession(string issuer, string accession, string studyId, CancellationToken cancellation) =>
        Task.FromResult(accessions.GetOrAdd((issuer, accession), studyId) == studyId);

    public Task<string?> FindAccession(string issuer, string accession, CancellationToken cancellation) =>
        Task.FromResult(accessions.GetValueOrDefault((issuer, accession)));
}
