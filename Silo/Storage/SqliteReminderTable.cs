using System.Data.Common;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Regional.Silo.Storage;

/// <summary>Reminders in SQLite, for which Orleans has no table of its own (design rule 5). The ETag grows with each write of a reminder.</summary>
internal sealed class SqliteReminderTable(Database database, IOptions<ClusterOptions> cluster) : IReminderTable
{
    private const string Columns = "grain_id, name, start_at, period_ms, etag";
    private readonly string service = cluster.Value.ServiceId;

    public Task<ReminderTableData> ReadRows(GrainId grainId) => Rows("grain_id = @grain", ("grain", grainId.ToString()));

    public Task<ReminderTableData> ReadRows(uint begin, uint end) => begin < end
        ? Rows("grain_hash > @begin AND grain_hash <= @end", ("begin", (long)begin), ("end", (long)end))
        : Rows("(grain_hash > @begin OR grain_hash <= @end)", ("begin", (long)begin), ("end", (long)end));

    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName)
    {
        var rows = await Rows("grain_id = @grain AND name = @name", ("grain", grainId.ToString()), ("name", reminderName));
        return rows.Reminders.SingleOrDefault();
    }

    public Task<string?> UpsertRow(ReminderEntry entry) => database.Write(connection => connection.First(
        CancellationToken.None,
        """
        INSERT INTO reminders (service_id, grain_id, name, start_at, period_ms, grain_hash, etag)
        VALUES (@service, @grain, @name, @start, @period, @hash, '0')
        ON CONFLICT (service_id, grain_id, name) DO UPDATE SET
            start_at = excluded.start_at, period_ms = excluded.period_ms, grain_hash = excluded.grain_hash,
            etag = CAST(CAST(reminders.etag AS BIGINT) + 1 AS TEXT)
        RETURNING etag
        """,
        r => (string?)r.GetString(0),
        ("service", service), ("grain", entry.GrainId.ToString()), ("name", entry.ReminderName),
        ("start", new DateTimeOffset(DateTime.SpecifyKind(entry.StartAt, DateTimeKind.Utc)).Ms()), ("period", (long)entry.Period.TotalMilliseconds),
        ("hash", (long)entry.GrainId.GetUniformHashCode())));

    public async Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) => await database.Write(connection => connection.Execute(
        "DELETE FROM reminders WHERE service_id = @service AND grain_id = @grain AND name = @name AND etag = @etag",
        ("service", service), ("grain", grainId.ToString()), ("name", reminderName), ("etag", eTag))) > 0;

    public Task TestOnlyClearTable() =>
        database.Write(connection => connection.Execute("DELETE FROM reminders WHERE service_id = @service", ("service", service)));

    private static ReminderEntry Entry(DbDataReader r) => new()
    {
        GrainId = GrainId.Parse(r.GetString(0)),
        ReminderName = r.GetString(1),
        StartAt = r.Instant(2).UtcDateTime,
        Period = TimeSpan.FromMilliseconds(r.GetInt64(3)),
        ETag = r.GetString(4),
    };

    private async Task<ReminderTableData> Rows(string condition, params (string, object?)[] arguments) => new(
        await database.Read(
            (connection, token) => connection.Query(
                token, $"SELECT {Columns} FROM reminders WHERE service_id = @service AND {condition}", Entry, [("service", service), .. arguments]),
            CancellationToken.None));
}
