using System.Data.Common;
using Npgsql;
using Regional.TestKit.Postgres;

namespace Regional.Compat.Orleans.Tests.Storage;

/// <summary>One server for the tests that need PostgreSQL.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private PostgresServer? _server;

    public PostgresServer Server
    {
        get
        {
            Skip.If(_server is null && !PostgresServer.IsRequired, PostgresServer.WhyUnavailable);
            return _server ?? throw new InvalidOperationException(PostgresServer.WhyUnavailable);
        }
    }

    public async Task InitializeAsync()
    {
        if (PostgresServer.WhyUnavailable is null)
            _server = await PostgresServer.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }
}

/// <summary>PostgreSQL tests share a server.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresFixture>
{
    public const string Name = "PostgreSQL";
}

/// <summary>The suite on PostgreSQL.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresStorageTests(PostgresFixture postgres) : StorageConformance
{
    private string _connectionString = "";

    protected override string Invariant => "Npgsql";

    protected override async Task<string> CreateDatabase()
    {
        _connectionString = await postgres.Server.CreateDatabaseAsync();
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(StorageSchema.Postgres, connection);
        await command.ExecuteNonQueryAsync();
        return _connectionString;
    }

    protected override Task DropDatabase()
    {
        NpgsqlConnection.ClearAllPools();
        return Task.CompletedTask;
    }

    protected override DbConnection Connect() => new NpgsqlConnection(_connectionString);
}
