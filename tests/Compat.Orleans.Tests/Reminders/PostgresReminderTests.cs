using Npgsql;
using Orleans.TestingHost;
using Regional.Compat.Orleans.Tests.Hosting;
using Regional.Compat.Orleans.Tests.Storage;

namespace Regional.Compat.Orleans.Tests.Reminders;

/// <summary>Reminders in PostgreSQL, in the rows of Orleans.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresReminderTests(PostgresFixture postgres)
{
    private const string Schema =
        """
        CREATE TABLE OrleansQuery (QueryKey varchar(64) PRIMARY KEY, QueryText varchar(8000) NOT NULL);
        CREATE TABLE OrleansRemindersTable (
            ServiceId varchar(150) NOT NULL, GrainId varchar(150) NOT NULL, ReminderName varchar(150) NOT NULL, StartTime timestamptz(3) NOT NULL,
            Period bigint NOT NULL, GrainHash integer NOT NULL, Version integer NOT NULL, PRIMARY KEY (ServiceId, GrainId, ReminderName));
        INSERT INTO OrleansQuery VALUES
            ('UpsertReminderRowKey', 'INSERT INTO OrleansRemindersTable AS r
                VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
                ON CONFLICT (ServiceId, GrainId, ReminderName) DO UPDATE SET StartTime = excluded.StartTime, Period = excluded.Period,
                    GrainHash = excluded.GrainHash, Version = r.Version + 1 RETURNING Version'),
            ('ReadReminderRowsKey', 'SELECT * FROM OrleansRemindersTable WHERE ServiceId = @ServiceId AND GrainId = @GrainId'),
            ('ReadReminderRowKey',
                'SELECT * FROM OrleansRemindersTable WHERE ServiceId = @ServiceId AND GrainId = @GrainId AND ReminderName = @ReminderName'),
            ('ReadRangeRows1Key', 'SELECT * FROM OrleansRemindersTable WHERE ServiceId = @ServiceId AND GrainHash > @BeginHash AND GrainHash <= @EndHash'),
            ('ReadRangeRows2Key', 'SELECT * FROM OrleansRemindersTable WHERE ServiceId = @ServiceId AND (GrainHash > @BeginHash OR GrainHash <= @EndHash)'),
            ('DeleteReminderRowKey', 'WITH gone AS (DELETE FROM OrleansRemindersTable WHERE ServiceId = @ServiceId AND GrainId = @GrainId
                AND ReminderName = @ReminderName AND Version = @Version RETURNING 1) SELECT count(*)::integer FROM gone'),
            ('DeleteReminderRowsKey', 'DELETE FROM OrleansRemindersTable WHERE ServiceId = @ServiceId');
        """;

    [SkippableFact]
    public async Task Reminders_are_rows_and_survive_the_silo()
    {
        var connectionString = await postgres.Server.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using (var create = source.CreateCommand(Schema))
            await create.ExecuteNonQueryAsync();
        await using var cluster = await Cluster.Start(builder =>
        {
            builder.Options.ServiceId = "compat-tests";
            builder.Properties["database:connection"] = connectionString;
            builder.AddSiloBuilderConfigurator<DatabaseReminders>();
        });
        var key = ClusterFixture.NewKey();
        var grain = cluster.GrainFactory.GetGrain<IAlarmGrain>(key);

        await grain.Set("ring", TimeSpan.FromMinutes(5), TimeSpan.FromHours(1));
        await grain.Set("ring", TimeSpan.FromMinutes(6), TimeSpan.FromHours(1));
        await grain.Set("other", TimeSpan.FromDays(60), TimeSpan.FromDays(60));
        await cluster.RestartSiloAsync(cluster.Primary!);
        await cluster.GrainFactory.GetGrain<IAlarmGrain>(key).Unset("other");

        (await grain.Names()).ShouldBe(["ring"]);
        // A tick that came due while no silo ran is not made up for, so the time is set once one runs again.
        await grain.Set("ring", TimeSpan.FromSeconds(1), TimeSpan.FromHours(2));
        (await AlarmGrain.NextTick($"{key}/ring")).Period.ShouldBe(TimeSpan.FromHours(2));
        await using var read = source.CreateCommand("SELECT GrainId, Period, GrainHash, Version FROM OrleansRemindersTable");
        await using var row = await read.ExecuteReaderAsync();
        (await row.ReadAsync()).ShouldBeTrue();
        row.GetString(0).ShouldBe($"alarm/{key}");
        row.GetInt64(1).ShouldBe((long)TimeSpan.FromHours(2).TotalMilliseconds);
        row.GetInt32(2).ShouldBe(unchecked((int)GrainId.Create("alarm", key).GetUniformHashCode()));
        row.GetInt32(3).ShouldBe(2);
    }

    private sealed class DatabaseReminders : IHostConfigurator
    {
        public void Configure(Microsoft.Extensions.Hosting.IHostBuilder hostBuilder)
        {
            var connection = hostBuilder.GetConfigurationValue("database:connection")!;
            Microsoft.Extensions.Hosting.OrleansSiloGenericHostExtensions.UseOrleans(hostBuilder, silo => silo.UseAdoNetReminderService(options =>
            {
                options.Invariant = "Npgsql";
                options.ConnectionString = connection;
            }));
        }
    }
}
