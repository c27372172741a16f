using Microsoft.Extensions.Options;
using Orleans.Embedded;
using Orleans.Runtime;

namespace Orleans.Configuration;

/// <summary>Where reminders are kept.</summary>
public class AdoNetReminderTableOptions
{
    /// <summary>The driver: <c>Npgsql</c>. Orleans has no reminder table for SQLite: register an <see cref="IReminderTable"/> instead.</summary>
    public string Invariant { get; set; } = null!;

    [Redact]
    public string? ConnectionString { get; set; }
}

/// <summary>Checks <see cref="AdoNetReminderTableOptions"/>.</summary>
public class AdoNetReminderTableOptionsValidator(IOptions<AdoNetReminderTableOptions> options) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        var fault = RelationalStorage.Fault(options.Value.Invariant, options.Value.ConnectionString)
            ?? (options.Value.Invariant == "Npgsql" ? null : "Orleans has reminder tables for servers only, not for SQLite");
        if (fault is not null)
            throw new OrleansConfigurationException($"{nameof(AdoNetReminderTableOptions)}: {fault}.");
    }
}
