using System.Buffers;

namespace Regional.Imaging.Packs;

/// <summary>Bounds on the memory that arriving instances may hold. Sizes are bytes.</summary>
public sealed record ReceiveBufferOptions
{
    /// <summary>Folder for arrivals too large for memory; emptied by the operating system when a file is closed.</summary>
    public required string SpoolDirectory { get; init; }

    /// <summary>All arrivals together. When it is used up, further ones go through the spool folder. Default 64 MiB.</summary>
    public long MemoryBytes { get; init; } = 64L << 20;

    /// <summary>An arrival above this goes to the spool folder. Default 16 MiB.</summary>
    public long SpoolAbove { get; init; } = 16L << 20;

    /// <summary>An arrival above this is refused. Default 8 GiB.</summary>
    public long MaxInstance { get; init; } = 8L << 30;
}

/// <summary>
/// Hands out buffers for arriving instances. The memory of all of them is bounded; what does not fit is spooled to disk, so that
/// many associations at once slow down instead of growing.
/// </summary>
public sealed class ReceiveBuffers
{
    internal const int SegmentSize = 64 * 1024;

    private long _inMemory;

    public ReceiveBuffers(ReceiveBufferOptions options)
    {
        Options = options;
        Directory.CreateDirectory(options.SpoolDirectory);
    }

    public ReceiveBufferOptions Options { get; }

    /// <summary>Bytes of memory held by buffers at this moment.</summary>
    public long InMemory => Interlocked.Read(ref _inMemory);

    public ArrivalStream Rent() => new(this);

    /// <summary>A segment, or null when the budget is used up.</summary>
    internal byte[]? TryRentSegment()
    {
        if (Interlocked.Add(ref _inMemory, SegmentSize) > Options.MemoryBytes)
        {
            Interlocked.Add(ref _inMemory, -SegmentSize);
            return null;
        }
        return ArrayPool<byte>.Shared.Rent(SegmentSize);
    }

    internal void ReturnSegment(byte[] segment)
    {
        ArrayPool<byte>.Shared.Return(segment);
        Interlocked.Add(ref _inMemory, -SegmentSize);
    }

    internal FileStream CreateSpoolFile() => new(
        Path.Combine(Options.SpoolDirectory, Guid.NewGuid().ToString("N") + ".spool"),
        new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
            Options = FileOptions.DeleteOnClose
        });
}

/// <summary>An arriving instance is larger than the configured maximum.</summary>
public sealed class InstanceTooLargeException(long limit) : IOException($"The instance is larger than {limit} bytes.");
