using Npgsql;
using Regional.Silo.Storage;
using Regional.TestKit.Postgres;

namespace Regional.Silo.Tests.Storage;

/// <summary>One PostgreSQL server for the class; a database of its own for each test.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private int databases;

    public PostgresServer? Server { get; private set; }

    public async Task InitializeAsync()
    {
        if (PostgresServer.WhyUnavailable is null)
            Server = await PostgresServer.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (Server is not null)
            await Server.DisposeAsync();
    }

    /// <summary>Connection to a new, empty database; skips the test where there is no server and none is demanded.</summary>
    public async Task<string> NewDatabase()
    {
        if (Server is null && PostgresServer.IsRequired)
            throw new InvalidOperationException(PostgresServer.WhyUnavailable);
        Skip.If(Server is null, PostgresServer.WhyUnavailable ?? "");
        var name = $"centre{Interlocked.Increment(ref databases)}";
        await using var source = NpgsqlDataSource.Create(Server!.ConnectionString);
        await using var command = source.CreateCommand("CREATE DATABASE " + name);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(Server.ConnectionString) { Database = name }.ToString();
    }
}

public sealed class PostgresStorageTests(PostgresFixture postgres) : StorageSuite, IClassFixture<PostgresFixture>
{
    [SkippableFact]
    public async Task Orleans_tables_are_made_with_every_query_that_its_providers_ask_for()
    {
        (await Migrations.Apply(Data, "grains", Time)).ShouldBe(Migrations.Newest("grains"));

        var keys = await Data.Read((connection, token) => connection.Query(token, "SELECT QueryKey FROM OrleansQuery", r => r.GetString(0)), default);
        keys.ShouldBe(
            [
                "ReadFromStorageKey", "WriteToStorageKey", "ClearStorageKey", "DeleteStorageKey", "UpsertReminderRowKey", "ReadReminderRowsKey",
                "ReadReminderRowKey", "ReadRangeRows1Key", "ReadRangeRows2Key", "DeleteReminderRowKey", "DeleteReminderRowsKey", "InsertMembershipVersionKey",
                "InsertMembershipKey", "UpdateMembershipKey", "UpdateIAmAlivetimeKey", "MembershipReadRowKey", "MembershipReadAllKey",
                "DeleteMembershipTableEntriesKey", "GatewaysQueryKey", "CleanupDefunctSiloEntriesKey",
            ],
            ignoreOrder: true);
    }

    private protected override async Task<Database> OpenEmpty() => new PostgresDatabase(await postgres.NewDatabase());
}
