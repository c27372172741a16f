using System.Data.Common;
using System.Text;
using Orleans.Configuration;
using Orleans.Storage;
using Orleans.TestingHost;
using Regional.Compat.Orleans.Tests.Hosting;

namespace Regional.Compat.Orleans.Tests.Storage;

/// <summary>What a database must do for grain states, whichever it is. One suite, run against each.</summary>
public abstract class StorageConformance : IAsyncLifetime
{
    private const string ServiceId = "compat-tests";

    private readonly string _key = ClusterFixture.NewKey();
    private TestCluster _cluster = null!;
    private string _connectionString = "";

    protected abstract string Invariant { get; }

    private ICounterGrain Grain => _cluster.GrainFactory.GetGrain<ICounterGrain>(_key);

    [SkippableFact]
    public async Task A_state_is_kept_over_a_restart_with_values_equal_to_their_default()
    {
        await Grain.Add(5);
        await _cluster.RestartSiloAsync(_cluster.Primary!);

        (await Grain.Read()).ShouldBe(new CounterSnapshot(5, false, "1", true));
    }

    [SkippableFact]
    public async Task A_state_that_was_never_written_is_new()
    {
        (await Grain.Read()).ShouldBe(new CounterSnapshot(0, true, null, false));
    }

    [SkippableFact]
    public async Task Every_write_raises_the_version()
    {
        for (var i = 1; i <= 3; i++)
        {
            await Grain.Add(1);
            (await Grain.Read()).ETag.ShouldBe($"{i}");
        }
    }

    [SkippableFact]
    public async Task A_second_writer_is_refused_and_the_next_activation_reads_what_stands_there()
    {
        await Grain.Add(5);
        var first = await Grain.Activation();
        await Execute("UPDATE OrleansStorage SET Version = Version + 1 WHERE GrainIdExtensionString = @key");

        await Should.ThrowAsync<InconsistentStateException>(() => Grain.Add(1));

        (await Grain.Activation()).ShouldNotBe(first);
        (await Grain.Read()).ShouldBe(new CounterSnapshot(5, false, "2", true));
        (await Grain.Add(1)).ShouldBe(6);
    }

    [SkippableFact]
    public async Task A_second_first_writer_is_refused()
    {
        (await Grain.Read()).Exists.ShouldBeFalse();
        await using var other = await Start();
        await other.GrainFactory.GetGrain<ICounterGrain>(_key).Add(7);

        await Should.ThrowAsync<InconsistentStateException>(() => Grain.Add(1));

        (await Grain.Read()).Number.ShouldBe(7);
    }

    [SkippableFact]
    public async Task Clearing_leaves_a_row_without_payload()
    {
        await Grain.Add(5);

        await Grain.Clear();

        (await Grain.Read()).ShouldBe(new CounterSnapshot(0, true, "2", false));
        (await Grain.Add(1)).ShouldBe(1);
        (await Grain.Read()).ETag.ShouldBe("3");
    }

    [SkippableFact]
    public async Task A_failed_write_leaves_the_assigned_state_in_memory()
    {
        await Grain.Assign(9);
        await Execute("ALTER TABLE OrleansStorage RENAME TO Away");
        try
        {
            // Which exception arrives depends on whether the driver's own can travel.
            await Should.ThrowAsync<Exception>(() => Grain.Add(1));
            (await Grain.Read()).Number.ShouldBe(10);
        }
        finally
        {
            await Execute("ALTER TABLE Away RENAME TO OrleansStorage");
        }
    }

    /// <summary>The layout of a row, column for column, as Orleans' own storage would write it.</summary>
    [SkippableTheory]
    [InlineData("study:01ARZ3NDEKTSV4RRFFQ69G5FAV", 0L, 0L, "study:01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    [InlineData("2A", 0L, 42L, null)]
    [InlineData("2A+east", 0L, 42L, "east")]
    [InlineData("00112233445566778899aabbccddeeff", 0x6677445500112233L, unchecked((long)0xffeeddccbbaa9988UL), null)]
    public async Task Rows_are_laid_out_as_in_Orleans(string key, long n0, long n1, string? extension)
    {
        await _cluster.GrainFactory.GetGrain<ICounterGrain>(key).Add(5);

        var row = await ReadRow(n0, n1, extension);
        row["GrainTypeString"].ShouldBe("counter");
        row["ServiceId"].ShouldBe(ServiceId);
        Convert.ToInt64(row["Version"]).ShouldBe(1);
        Convert.ToInt64(row["GrainTypeHash"]).ShouldBe(unchecked((int)StableHash.ComputeHash(Encoding.UTF8.GetBytes("counter"))));
        Convert.ToInt64(row["GrainIdHash"]).ShouldBe(HashOf(n0, n1, extension));
        Encoding.UTF8.GetString((byte[])row["PayloadBinary"]).ShouldBe("""{"Number":5,"Flag":false}""");
    }

    public async Task InitializeAsync()
    {
        _connectionString = await CreateDatabase();
        _cluster = await Start();
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        await DropDatabase();
    }

    /// <summary>Makes an empty database with the tables and statements of the storage.</summary>
    protected abstract Task<string> CreateDatabase();

    protected abstract Task DropDatabase();

    protected abstract DbConnection Connect();

    private Task<TestCluster> Start() => Cluster.Start(builder =>
    {
        builder.Options.ServiceId = ServiceId;
        builder.Properties["database:invariant"] = Invariant;
        builder.Properties["database:connection"] = _connectionString;
        builder.AddSiloBuilderConfigurator<DatabaseStorage>();
    });

    private static long HashOf(long n0, long n1, string? extension)
    {
        var number = n0 != 0 ? [.. BitConverter.GetBytes(n0), .. BitConverter.GetBytes(n1)] : n1 != 0 ? BitConverter.GetBytes(n1) : (byte[])[];
        byte[] all = [.. number, .. Encoding.UTF8.GetBytes(extension ?? "")];
        Array.Reverse(all);
        return unchecked((int)StableHash.ComputeHash(all));
    }

    private async Task Execute(string statement)
    {
        await using var connection = Connect();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        if (statement.Contains("@key", StringComparison.Ordinal))
            Add(command, "key", _key);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<Dictionary<string, object>> ReadRow(long n0, long n1, string? extension)
    {
        await using var connection = Connect();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT * FROM OrleansStorage WHERE GrainIdN0 = @n0 AND GrainIdN1 = @n1 AND COALESCE(GrainIdExtensionString, '') = @extension";
        Add(command, "n0", n0);
        Add(command, "n1", n1);
        Add(command, "extension", extension ?? "");
        await using var reader = await command.ExecuteReaderAsync();
        (await reader.ReadAsync()).ShouldBeTrue("the row is not where Orleans would look for it");
        var row = Enumerable.Range(0, reader.FieldCount)
            .ToDictionary(reader.GetName, reader.GetValue, StringComparer.OrdinalIgnoreCase);
        (row["GrainIdExtensionString"] is DBNull).ShouldBe(extension is null);
        (await reader.ReadAsync()).ShouldBeFalse("there is more than one row");
        return row;
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }

    private sealed class DatabaseStorage : IHostConfigurator
    {
        public void Configure(Microsoft.Extensions.Hosting.IHostBuilder hostBuilder)
        {
            var invariant = hostBuilder.GetConfigurationValue("database:invariant")!;
            var connection = hostBuilder.GetConfigurationValue("database:connection")!;
            Microsoft.Extensions.Hosting.OrleansSiloGenericHostExtensions.UseOrleans(hostBuilder, silo => silo.AddAdoNetGrainStorage("database", options =>
            {
                options.Invariant = invariant;
                options.ConnectionString = connection;
                options.GrainStorageSerializer = new JsonStateSerializer();
            }));
        }
    }
}
