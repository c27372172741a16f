namespace Regional.Imaging.DicomWeb.Store;

/// <summary>Values of Failure Reason (0008,1197) as PS3.18 table I.2-2 has them; each is also a C-STORE status (PS3.4 table B.2-1).</summary>
internal static class FailureReason
{
    /// <summary>Out of resources: nothing was kept, the sender tries again.</summary>
    public const int OutOfResources = 0xA700;

    /// <summary>File meta information and data set name different objects.</summary>
    public const int DoesNotMatch = 0xA900;

    /// <summary>The instance is of another study than the address names.</summary>
    public const int OtherStudy = 0xA901;

    /// <summary>Not a DICOM file, or a data set that cannot be walked or does not say which object it is.</summary>
    public const int CannotUnderstand = 0xC000;

    /// <summary>Larger than is taken here.</summary>
    public const int TooLarge = 0xC001;

    /// <summary>Not an object that can be stored.</summary>
    public const int ClassNotSupported = 0x0122;

    /// <summary>The media type of the part is not application/dicom.</summary>
    public const int PartNotSupported = 0xC002;
}

/// <summary>What became of one part.</summary>
/// <param name="Failure">A <see cref="FailureReason"/>; null when the instance is durable.</param>
/// <param name="IsServed">False: durable in quarantine, so no address shows these bytes.</param>
internal sealed record PartOutcome(string SopClassUid, string SopInstanceUid, string StudyUid, string SeriesUid, int? Failure, bool IsServed = false)
{
    /// <summary>The part does not even say which instance it is.</summary>
    public static PartOutcome Unnamed(int failure) => new("", "", "", "", failure);
}
