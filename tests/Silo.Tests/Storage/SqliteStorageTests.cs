using Microsoft.Data.Sqlite;
using Regional.Projections;
using Regional.Reports;
using Regional.Silo.Storage;
using Regional.Studies;
using Regional.TestKit;

namespace Regional.Silo.Tests.Storage;

public sealed class SqliteStorageTests : StorageSuite
{
    private readonly TempFolder folder = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task What_was_written_is_there_after_a_restart()
    {
        await new ProjectionWriter(Data, new WorklistSignal()).Apply(Row("A"));
        await Data.DisposeAsync();

        await using var again = new SqliteDatabase(folder.File("centre.db"));
        (await new StudyReader(again).Get("study:A", default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task The_writer_is_in_wal_mode_and_syncs_fully()
    {
        var pragmas = await Data.Write(async connection => (
            await connection.First(default, "PRAGMA journal_mode", r => r.GetString(0)), await connection.First(default, "PRAGMA synchronous", r => r.GetInt64(0))));

        pragmas.ShouldBe(("wal", 2));
    }

    /// <summary>Guards the bar "worklist and search with 1,000,000 studies: p95 ≤ 50 ms" (design §8): no branch scans the table or sorts it.</summary>
    [Fact]
    public async Task Every_list_reads_an_index_in_its_own_order()
    {
        StudyQuery[] queries =
        [
            new() { ReadingCentre = "expert", WorklistOrder = true, Sites = ["expert", "township-a"] },
            new() { ReadingCentre = "expert", WorklistOrder = true, ReportPhases = [ReportPhase.Preliminary, ReportPhase.UnderReview] },
            new() { Site = "township-a", Sites = ["township-a"] }, new() { Sites = ["expert", "township-a", "township-b"] }, new(),
            new() { Phases = [ExamPhase.Unmatched], Sites = ["expert", "township-a"] }, new() { RequestedBy = "clinician-a", Sites = ["township-a"] },
            new() { PatientId = "pat:1", Sites = ["township-a"] }, new() { Site = "township-a", ReportPhases = [ReportPhase.Released] },
            new() { ReadingCentre = "expert", Phases = [ExamPhase.Unmatched] },
            new() { Sites = ["expert", "township-a"], ReportPhases = [ReportPhase.Awaiting, ReportPhase.Claimed] },
        ];
        foreach (var query in queries)
        {
            foreach (var line in await BranchPlan(query))
            {
                // Reading the newest of all is a scan too, of an index in its order, and ends with the page.
                (line.StartsWith("SCAN studies", StringComparison.Ordinal) && !line.Contains("studies_newest", StringComparison.Ordinal)).ShouldBeFalse(line);
                line.ShouldNotContain("ORDER BY");
            }
        }
    }

    [Fact]
    public async Task A_search_by_name_reads_the_names_alone()
    {
        var plan = await BranchPlan(new StudyQuery { Text = "张", Sites = ["township-a"] });

        plan.ShouldContain(line => line.Contains("studies_name (patient_key>? AND patient_key<?)", StringComparison.Ordinal));
        plan.ShouldContain(line => line.Contains("studies_accession (accession=?)", StringComparison.Ordinal));
    }

    private protected override Task<Database> OpenEmpty() => Task.FromResult<Database>(new SqliteDatabase(folder.File("centre.db")));

    /// <summary>The plan of the branches; the merge of their pages around them sorts a few hundred rows and is not of interest.</summary>
    private async Task<List<string>> BranchPlan(StudyQuery query)
    {
        var (text, arguments, _) = StudySearch.Build(query);
        List<string> plan = [];
        const string First = "FROM (SELECT * FROM (";
        foreach (var branch in text[(text.IndexOf(First, StringComparison.Ordinal) + "FROM (".Length)..text.LastIndexOf(") AS found", StringComparison.Ordinal)].Split("\nUNION\n"))
        {
            var inner = branch["SELECT * FROM (".Length..branch.LastIndexOf(") AS branch", StringComparison.Ordinal)];
            plan.AddRange(await Data.Read(
                async (connection, token) =>
                {
                    await using var command = (SqliteCommand)connection.Command("EXPLAIN QUERY PLAN " + inner, arguments);
                    await using var reader = await command.ExecuteReaderAsync(token);
                    List<string> lines = [];
                    while (await reader.ReadAsync(token))
                        lines.Add(reader.GetString(3));
                    return lines;
                },
                default));
        }

        return plan;
    }
}
