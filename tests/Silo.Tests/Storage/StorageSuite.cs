using Regional.Patients;
using Regional.Projections;
using Regional.Reports;
using Regional.Silo.Storage;
using Regional.Studies;
using Regional.TestKit;

namespace Regional.Silo.Tests.Storage;

/// <summary>
/// What every database of the centre has to do: the same tests run on SQLite and on PostgreSQL (style.md, habit 8). The data layers of
/// patients, exams with their reports, and logs (R4.1-1); images have theirs in Imaging.Tests.
/// </summary>
public abstract partial class StorageSuite : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private protected ManualTimeProvider Time { get; } = new(Start);

    private protected Database Data { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        Data = await OpenEmpty();
        await Migrations.Apply(Data, "centre", Time);
    }

    public virtual async Task DisposeAsync()
    {
        if (Data is not null)
            await Data.DisposeAsync();
    }

    private protected abstract Task<Database> OpenEmpty();

    private protected static StudyRow Row(
        string id, long version = 1, string site = "township-a", string centre = "expert", ExamPhase phase = ExamPhase.ReadyToRead,
        ReportPhase report = ReportPhase.Awaiting, Priority priority = Priority.Routine, string name = "张三", int minutes = 0, string? patient = null,
        string? accession = null, string? by = null, int? deadline = null) => new(
        "study:" + id, version, site, centre, phase, report,
        new ExamFacts(IdentityFact.Confirmed, RequestFact.Present, FeeFact.Paid, ImagesFact.Stable, CopyFact.AtCentre, ImageGrade.Ungraded), priority,
        patient, new PatientLabel(name, "M", new DateOnly(1970, 1, 2)), accession, "头颅CT平扫", "CT", "HEAD", by, ["1.2." + id], 3, 3, null,
        Start.AddMinutes(minutes), Start, Start.AddMinutes(minutes), deadline is { } d ? Start.AddMinutes(d) : null, null, null, null, null, null, 0, false, 0, []);
}
