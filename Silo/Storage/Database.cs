using System.Data.Common;

namespace Regional.Silo.Storage;

/// <summary>Which engine holds the centre's data (cluster.yaml, <c>centre.storage.provider</c>).</summary>
internal enum DatabaseKind
{
    Sqlite,
    PostgreSql,
}

/// <summary>
/// The one seam to the centre's own tables: projections, keys, accounts, sessions, audit, reference data. SQL is written once, in the
/// dialect that both engines share: TEXT, BIGINT, ON CONFLICT, RETURNING, row values; instants are milliseconds since 1970 UTC.
/// Work given to <see cref="Write{T}"/> is one transaction: durable when the task completes, gone without trace when it fails.
/// </summary>
internal abstract class Database : IAsyncDisposable
{
    public abstract DatabaseKind Kind { get; }

    /// <summary>Runs reads on a connection of their own; they see what was committed before they began.</summary>
    public abstract Task<T> Read<T>(Func<DbConnection, CancellationToken, Task<T>> work, CancellationToken cancellation);

    /// <summary>Runs one transaction. The work may be run while others share its commit, so it must not wait for anything but the connection.</summary>
    public abstract Task<T> Write<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellation = default);

    public Task Write(Func<DbConnection, Task> work, CancellationToken cancellation = default) =>
        Write(
            async connection =>
            {
                await work(connection);
                return true;
            },
            cancellation);

    public abstract ValueTask DisposeAsync();
}
