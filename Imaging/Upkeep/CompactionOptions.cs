using Regional.Imaging.Packs;

namespace Regional.Imaging.Upkeep;

/// <summary>When and how packs are compacted.</summary>
public sealed record CompactionOptions
{
    /// <summary>A pack is rewritten when at least this share of it is dead. 0: as soon as anything is. Default 0.3.</summary>
    public double DeadShare { get; init; } = 0.3;

    /// <summary>Neighbours smaller than this share of the pack size are merged. Default a quarter.</summary>
    public double SmallShare { get; init; } = 0.25;

    /// <summary>Bytes copied a second at most; 0: as fast as it goes. Default 32 MiB.</summary>
    public long BytesPerSecond { get; init; } = 32L << 20;
}

/// <summary>What else reads the packs by address or follows them, beside the index.</summary>
/// <param name="From">The follower has durably taken over everything before this.</param>
/// <param name="Packs">Packs that hold records which somebody names by their address.</param>
public sealed record PacksInUse(PackPosition From, IReadOnlySet<long> Packs);

/// <param name="PacksBefore">Packs rewritten.</param>
/// <param name="PacksAfter">Packs they became.</param>
/// <param name="BytesGivenBack">Of the old packs, less those of the new ones.</param>
/// <param name="Abandoned">Groups of packs that stay as they are for now: damage was met, or a step failed.</param>
public sealed record CompactionReport(int PacksBefore, int PacksAfter, long BytesGivenBack, int Abandoned)
{
    public static CompactionReport Nothing { get; } = new(0, 0, 0, 0);
}
