using System.Data.Common;
using Npgsql;

namespace Regional.Silo.Storage;

/// <summary>PostgreSQL through Npgsql's pool. The server batches commits of concurrent transactions by itself.</summary>
internal sealed class PostgresDatabase(string connectionText) : Database
{
    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(connectionText);

    public override DatabaseKind Kind => DatabaseKind.PostgreSql;

    public string ConnectionText => connectionText;

    public override async Task<T> Read<T>(Func<DbConnection, CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        return await work(connection, cancellation);
    }

    public override async Task<T> Write<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellation = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var result = await work(connection);
        // Not cancellable: a commit that was asked for has an outcome, and the caller has to hear it.
        await transaction.CommitAsync(CancellationToken.None);
        return result;
    }

    public override ValueTask DisposeAsync() => source.DisposeAsync();
}
