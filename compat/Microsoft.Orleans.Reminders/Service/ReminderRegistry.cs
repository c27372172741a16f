using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Timers;

namespace Orleans.Embedded;

/// <summary>Checks what grains ask of their reminders, and hands it on.</summary>
internal sealed class ReminderRegistry(IServiceProvider services, ReminderService service, IOptions<ReminderOptions> options) : IReminderRegistry
{
    public Task<IGrainReminder> RegisterOrUpdateReminder(GrainId callingGrainId, string reminderName, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.Zero);
        ArgumentException.ThrowIfNullOrEmpty(reminderName);
        if (period < options.Value.MinimumReminderPeriod)
        {
            throw new ArgumentException(
                $"The period {period} of reminder {reminderName} is shorter than the minimum {options.Value.MinimumReminderPeriod}.", nameof(period));
        }

        CheckAccess();
        return service.Register(callingGrainId, reminderName, dueTime, period);
    }

    public Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder)
    {
        ArgumentNullException.ThrowIfNull(reminder);
        CheckAccess();
        return service.Unregister(callingGrainId, reminder);
    }

    public Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName)
    {
        ArgumentException.ThrowIfNullOrEmpty(reminderName);
        CheckAccess();
        return service.Get(callingGrainId, reminderName);
    }

    public Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId)
    {
        CheckAccess();
        return service.GetAll(callingGrainId);
    }

    private void CheckAccess()
    {
        if (RuntimeContext.Current is null)
            throw new InvalidOperationException("Reminders can only be used as part of a turn of the grain.");
        if (services.GetService<IReminderTable>() is null)
            throw new OrleansConfigurationException("No reminder table was configured: call UseAdoNetReminderService or register an IReminderTable.");
    }
}
