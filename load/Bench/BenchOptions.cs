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

    /// <summary>One repeat instead of five, and short runs: shows that everything works, measures little.</summary>
    public bool Short { get; init; }

    /// <summary>
    /// This process stands in a network namespace of its own, whose loopback it may shape: only the rows over a line of 200 Mbit/s and 20 ms there
    /// and back are measured.
    /// </summary>
    public bool ShapedLine { get; init; }

    /// <summary>How often each comparison goes there and back.</summary>
    public int Repeats => Short ? 1 : 5;

    /// <summary>Length of a frame run.</summary>
    public int FrameSeconds => Short ? 2 : 5;

    public string Password { get; init; } = "regional-demo";
}
