using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Regional.Silo.Storage;

/// <summary>Commands over ADO.NET with named parameters. Texts are constants of the product; values travel as parameters only.</summary>
[SuppressMessage("Design", "CA1068:CancellationToken parameters must come last", Justification = "The named parameters come last.")]
internal static class Sql
{
    public static DbCommand Command(this DbConnection connection, string text, params (string Name, object? Value)[] arguments)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in arguments)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value is string given ? Storable(given) : value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>
    /// As both databases keep it: PostgreSQL refuses NUL and halves of surrogate pairs, and a refused row would hold up its grain's projection for
    /// ever. Neither belongs to any text of the field; comparisons lose them alike.
    /// </summary>
    internal static string Storable(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            text = text.Replace("\0", "", StringComparison.Ordinal);
        return text.AsSpan().ContainsAnyInRange('\ud800', '\udfff') ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;
    }

    public static async Task<int> Execute(this DbConnection connection, string text, params (string Name, object? Value)[] arguments)
    {
        await using var command = connection.Command(text, arguments);
        return await command.ExecuteNonQueryAsync();
    }

    public static async Task<List<T>> Query<T>(
        this DbConnection connection,
        CancellationToken cancellation,
        string text,
        Func<DbDataReader, T> map,
        params (string Name, object? Value)[] arguments)
    {
        await using var command = connection.Command(text, arguments);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<T> rows = [];
        while (await reader.ReadAsync(cancellation))
            rows.Add(map(reader));
        return rows;
    }

    /// <summary>The first row, or the default where there is none.</summary>
    public static async Task<T?> First<T>(
        this DbConnection connection,
        CancellationToken cancellation,
        string text,
        Func<DbDataReader, T> map,
        params (string Name, object? Value)[] arguments)
    {
        await using var command = connection.Command(text, arguments);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? map(reader) : default;
    }

    public static string? Text(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static DateTimeOffset Instant(this DbDataReader reader, int column) => DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column));

    public static DateTimeOffset? InstantOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.Instant(column);

    public static long Ms(this DateTimeOffset instant) => instant.ToUnixTimeMilliseconds();

    /// <summary>The end of the range of texts that begin with <paramref name="prefix"/>: nothing sorts between U+10FFFF and the next text.</summary>
    public static string PrefixEnd(string prefix) => prefix + "\U0010FFFF";
}
