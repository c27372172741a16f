using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Reminders in the table <c>OrleansRemindersTable</c>, with the statements found in <c>OrleansQuery</c>.</summary>
internal sealed class AdoNetReminderTable(IOptions<AdoNetReminderTableOptions> options, IOptions<ClusterOptions> cluster) : IReminderTable
{
    private static readonly string[] s_keys =
    [
        "ReadReminderRowsKey", "ReadRangeRows1Key", "ReadRangeRows2Key", "ReadReminderRowKey", "UpsertReminderRowKey", "DeleteReminderRowKey",
        "DeleteReminderRowsKey",
    ];

    private readonly RelationalStorage _storage = new(options.Value.Invariant, options.Value.ConnectionString!);
    private readonly string _serviceId = cluster.Value.ServiceId;
    private Dictionary<string, string> _statements = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _statements = await _storage.ReadStatements(cancellationToken).ConfigureAwait(false);
        if (s_keys.Except(_statements.Keys).ToArray() is { Length: > 0 } missing)
            throw new ArgumentException($"Table OrleansQuery has no {string.Join(", ", missing)}: the reminders' script was not run on this database.");
    }

    public async Task<ReminderTableData> ReadRows(GrainId grainId) => new(await Read(
        "ReadReminderRowsKey",
        command => command.Add("GrainId", DbType.String, grainId.ToString())).ConfigureAwait(false));

    // The hash is a signed column: the ring is cut where it is, not where the unsigned numbers are.
    public async Task<ReminderTableData> ReadRows(uint begin, uint end) => new(await Read(
        unchecked((int)begin < (int)end) ? "ReadRangeRows1Key" : "ReadRangeRows2Key",
        command =>
        {
            command.Add("BeginHash", DbType.Int32, unchecked((int)begin));
            command.Add("EndHash", DbType.Int32, unchecked((int)end));
        }).ConfigureAwait(false));

    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) => (await Read(
        "ReadReminderRowKey",
        command =>
        {
            command.Add("GrainId", DbType.String, grainId.ToString());
            command.Add("ReminderName", DbType.String, reminderName);
        }).ConfigureAwait(false)).FirstOrDefault();

    public async Task<string?> UpsertRow(ReminderEntry entry) => (await Run(
        "UpsertReminderRowKey",
        command =>
        {
            command.Add("GrainId", DbType.String, entry.GrainId.ToString());
            command.Add("ReminderName", DbType.String, entry.ReminderName);
            command.Add("StartTime", DbType.DateTime, DateTime.SpecifyKind(entry.StartAt, DateTimeKind.Utc));
            command.Add("Period", DbType.Int64, (long)entry.Period.TotalMilliseconds);
            command.Add("GrainHash", DbType.Int32, unchecked((int)entry.GrainId.GetUniformHashCode()));
        },
        VersionOf).ConfigureAwait(false)).First();

    public async Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) => (await Run(
        "DeleteReminderRowKey",
        command =>
        {
            command.Add("GrainId", DbType.String, grainId.ToString());
            command.Add("ReminderName", DbType.String, reminderName);
            command.Add("Version", DbType.Int32, int.Parse(eTag, CultureInfo.InvariantCulture));
        },
        row => Convert.ToBoolean(row.GetValue(0), CultureInfo.InvariantCulture)).ConfigureAwait(false)).First();

    public Task TestOnlyClearTable() => Run("DeleteReminderRowsKey", _ => { }, _ => 0);

    private Task<List<ReminderEntry>> Read(string key, Action<DbCommand> addParameters) => Run(key, addParameters, Entry);

    private Task<List<T>> Run<T>(string key, Action<DbCommand> addParameters, Func<DbDataReader, T> read) => _storage.Read(
        _statements[key],
        command =>
        {
            command.Add("ServiceId", DbType.String, _serviceId);
            addParameters(command);
        },
        read);

    private static ReminderEntry Entry(DbDataReader row) => new()
    {
        GrainId = GrainId.Parse(row.GetString(row.GetOrdinal("GrainId"))),
        ReminderName = row.GetString(row.GetOrdinal("ReminderName")),
        StartAt = DateTime.SpecifyKind(row.GetDateTime(row.GetOrdinal("StartTime")), DateTimeKind.Utc),
        Period = TimeSpan.FromMilliseconds(row.GetInt64(row.GetOrdinal("Period"))),
        ETag = VersionOf(row),
    };

    private static string? VersionOf(DbDataReader row) => Convert.ToString(row.GetValue(row.GetOrdinal("Version")), CultureInfo.InvariantCulture);
}
