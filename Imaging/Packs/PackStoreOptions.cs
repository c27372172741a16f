namespace Regional.Imaging.Packs;

/// <summary>How a pack store works. Sizes are bytes.</summary>
public sealed record PackStoreOptions
{
    /// <summary>Folder of the packs; made when missing. The store owns everything in it.</summary>
    public required string Directory { get; init; }

    /// <summary>A pack that has reached this size is sealed and another begun. Default 1 GiB.</summary>
    public long PackSize { get; init; } = 1L << 30;

    /// <summary>Below this much free space nothing is taken. Default 1 GiB.</summary>
    public long FreeSpaceWatermark { get; init; } = 1L << 30;

    /// <summary>Records handed over and not yet synced, at most; further producers wait. Default 256.</summary>
    public int QueuedRecords { get; init; } = 256;

    /// <summary>Bytes that one sync may cover; more waits for the next group. Default 32 MiB.</summary>
    public long GroupBytes { get; init; } = 32L << 20;

    /// <summary>
    /// A producer that finds nobody writing writes and syncs its record itself, on its own thread: two changes of thread fewer an image. For
    /// producers that each wait for their own record, as associations do; one that keeps many under way would wait in the middle of them.
    /// Default no.
    /// </summary>
    public bool ProducerWrites { get; init; }

    /// <summary>After this long without work a checkpoint record proves the last group synced. Default 2 s; null turns it off.</summary>
    public TimeSpan? IdleCheckpoint { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Every rule that the values break, as "name value rule"; empty when the options can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [];
        if (string.IsNullOrWhiteSpace(Directory)) errors.Add("Directory is empty: a folder is needed");
        if (PackSize is < 4096 or > 1L << 40) errors.Add($"PackSize {PackSize}: must be between 4 KiB and 1 TiB");
        if (FreeSpaceWatermark < 0) errors.Add($"FreeSpaceWatermark {FreeSpaceWatermark}: must not be negative");
        if (QueuedRecords is < 1 or > 65536) errors.Add($"QueuedRecords {QueuedRecords}: must be between 1 and 65536");
        if (GroupBytes < 1) errors.Add($"GroupBytes {GroupBytes}: must be positive");
        if (IdleCheckpoint <= TimeSpan.Zero) errors.Add($"IdleCheckpoint {IdleCheckpoint}: must be positive or null");
        return errors;
    }
}
