namespace Regional.Edge.Link;

/// <summary>How the edge speaks to the centre. Sizes are bytes.</summary>
internal sealed record UplinkOptions
{
    public required string Site { get; init; }

    public required Uri Centre { get; init; }

    /// <summary>Sent and not yet acknowledged, at most; the centre's Welcome may lower it. Default 32 MiB.</summary>
    public long WindowBytes { get; init; } = 32L << 20;

    /// <summary>Instances under way, at most. Default 128.</summary>
    public int WindowInstances { get; init; } = 128;

    /// <summary>Bytes in one message. Default 64 KiB: larger byte fields would go to the large-object heap.</summary>
    public int ChunkBytes { get; init; } = 64 << 10;

    /// <summary>First pause after a lost link; doubles up to <see cref="LongestPause"/>. Default 250 ms.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Default 5 s.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Telemetry interval until the centre says otherwise. Default 2 s.</summary>
    public TimeSpan StatusInterval { get; init; } = TimeSpan.FromSeconds(2);
}
