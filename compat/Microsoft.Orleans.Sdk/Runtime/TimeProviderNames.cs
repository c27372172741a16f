namespace Orleans.Runtime;

/// <summary>Keys under which a clock of its own can be registered for a part of the engine; without one, the unkeyed clock is used.</summary>
public static class TimeProviderNames
{
    public const string ActivationManagement = "Orleans.ActivationManagement";
    public const string GrainDirectory = "Orleans.GrainDirectory";
    public const string Grains = "Orleans.Grains";
    public const string Membership = "Orleans.Membership";
    public const string Messaging = "Orleans.Messaging";
    public const string SystemTimers = "Orleans.SystemTimers";
}
