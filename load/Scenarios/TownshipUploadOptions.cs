using Regional.Load.Region;

namespace Regional.Load.Scenarios;

/// <summary>How hard the townships work.</summary>
public sealed record TownshipUploadOptions
{
    public required RegionMap Region { get; init; }

    /// <summary>Sites whose devices send.</summary>
    public IReadOnlyList<string> Sites { get; init; } = ["township-a", "township-b"];

    /// <summary>Virtual devices over all sites; each has its own AE title and patients.</summary>
    public int Modalities { get; init; } = 6;

    /// <summary>Arrivals over all devices; open model, so a slow region does not slow them down.</summary>
    public int StudiesPerMinute { get; init; } = 60;

    /// <summary>Slices of a CT, frames of a clip.</summary>
    public int Images { get; init; } = 24;

    /// <summary>Virtual readers who poll the list and claim.</summary>
    public int Readers { get; init; } = 4;

    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan WarmUp { get; init; } = TimeSpan.Zero;

    /// <summary>First seed; two runs against one region need different ones, or their UIDs are the same. Null: from the clock.</summary>
    public int? Seed { get; init; }

    public string Password { get; init; } = "regional-demo";

    public IReadOnlyList<string> ReaderAccounts { get; init; } = ["reader", "reader2", "senior"];

    public string ReportFolder { get; init; } = Path.Combine("artifacts", "load");
}
