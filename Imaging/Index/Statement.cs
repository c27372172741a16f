using System.Data.Common;

namespace Regional.Imaging.Index;

/// <summary>One prepared statement used many times, in a transaction or on a kept connection.</summary>
internal sealed class Statement : IAsyncDisposable
{
    private readonly DbCommand _command;

    public Statement(DbTransaction transaction, string sql, params ReadOnlySpan<string> names)
        : this(transaction.Connection!, sql, names) => _command.Transaction = transaction;

    public Statement(DbConnection connection, string sql, params ReadOnlySpan<string> names)
    {
        _command = connection.CreateCommand();
        _command.CommandText = sql;
        foreach (var name in names)
        {
            var parameter = _command.CreateParameter();
            parameter.ParameterName = name;
            _command.Parameters.Add(parameter);
        }
    }

    public Task<int> RunAsync(CancellationToken cancellation, params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteNonQueryAsync(cancellation);
    }

    public Task<object?> ScalarAsync(CancellationToken cancellation, params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteScalarAsync(cancellation);
    }

    public Task<DbDataReader> ReadAsync(CancellationToken cancellation, params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteReaderAsync(cancellation);
    }

    public ValueTask DisposeAsync() => _command.DisposeAsync();

    private void Bind(ReadOnlySpan<object?> values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, _command.Parameters.Count);
        for (var i = 0; i < values.Length; i++) _command.Parameters[i].Value = values[i] ?? DBNull.Value;
    }
}

/// <summary>Instants as the index stores them: microseconds since 1970, UTC.</summary>
internal static class Instants
{
    public static long ToNumber(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset FromNumber(long number) => DateTimeOffset.UnixEpoch.AddMicroseconds(number);
}
