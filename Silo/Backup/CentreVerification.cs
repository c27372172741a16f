using System.Data.Common;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Regional.Imaging;
using Regional.Imaging.Cluster;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;
using Regional.Silo.Archive;
using Regional.Silo.Storage;

namespace Regional.Silo.Backup;

/// <summary>
/// Is what the centre holds still what was written: the databases' own check, every record of every pack re-hashed, every index row found in
/// its pack, every grain's row no older than its projection. Says each fault by id; nothing is repaired here.
/// </summary>
internal static class CentreVerification
{
    // Projection table of each kind of grain, by the prefix of its key.
    private static readonly (string Prefix, string Table, string Key)[] Projections =
    [
        ("study:", "studies", "study_id"), ("crit:", "critical_values", "critical_id"), ("pat:", "patients", "patient_id"), ("dev:", "devices", "device_key"),
    ];

    /// <returns>Number of faults.</returns>
    public static async Task<int> Run(ClusterFile cluster, TimeProvider time, TextWriter say, CancellationToken cancellation)
    {
        var faults = 0;
        async Task Fault(string what)
        {
            faults++;
            await say.WriteLineAsync("FAULT " + what);
        }

        if (CentreStorage.IsSqlite(cluster))
        {
            foreach (var path in (string[])[CentreStorage.CentrePath(cluster), CentreStorage.GrainsPath(cluster), CentreArchive.IndexPath(cluster)])
                await CheckSqlite(path, Fault, cancellation);
            if (faults > 0)
                return faults;
        }

        await CheckArchive(cluster, time, say, Fault, cancellation);
        await CheckGrains(cluster, time, say, Fault, cancellation);
        return faults;
    }

    private static async Task CheckSqlite(string path, Func<string, Task> fault, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            await fault($"{Path.GetFileName(path)} does not exist");
            return;
        }

        await using var connection = new SqliteConnection(SqliteDatabase.ConnectionText(path, SqliteOpenMode.ReadWrite));
        try
        {
            await connection.OpenAsync(cancellation);
            foreach (var line in await connection.Query(cancellation, "PRAGMA integrity_check(20)", r => r.GetString(0)))
            {
                if (line != "ok")
                    await fault($"{Path.GetFileName(path)}: {line}");
            }
        }
        catch (SqliteException failure)
        {
            await fault($"{Path.GetFileName(path)}: {failure.Message}");
        }
    }

    private static async Task CheckArchive(ClusterFile cluster, TimeProvider time, TextWriter say, Func<string, Task> fault, CancellationToken cancellation)
    {
        await using var database = CentreArchive.Database(cluster);
        var alarms = new CollectedAlarms();
        await using var archive = await CentreArchive.Open(cluster, database, alarms, time, NullLoggerFactory.Instance, cancellation);
        foreach (var alarm in alarms.All)
            await fault($"pack {alarm.Position.Pack} offset {alarm.Position.Offset}: {alarm.Kind} {alarm.SopInstanceUid}");
        var report = await archive.Packs.VerifyAsync(PackPosition.Start, null, cancellation);
        foreach (var damaged in report.Damaged)
            await fault($"pack {damaged.Position.Pack} offset {damaged.Position.Offset}: record damaged");

        long instances = 0;
        for (long after = 0; await archive.Index.GetInstancesAfterAsync(after, ImageIndex.PageCap, cancellation) is { Count: > 0 } page; after = page[^1].Sequence)
        {
            instances += page.Count;
            foreach (var instance in page)
            {
                using var slice = archive.Packs.OpenData(instance.Address);
                if (slice is null)
                    await fault($"instance {instance.SopInstanceUid}: its pack {instance.Address.Pack} does not hold it");
            }
        }

        await say.WriteLineAsync($"Packs: {report.Records:N0} records, {report.Bytes:N0} bytes re-hashed. Index: {instances:N0} instances.");
    }

    private static async Task CheckGrains(ClusterFile cluster, TimeProvider time, TextWriter say, Func<string, Task> fault, CancellationToken cancellation)
    {
        await using var storage = await CentreStorage.Open(cluster, time);
        await using DbConnection grains = storage.Data.Kind == DatabaseKind.Sqlite
            ? new SqliteConnection(SqliteDatabase.ConnectionText(CentreStorage.GrainsPath(cluster), SqliteOpenMode.ReadOnly))
            : new NpgsqlConnection(storage.GrainConnection);
        await grains.OpenAsync(cancellation);
        var due = (await new DueTable(storage.Data).Due(DateTimeOffset.MaxValue, 10_000, cancellation)).ToHashSet();
        long checkedRows = 0;
        await using var command = grains.Command("SELECT GrainIdExtensionString, PayloadBinary FROM OrleansStorage WHERE PayloadBinary IS NOT NULL");
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
        {
            checkedRows++;
            var key = rows.IsDBNull(0) ? "" : rows.GetString(0);
            if (VersionOf((byte[])rows.GetValue(1)) is not { } version)
            {
                await fault($"{key}: its state is not readable");
                continue;
            }

            var projection = Array.Find(Projections, p => key.StartsWith(p.Prefix, StringComparison.Ordinal));
            if (projection.Table is null || version == 0)
                continue;
            var projected = await storage.Data.Read(
                (connection, token) => connection.First(
                    token, $"SELECT version FROM {projection.Table} WHERE {projection.Key} = @key", r => (long?)r.GetInt64(0), ("key", key)),
                cancellation);
            if (projected > version)
                await fault($"{key}: projection {projected} is newer than its grain {version}");
            else if ((projected is null || projected < version) && !due.Contains(key))
                await fault($"{key}: projection {projected?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"} is older than its grain {version} and nothing is noted as due");
        }

        await say.WriteLineAsync($"Grains: {checkedRows:N0} rows compared with their projections, {due.Count:N0} with something to deliver.");
    }

    private static long? VersionOf(byte[] payload)
    {
        try
        {
            using var state = JsonDocument.Parse(payload);
            return state.RootElement.TryGetProperty("Version", out var version) ? version.GetInt64() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed class CollectedAlarms : IPackAlarms
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<PackAlarm> alarms = new();

        public IEnumerable<PackAlarm> All => alarms;

        public void Raise(PackAlarm alarm) => alarms.Enqueue(alarm);
    }
}
