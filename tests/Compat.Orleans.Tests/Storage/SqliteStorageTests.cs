using System.Data.Common;
using Microsoft.Data.Sqlite;
using Regional.TestKit;

namespace Regional.Compat.Orleans.Tests.Storage;

/// <summary>The suite on SQLite, under the name Orleans has for it.</summary>
public sealed class SqliteStorageTests : StorageConformance
{
    private readonly TempFolder _folder = new();

    protected override string Invariant => "System.Data.SQLite";

    private string ConnectionString => $"Data Source={_folder.File("grains.db")};Pooling=False";

    protected override async Task<string> CreateDatabase()
    {
        await using var connection = new SqliteConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = StorageSchema.Sqlite;
        await command.ExecuteNonQueryAsync();
        return ConnectionString;
    }

    protected override Task DropDatabase()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }

    protected override DbConnection Connect() => new SqliteConnection(ConnectionString);
}
