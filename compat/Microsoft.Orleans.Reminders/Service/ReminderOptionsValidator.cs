using Microsoft.Extensions.Options;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orleans.Embedded;

internal sealed class ReminderOptionsValidator(IOptions<ReminderOptions> options) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        if (options.Value.MinimumReminderPeriod < TimeSpan.Zero)
            throw Fault(nameof(ReminderOptions.MinimumReminderPeriod), options.Value.MinimumReminderPeriod, "is not negative");
        if (options.Value.RefreshReminderListPeriod <= TimeSpan.Zero)
            throw Fault(nameof(ReminderOptions.RefreshReminderListPeriod), options.Value.RefreshReminderListPeriod, "is positive");
    }

    private static OrleansConfigurationException Fault(string property, TimeSpan value, string rule) =>
        new($"{nameof(ReminderOptions)}.{property} is {value}: it {rule}.");
}
