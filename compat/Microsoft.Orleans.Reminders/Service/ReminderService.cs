using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using Orleans.Reminders;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// Wakes grains as the table of reminders says. The table is the truth: it is read at start and again every
/// <see cref="ReminderOptions.RefreshReminderListPeriod"/>. Ticks missed while the silo was down are not made up; the next one comes at
/// its own time.
/// </summary>
internal sealed class ReminderService : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly Dictionary<(GrainId Grain, string Name), ScheduledReminder> _scheduled = [];
    private readonly IServiceProvider _services;
    private readonly IGrainFactory _grains;
    private readonly ReminderOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<ReminderService> _logger;
    private ITimer? _refresh;
    private bool _running;

    public ReminderService(
        IServiceProvider services,
        IGrainFactory grains,
        IOptions<ReminderOptions> options,
        [FromKeyedServices(ReminderTimeProviderNames.Reminders)] TimeProvider clock,
        ILogger<ReminderService> logger)
    {
        _services = services;
        _grains = grains;
        _options = options.Value;
        _clock = clock;
        _logger = logger;
    }

    // Asked for late: a silo may have reminders added and no table, as long as no grain uses them.
    private IReminderTable? Table => _services.GetService<IReminderTable>();

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(nameof(ReminderService), ServiceLifecycleStage.RuntimeGrainServices, StartTable, StopTable);
        lifecycle.Subscribe(nameof(ReminderService), ServiceLifecycleStage.Active, Start, Stop);
    }

    public async Task<IGrainReminder> Register(GrainId grain, string name, TimeSpan dueTime, TimeSpan period)
    {
        var entry = new ReminderEntry
        {
            GrainId = grain,
            ReminderName = name,
            StartAt = _clock.GetUtcNow().UtcDateTime + dueTime,
            Period = period,
        };
        entry.ETag = await Table!.UpsertRow(entry)
            ?? throw new ReminderException($"Reminder {name} of {grain} was written by somebody else; try again.");
        Schedule(entry);
        return new GrainReminder(name, entry.ETag);
    }

    public async Task Unregister(GrainId grain, IGrainReminder reminder)
    {
        if (reminder is not GrainReminder { ETag: var etag })
            throw new ArgumentException("The reminder was not given out by this engine.", nameof(reminder));
        if (!await Table!.RemoveRow(grain, reminder.ReminderName, etag) && await Table.ReadRow(grain, reminder.ReminderName) is not null)
            throw new ReminderException($"Reminder {reminder.ReminderName} of {grain} was written by somebody else; try again.");
        Unschedule((grain, reminder.ReminderName));
    }

    public async Task<IGrainReminder?> Get(GrainId grain, string name) =>
        await Table!.ReadRow(grain, name) is { } entry ? new GrainReminder(entry.ReminderName, entry.ETag!) : null;

    public async Task<List<IGrainReminder>> GetAll(GrainId grain) =>
        (await Table!.ReadRows(grain)).Reminders.Select(IGrainReminder (e) => new GrainReminder(e.ReminderName, e.ETag!)).ToList();

    public void Dispose()
    {
        _refresh?.Dispose();
        lock (_scheduled)
        {
            foreach (var reminder in _scheduled.Values)
                reminder.Dispose();
            _scheduled.Clear();
            _running = false;
        }
    }

    private async Task StartTable(CancellationToken cancellationToken)
    {
        if (Table is not { } table)
            return;

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_options.InitializationTimeout);
        await table.StartAsync(timeout.Token).WaitAsync(timeout.Token);
    }

    private Task StopTable(CancellationToken cancellationToken) => Table?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    private async Task Start(CancellationToken cancellationToken)
    {
        if (Table is null)
            return;

        lock (_scheduled)
            _running = true;
        await Refresh();
        var period = _options.RefreshReminderListPeriod;
        _refresh = _clock.CreateTimer(static self => _ = ((ReminderService)self!).RefreshSafely(), this, period, period);
    }

    private Task Stop(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    private async Task RefreshSafely()
    {
        try
        {
            await Refresh();
        }
        catch (Exception exception)
        {
            _logger.LogError(exception, "The reminders could not be read; those known go on.");
        }
    }

    private async Task Refresh()
    {
        List<(GrainId Grain, string Name)> knownBefore;
        lock (_scheduled)
            knownBefore = [.. _scheduled.Keys];

        var stored = (await Table!.ReadRows(0, 0)).Reminders;
        foreach (var entry in stored)
            Schedule(entry);

        // One registered since the reading began is not in it: only those known before may be missed.
        foreach (var key in knownBefore.Except(stored.Select(e => (e.GrainId, e.ReminderName))))
            Unschedule(key);
    }

    private void Schedule(ReminderEntry entry)
    {
        lock (_scheduled)
        {
            var key = (entry.GrainId, entry.ReminderName);
            if (!_running || (_scheduled.TryGetValue(key, out var known) && known.Entry.ETag == entry.ETag))
                return;

            known?.Dispose();
            _scheduled[key] = new ScheduledReminder(entry, _clock, Deliver);
        }
    }

    private void Unschedule((GrainId Grain, string Name) key)
    {
        lock (_scheduled)
        {
            if (_scheduled.Remove(key, out var known))
                known.Dispose();
        }
    }

    private async Task Deliver(ReminderEntry entry)
    {
        try
        {
            var status = new TickStatus(entry.StartAt, entry.Period, _clock.GetUtcNow().UtcDateTime);
            await _grains.GetGrain<IRemindable>(entry.GrainId).ReceiveReminder(entry.ReminderName, status);
        }
        catch (Exception exception)
        {
            _logger.LogError(exception, "Reminder {Reminder} of {Grain} could not be delivered.", entry.ReminderName, entry.GrainId);
        }
    }

    private sealed record GrainReminder(string ReminderName, string ETag) : IGrainReminder;
}
