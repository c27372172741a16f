using System.Collections.Concurrent;
using System.Threading.Channels;
using Regional.Compat.Orleans.Tests.Hosting;

namespace Regional.Compat.Orleans.Tests.Reminders;

[Alias("tests.IAlarmGrain")]
public interface IAlarmGrain : IGrainWithStringKey
{
    [Alias("Set")] Task Set(string name, TimeSpan due, TimeSpan period);

    [Alias("Unset")] Task Unset(string name);

    [Alias("Names")] Task<List<string>> Names();
}

[GrainType("alarm")]
public sealed class AlarmGrain : Grain, IAlarmGrain, IRemindable
{
    private static readonly ConcurrentDictionary<string, Channel<TickStatus>> s_ticks = new();

    public static async Task<TickStatus> NextTick(string key) =>
        await Ticks(key).Reader.ReadAsync().AsTask().WaitAsync(Gate.Patience);

    public static Channel<TickStatus> Ticks(string key) => s_ticks.GetOrAdd(key, _ => Channel.CreateUnbounded<TickStatus>());

    public Task ReceiveReminder(string reminderName, TickStatus status) =>
        Ticks($"{this.GetPrimaryKeyString()}/{reminderName}").Writer.WriteAsync(status).AsTask();

    public Task Set(string name, TimeSpan due, TimeSpan period) => this.RegisterOrUpdateReminder(name, due, period);

    public async Task Unset(string name)
    {
        if (await this.GetReminder(name) is { } reminder)
            await this.UnregisterReminder(reminder);
    }

    public async Task<List<string>> Names() => (await this.GetReminders()).Select(r => r.ReminderName).ToList();
}
