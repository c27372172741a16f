using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Reflection;

namespace Orleans.Embedded;

/// <summary>Runs the statements of the ADO.NET providers, each on a connection of its own from the driver's pool.</summary>
internal sealed class RelationalStorage(string invariant, string connectionString)
{
    // As in the original: the name of SQLite is System.Data.SQLite, and Microsoft's driver stands behind it.
    private static readonly Dictionary<string, (string Assembly, string Factory)> s_drivers = new()
    {
        ["Npgsql"] = ("Npgsql", "Npgsql.NpgsqlFactory"),
        ["System.Data.SQLite"] = ("Microsoft.Data.Sqlite", "Microsoft.Data.Sqlite.SqliteFactory"),
    };

    // SQLite takes one writer at a time, and its driver tries again only every 150 ms: writers of this process queue up here instead.
    private static readonly ConcurrentDictionary<string, SemaphoreSlim> s_writers = new();

    private readonly DbProviderFactory _driver = LoadDriver(invariant);

    private readonly SemaphoreSlim? _writer =
        invariant == "System.Data.SQLite" ? s_writers.GetOrAdd(connectionString, static _ => new SemaphoreSlim(1, 1)) : null;

    /// <summary>Why a database cannot be reached with these options, or null.</summary>
    public static string? Fault(string invariant, string? connectionString)
    {
        if (string.IsNullOrWhiteSpace(invariant))
            return "Invariant must be set";
        if (!s_drivers.ContainsKey(invariant))
            return $"Invariant \"{invariant}\" is not one of {string.Join(", ", s_drivers.Keys)} (SQLite is System.Data.SQLite, as in Orleans)";
        return string.IsNullOrWhiteSpace(connectionString) ? "ConnectionString must be set" : null;
    }

    /// <summary>Gives the rows of all result sets of a statement that writes.</summary>
    public async Task<List<T>> Write<T>(string statement, Action<DbCommand> addParameters, Func<DbDataReader, T> read)
    {
        if (_writer is null)
            return await Read(statement, addParameters, read).ConfigureAwait(false);

        await _writer.WaitAsync().ConfigureAwait(false);
        try
        {
            return await Read(statement, addParameters, read).ConfigureAwait(false);
        }
        finally
        {
            _writer.Release();
        }
    }

    /// <summary>Gives the rows of all result sets of a statement.</summary>
    public async Task<List<T>> Read<T>(
        string statement, Action<DbCommand> addParameters, Func<DbDataReader, T> read, CancellationToken cancellationToken = default)
    {
        await using var connection = _driver.CreateConnection()!;
        connection.ConnectionString = connectionString;
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        addParameters(command);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var rows = new List<T>();
        do
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                rows.Add(read(reader));
        }
        while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false));

        return rows;
    }

    /// <summary>The statements kept in the database for the providers, by their key.</summary>
    public async Task<Dictionary<string, string>> ReadStatements(CancellationToken cancellationToken) =>
        (await Read(
            "SELECT QueryKey, QueryText FROM OrleansQuery",
            _ => { },
            row => KeyValuePair.Create(row.GetString(0), row.GetString(1)),
            cancellationToken).ConfigureAwait(false)).ToDictionary();

    private static DbProviderFactory LoadDriver(string invariant)
    {
        var (assembly, factory) = s_drivers[invariant];
        var type = Assembly.Load(new AssemblyName(assembly)).GetType(factory, throwOnError: true)!;
        return (DbProviderFactory)type.GetField("Instance", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
    }
}

/// <summary>Parameters with the types the statements expect, also where the value is null.</summary>
internal static class RelationalParameters
{
    public static void Add(this DbCommand command, string name, DbType type, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value ?? DBNull.Value;
        parameter.DbType = type;
        command.Parameters.Add(parameter);
    }
}
