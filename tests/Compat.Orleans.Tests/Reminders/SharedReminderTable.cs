using System.Collections.Concurrent;

namespace Regional.Compat.Orleans.Tests.Reminders;

/// <summary>A reminder table that outlives the silo that uses it: its rows belong to the test process.</summary>
public sealed class SharedReminderTable : IReminderTable
{
    private static readonly ConcurrentDictionary<(GrainId Grain, string Name), ReminderEntry> s_rows = new();
    private static long s_version;

    public Task<ReminderTableData> ReadRows(GrainId grainId) =>
        Task.FromResult(new ReminderTableData(s_rows.Values.Where(r => r.GrainId == grainId)));

    public Task<ReminderTableData> ReadRows(uint begin, uint end) => Task.FromResult(new ReminderTableData(s_rows.Values));

    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) =>
        Task.FromResult(s_rows.GetValueOrDefault((grainId, reminderName)));

    public Task<string?> UpsertRow(ReminderEntry entry)
    {
        var etag = Interlocked.Increment(ref s_version).ToString();
        s_rows[(entry.GrainId, entry.ReminderName)] = new ReminderEntry
        {
            GrainId = entry.GrainId,
            ReminderName = entry.ReminderName,
            StartAt = entry.StartAt,
            Period = entry.Period,
            ETag = etag,
        };
        return Task.FromResult<string?>(etag);
    }

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) =>
        Task.FromResult(s_rows.TryGetValue((grainId, reminderName), out var row) && row.ETag == eTag && s_rows.TryRemove((grainId, reminderName), out _));

    public Task TestOnlyClearTable()
    {
        s_rows.Clear();
        return Task.CompletedTask;
    }
}
