using Dapper;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Regional.Link.V1;

namespace Regional.Edge.Worklist;

/// <summary>
/// The edge's own durable copy of its site's worklist: what devices are answered from, line or no line. An update and the position after it are one
/// transaction, synced, so that after a power cut the copy stands where it says.
/// </summary>
internal sealed class WorklistStore : IDisposable
{
    private const int Version = 1;

    private readonly Lock _gate = new();
    private readonly string _site;
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, WorklistEntry> _entries;
    private readonly List<WorklistEntry> _parts = [];
    private uint _nextPart;
    private volatile IReadOnlyCollection<WorklistEntry> _all;

    /// <exception cref="InvalidDataException">The file was written by a newer edge.</exception>
    public WorklistStore(string folder, string site)
    {
        _site = site;
        Directory.CreateDirectory(folder);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "worklist.db"), Pooling = false }.ToString());
        _connection.Open();
        _connection.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
        var version = _connection.ExecuteScalar<int>("PRAGMA user_version");
        if (version > Version)
            throw new InvalidDataException($"worklist.db has version {version}; this edge knows {Version}.");
        if (version == 0)
        {
            _connection.Execute($"""
                BEGIN;
                CREATE TABLE entry (study_id TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
                CREATE TABLE position (id INTEGER PRIMARY KEY CHECK (id = 1), epoch TEXT NOT NULL, version INTEGER NOT NULL);
                INSERT INTO position VALUES (1, '', 0);
                PRAGMA user_version={Version};
                COMMIT;
                """);
        }

        _entries = _connection.Query<byte[]>("SELECT body FROM entry").Select(body => WorklistEntry.Parser.ParseFrom(body)).ToDictionary(e => e.StudyId, StringComparer.Ordinal);
        _all = [.. _entries.Values];
    }

    /// <summary>All that waits at the site, as it stood after some update. Never changed once given out.</summary>
    public IReadOnlyCollection<WorklistEntry> Entries => _all;

    public WorklistPosition Position()
    {
        lock (_gate)
            return Stands();
    }

    public WorklistEntry? Find(string studyId)
    {
        lock (_gate)
            return _entries.GetValueOrDefault(studyId);
    }

    /// <summary>Takes an update of the centre.</summary>
    /// <returns>Where the copy stands now: to be told. Null: more parts of a snapshot are on their way.</returns>
    public WorklistPosition? Take(WorklistUpdate update)
    {
        lock (_gate)
        {
            if (update.Site != _site)
                return Nothing();
            return update.Snapshot ? TakePart(update) : TakeChanges(update);
        }
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>Asks for everything. What there is goes on being shown until it comes.</summary>
    private WorklistPosition Nothing()
    {
        Forget();
        return new WorklistPosition();
    }

    private WorklistPosition? TakePart(WorklistUpdate update)
    {
        if (update.Part == 0)
            Forget();
        if (update.Part != _nextPart)
            return Nothing();
        _nextPart++;
        _parts.AddRange(update.Entries);
        if (!update.Last)
            return null;
        Write(update, _parts, removed: _entries.Keys.Except(_parts.Select(e => e.StudyId), StringComparer.Ordinal).ToArray());
        Forget();
        return Stands();
    }

    private WorklistPosition TakeChanges(WorklistUpdate update)
    {
        var stands = Stands();
        if (update.Epoch != stands.Epoch || update.From != stands.Version)
            return Nothing();
        Write(update, update.Entries, update.Removed);
        return Stands();
    }

    private void Write(WorklistUpdate update, IReadOnlyCollection<WorklistEntry> entries, IReadOnlyCollection<string> removed)
    {
        using (var transaction = _connection.BeginTransaction())
        {
            _connection.Execute("DELETE FROM entry WHERE study_id = @id", removed.Select(id => new { id }), transaction);
            _connection.Execute("INSERT OR REPLACE INTO entry VALUES (@id, @body)", entries.Select(e => new { id = e.StudyId, body = e.ToByteArray() }), transaction);
            _connection.Execute("UPDATE position SET epoch = @epoch, version = @version", new { epoch = update.Epoch, version = (long)update.Version }, transaction);
            transaction.Commit();
        }

        foreach (var id in removed)
            _entries.Remove(id);
        foreach (var entry in entries)
            _entries[entry.StudyId] = entry;
        _all = [.. _entries.Values];
    }

    private void Forget()
    {
        _parts.Clear();
        _nextPart = 0;
    }

    private WorklistPosition Stands()
    {
        var (epoch, version) = _connection.QuerySingle<(string, long)>("SELECT epoch, version FROM position");
        return new WorklistPosition { Epoch = epoch, Version = (ulong)version };
    }
}
