using Regional.Silo.Storage;
using Regional.TestKit;

namespace Regional.Silo.Tests.Storage;

/// <summary>The statements that Orleans' ADO.NET storage runs, as its contract wants them: names, versions, and who loses a race (design rules 2, 8).</summary>
public sealed class GrainRowTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_version_decides_who_writes(bool onPostgres)
    {
        using var folder = new TempFolder();
        await using Database database = onPostgres ? new PostgresDatabase(await postgres.NewDatabase()) : new SqliteDatabase(folder.File("grains.db"));
        await Migrations.Apply(database, "grains", TimeProvider.System);

        (await Write(database, null, [1])).ShouldBe([1]);
        (await Write(database, null, [2])).ShouldBe(onPostgres ? [null] : [], "a second first write loses: no version, or none new");
        (await Write(database, 1, [3])).ShouldBe([2]);
        (await Write(database, 1, [4])).ShouldBe([1], "a stale writer gets the version that it gave");
        (await Write(database, 7, [4], key: "study:never")).ShouldBe([7], "what was never written is not made by an update");
        (await Payload(database)).ShouldBe([3]);

        (await Run(database, "ClearStorageKey", 2, null)).ShouldBe([3]);
        (await Payload(database)).ShouldBeNull();
        (await Run(database, "DeleteStorageKey", 2, null)).ShouldBe([2], "stale");
        (await Run(database, "DeleteStorageKey", 3, null)).ShouldBe([4]);
    }

    private static Task<List<int?>> Write(Database database, int? version, byte[] payload, string key = "study:A") =>
        Run(database, "WriteToStorageKey", version, payload, key);

    private static async Task<List<int?>> Run(Database database, string query, int? version, byte[]? payload, string key = "study:A")
    {
        var text = await database.Read(
            (connection, token) => connection.First(token, "SELECT QueryText FROM OrleansQuery WHERE QueryKey = @key", r => r.GetString(0), ("key", query)), default);
        return await database.Write(async connection =>
        {
            await using var command = connection.Command(text!, Key(key));
            Add("GrainStateVersion", System.Data.DbType.Int32, version);
            if (query == "WriteToStorageKey")
                Add("PayloadBinary", System.Data.DbType.Binary, payload);
            await using var reader = await command.ExecuteReaderAsync();
            List<int?> answers = [];
            do
            {
                while (await reader.ReadAsync())
                    answers.Add(reader.IsDBNull(0) ? null : Convert.ToInt32(reader.GetValue(reader.GetOrdinal("NewGrainStateVersion"))));
            }
            while (await reader.NextResultAsync());
            return answers;

            void Add(string name, System.Data.DbType type, object? value)
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.DbType, parameter.Value) = (name, type, value ?? DBNull.Value);
                command.Parameters.Add(parameter);
            }
        });
    }

    private static async Task<byte[]?> Payload(Database database)
    {
        var text = await database.Read(
            (connection, token) => connection.First(token, "SELECT QueryText FROM OrleansQuery WHERE QueryKey = 'ReadFromStorageKey'", r => r.GetString(0)), default);
        return await database.Read(
            (connection, token) => connection.First(token, text!, r => r.IsDBNull(0) ? null : (byte[])r.GetValue(0), Key("study:A")), default);
    }

    private static (string, object?)[] Key(string key) =>
    [
        ("GrainIdHash", 17), ("GrainTypeHash", 4), ("GrainIdN0", 0L), ("GrainIdN1", 0L), ("GrainTypeString", "study"), ("GrainIdExtensionString", key),
        ("ServiceId", "regional"),
    ];
}
