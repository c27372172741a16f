using Dapper;
using Microsoft.Data.Sqlite;

namespace Regional.Edge.Copies;

/// <summary>
/// What the edge remembers of studies that are copies: which were whole, as the centre said. May be deleted; then the centre is asked
/// again. One writer at a time.
/// </summary>
internal sealed class CopyLedger : IDisposable
{
    private const int Version = 1;

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;

    public CopyLedger(string folder)
    {
        Directory.CreateDirectory(folder);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "copies.db"), Pooling = false }.ToString());
        _connection.Open();
        _connection.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;");
        var version = _connection.ExecuteScalar<int>("PRAGMA user_version");
        if (version > Version)
            throw new InvalidDataException($"copies.db has version {version}; this edge knows {Version}.");
        if (version < Version)
            _connection.Execute($"BEGIN; CREATE TABLE whole (study_uid TEXT PRIMARY KEY, instances INTEGER NOT NULL) WITHOUT ROWID; PRAGMA user_version={Version}; COMMIT;");
    }

    /// <summary>All that the centre has of the study was here.</summary>
    public void MarkWhole(string studyUid, int instances)
    {
        lock (_gate)
            _connection.Execute("INSERT OR REPLACE INTO whole VALUES (@studyUid, @instances)", new { studyUid, instances });
    }

    /// <summary>How many instances the study had when all of it was here; null: it never was.</summary>
    public int? Whole(string studyUid)
    {
        lock (_gate)
            return _connection.ExecuteScalar<int?>("SELECT instances FROM whole WHERE study_uid = @studyUid", new { studyUid });
    }

    public void Dispose() => _connection.Dispose();
}
