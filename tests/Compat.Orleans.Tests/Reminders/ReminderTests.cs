using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Reminders;
using Orleans.TestingHost;
using Regional.Compat.Orleans.Tests.Hosting;
using Regional.TestKit;

namespace Regional.Compat.Orleans.Tests.Reminders;

/// <summary>Reminders wake grains at their times, also after the silo was restarted.</summary>
public sealed class ReminderTests : IAsyncLifetime
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static readonly ManualTimeProvider s_clock = new();

    private readonly string _key = ClusterFixture.NewKey();
    private TestCluster _cluster = null!;

    private IAlarmGrain Grain => _cluster.GrainFactory.GetGrain<IAlarmGrain>(_key);

    public async Task InitializeAsync() =>
        _cluster = await Cluster.Start(builder => builder.AddSiloBuilderConfigurator<ManualClock>());

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_reminder_ticks_at_its_time_and_again_after_each_period()
    {
        var start = s_clock.GetUtcNow().UtcDateTime;
        await Grain.Set("ring", s_minute, TimeSpan.FromMinutes(2));

        s_clock.Advance(s_minute);
        var first = await AlarmGrain.NextTick($"{_key}/ring");
        first.FirstTickTime.ShouldBe(start + s_minute);
        first.Period.ShouldBe(TimeSpan.FromMinutes(2));

        await s_clock.WhenTimerArmedAsync(TimeSpan.FromMinutes(2));
        s_clock.Advance(TimeSpan.FromMinutes(2));
        (await AlarmGrain.NextTick($"{_key}/ring")).CurrentTickTime.ShouldBe(start + TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task A_reminder_survives_the_silo()
    {
        await Grain.Set("ring", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5));
        await _cluster.RestartSiloAsync(_cluster.Primary!);

        (await Grain.Names()).ShouldBe(["ring"]);
        s_clock.Advance(TimeSpan.FromMinutes(5));
        await AlarmGrain.NextTick($"{_key}/ring");
    }

    [Fact]
    public async Task Ticks_missed_while_the_silo_was_down_are_not_made_up()
    {
        var start = s_clock.GetUtcNow().UtcDateTime;
        await Grain.Set("ring", s_minute, TimeSpan.FromMinutes(10));
        await _cluster.StopSiloAsync(_cluster.Primary!);
        s_clock.Advance(TimeSpan.FromMinutes(35));
        await _cluster.StartAdditionalSiloAsync();

        AlarmGrain.Ticks($"{_key}/ring").Reader.Count.ShouldBe(0);
        s_clock.Advance(TimeSpan.FromMinutes(6));
        (await AlarmGrain.NextTick($"{_key}/ring")).CurrentTickTime.ShouldBe(start + TimeSpan.FromMinutes(41));
    }

    [Fact]
    public async Task A_reminder_taken_back_does_not_tick()
    {
        await Grain.Set("ring", s_minute, s_minute);
        await Grain.Set("other", s_minute, s_minute);
        await Grain.Unset("ring");

        s_clock.Advance(s_minute);

        await AlarmGrain.NextTick($"{_key}/other");
        AlarmGrain.Ticks($"{_key}/ring").Reader.Count.ShouldBe(0);
        (await Grain.Names()).ShouldBe(["other"]);
    }

    [Fact]
    public async Task A_period_under_a_minute_is_refused()
    {
        await Should.ThrowAsync<ArgumentException>(() => Grain.Set("ring", s_minute, TimeSpan.FromSeconds(59)));
    }

    private sealed class ManualClock : IHostConfigurator
    {
        public void Configure(IHostBuilder hostBuilder) => hostBuilder.ConfigureServices(services =>
        {
            services.AddKeyedSingleton<TimeProvider>(ReminderTimeProviderNames.Reminders, s_clock);
            services.AddSingleton<IReminderTable, SharedReminderTable>();
        });
    }
}
