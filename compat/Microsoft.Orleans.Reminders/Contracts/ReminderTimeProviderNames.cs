namespace Orleans.Reminders;

/// <summary>Key under which reminders can be given a clock of their own.</summary>
public static class ReminderTimeProviderNames
{
    public const string Reminders = "Orleans.Reminders";
}
