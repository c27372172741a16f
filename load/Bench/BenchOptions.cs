namespace Regional.Load.Bench;

/// <summary>What is measured, and where the product's executables are.</summary>
public sealed record BenchOptions
{
    /// <summary>Regional.Silo.dll.</summary>
    public required FileInfo Silo { get; init; }

    /// <summary>Regional.Edge.dll.</summary>
    public required FileInfo Edge { get; init; }

    /// <summary>cluster.yaml to start from; addresses and the data folder are replaced.</summary>
    public required FileInfo Cluster { get; init; }

    /// <summary>Where the region's data and the result go; emptied first.</summary>
    public required DirectoryInfo Out { get; init; }

    /// <summary>Images an ingest run. CT slices of 526 KB.</summary>
    public int Images { get; init; } = 400;

    /// <summary>Length of a frame run.</summary>
    public int FrameSeconds { get; init; } = 5;

    public string Password { get; init; } = "regional-demo";
}

/// <summary>One line of the result.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Ours">The figure with its unit.</param>
/// <param name="Beside">The peer's or the machine's figure.</param>
/// <param name="Ratio">Ours divided by the limit that applies; null where nothing stands beside it.</param>
/// <param name="Bar">The bar of the design, or empty.</param>
public sealed record BenchRow(string What, string Ours, string Beside, double? Ratio, string Bar);
