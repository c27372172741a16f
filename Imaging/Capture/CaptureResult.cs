namespace Regional.Imaging.Capture;

/// <summary>What a file is, by its first bytes; names and endings are never believed.</summary>
public enum CaptureKind
{
    Jpeg = 1,
    Png,
    Bmp,
    Pdf,
    Mp4,
}

/// <summary>What came of a file.</summary>
public abstract record CaptureResult
{
    private CaptureResult()
    {
    }

    /// <summary>The target holds the data set, without file meta information.</summary>
    public sealed record Converted(
        CaptureKind Kind, string StudyUid, string SeriesUid, string SopInstanceUid, string SopClassUid, string TransferSyntaxUid, string Modality) : CaptureResult;

    /// <summary>What stands in the target is of no use.</summary>
    /// <param name="Rule">One of <see cref="CaptureRule"/>.</param>
    public sealed record Refused(string Rule) : CaptureResult;
}

/// <summary>Bounds of what is converted. Sizes are bytes.</summary>
public sealed record CaptureLimits
{
    public static CaptureLimits Default { get; } = new();

    /// <summary>A picture's file. Default 64 MiB.</summary>
    public long MaxPicture { get; init; } = 64L << 20;

    /// <summary>Default 64 MiB.</summary>
    public long MaxDocument { get; init; } = 64L << 20;

    /// <summary>Default 1 GiB; one fragment cannot hold more than 4 GiB (PS3.5 §A.4).</summary>
    public long MaxVideo { get; init; } = 1L << 30;

    /// <summary>Width × height of a picture that is unpacked. Default 32 million.</summary>
    public long MaxPixels { get; init; } = 32_000_000;
}
