using Microsoft.Data.Sqlite;
using Regional.Imaging.Cluster;

namespace Regional.Silo.Storage;

/// <summary>
/// The centre's databases, migrated. SQLite: <c>centre.db</c> for the product's tables and <c>grains.db</c> for Orleans' rows, two files so
/// that neither writer waits for the other. PostgreSQL: one database holds both.
/// </summary>
internal sealed class CentreStorage : IAsyncDisposable
{
    private CentreStorage(Database data, string grainConnection) => (Data, GrainConnection) = (data, grainConnection);

    public Database Data { get; }

    /// <summary>For Orleans' ADO.NET providers.</summary>
    public string GrainConnection { get; }

    /// <summary>Orleans' name of the provider.</summary>
    public string Invariant => Data.Kind == DatabaseKind.Sqlite ? "System.Data.SQLite" : "Npgsql";

    public static string CentrePath(ClusterFile cluster) => Path.Combine(cluster.CentreFolder, "centre.db");

    public static string GrainsPath(ClusterFile cluster) => Path.Combine(cluster.CentreFolder, "grains.db");

    public static bool IsSqlite(ClusterFile cluster) => cluster.Options.Centre.Storage.Provider == "sqlite";

    /// <exception cref="SchemaTooNewException">A newer program wrote it.</exception>
    public static async Task<CentreStorage> Open(ClusterFile cluster, TimeProvider time)
    {
        if (IsSqlite(cluster))
        {
            var centre = new SqliteDatabase(CentrePath(cluster));
            try
            {
                await Migrations.Apply(centre, "centre", time);
                await using var grains = new SqliteDatabase(GrainsPath(cluster));
                await Migrations.Apply(grains, "grains", time);
            }
            catch
            {
                await centre.DisposeAsync();
                throw;
            }

            return new CentreStorage(centre, new SqliteConnectionStringBuilder { DataSource = GrainsPath(cluster) }.ToString());
        }

        var connection = cluster.Secret(cluster.Options.Centre.Storage.Connection)!;
        var database = new PostgresDatabase(connection);
        try
        {
            await Migrations.Apply(database, "centre", time);
            await Migrations.Apply(database, "grains", time);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }

        return new CentreStorage(database, connection);
    }

    public ValueTask DisposeAsync() => Data.DisposeAsync();
}
