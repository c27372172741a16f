using Npgsql;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;
using Regional.Imaging.Tests.Packs;
using Regional.TestKit.Postgres;

namespace Regional.Imaging.Tests.Index;

/// <summary>One server for all tests of this collection, a database for each index.</summary>
public sealed class PostgresForIndex : IAsyncLifetime
{
    public PostgresServer? Server { get; private set; }

    public async Task InitializeAsync()
    {
        if (PostgresServer.WhyUnavailable is null || PostgresServer.IsRequired) Server = await PostgresServer.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (Server is not null) await Server.DisposeAsync();
    }
}

public sealed class PostgresIndexTests(PostgresForIndex postgres) : IndexConformance, IClassFixture<PostgresForIndex>
{
    private string _connectionString = "";

    private protected override string RefusePatient => "ALTER TABLE study ADD CONSTRAINT refusing CHECK (patient_id <> 'REFUSED')";

    /// <summary>proof.md "What must be survived" 6: refuse, then recover; nothing lost, nothing twice.</summary>
    [SkippableFact]
    public async Task Connections_that_die_under_load_refuse_and_recover()
    {
        const int each = 25;
        var refused = 0;
        using var done = new CancellationTokenSource();
        var killer = Task.Run(async () =>
        {
            await using var admin = new NpgsqlConnection(_connectionString);
            await admin.OpenAsync();
            for (var round = 0; round < 20 && !done.IsCancellationRequested; round++)
            {
                await using var kill = new NpgsqlCommand(
                    "SELECT pg_terminate_backend(pid), pg_sleep(0.02) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", admin);
                await kill.ExecuteNonQueryAsync();
            }
        });
        await Task.WhenAll(Enumerable.Range(1, 4).Select(producer => Task.Run(async () =>
        {
            for (var number = 1; number <= each; number++)
            {
                for (var attempt = 0; ; attempt++)
                {
                    attempt.ShouldBeLessThan(200);
                    var result = await Fixture.StoreAsync(new Slice(producer, 1, number));
                    if (result is StoreResult.Stored or StoreResult.Duplicate) break;
                    result.ShouldBe(new StoreResult.OutOfResources(ResourceShortage.IndexUnavailable));
                    Interlocked.Increment(ref refused);
                }
            }
        })));
        await done.CancelAsync();
        await killer;

        refused.ShouldBeGreaterThan(0);
        for (var producer = 1; producer <= 4; producer++)
            (await Fixture.Archive.Index.GetStudyAsync(new Slice(producer, 1, 1).StudyUid, default)).ShouldNotBeNull().InstanceCount.ShouldBe(each);
        (await Fixture.Archive.Outbox.ReadAsync(1000, [], default)).Events.Sum(entry => entry.Instances).ShouldBe(4 * each);
        PackFixture.AllRecords(Fixture.Archive.Packs).Count(record => record.Header.Kind == RecordKind.Instance).ShouldBe(4 * each);
    }

    private protected override async Task<IndexDatabase> NewDatabaseAsync()
    {
        Skip.If(postgres.Server is null, PostgresServer.WhyUnavailable);
        _connectionString = await postgres.Server!.CreateDatabaseAsync();
        return IndexDatabase.PostgreSql(_connectionString);
    }
}
