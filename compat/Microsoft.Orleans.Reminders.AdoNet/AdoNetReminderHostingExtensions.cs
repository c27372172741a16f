using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Embedded;

namespace Orleans.Hosting;

/// <summary>Keeps reminders in a database.</summary>
public static class AdoNetReminderHostingExtensions
{
    public static ISiloBuilder UseAdoNetReminderService(this ISiloBuilder builder, Action<AdoNetReminderTableOptions> configureOptions) =>
        builder.UseAdoNetReminderService(options => options.Configure(configureOptions));

    public static ISiloBuilder UseAdoNetReminderService(
        this ISiloBuilder builder, Action<OptionsBuilder<AdoNetReminderTableOptions>> configureOptions)
    {
        builder.Services.AddReminders();
        builder.Services.AddSingleton<IReminderTable, AdoNetReminderTable>();
        builder.Services.AddSingleton<IConfigurationValidator, AdoNetReminderTableOptionsValidator>();
        configureOptions(builder.Services.AddOptions<AdoNetReminderTableOptions>());
        return builder;
    }
}
