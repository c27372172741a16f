using Microsoft.Win32.SafeHandles;

namespace Regional.Imaging.Storage;

/// <summary>
/// The calls that the runtime does not offer faithfully: its flush ignores some errors and cannot sync a directory (design §5.3).
/// One implementation a platform, both behind this seam.
/// </summary>
internal interface IDiskCalls
{
    /// <summary>Bytes and length to stable storage.</summary>
    void SyncData(SafeFileHandle file, string path);

    /// <summary>The names in a directory to stable storage.</summary>
    void SyncDirectory(string path);

    /// <summary>What an error number of this platform means to storage.</summary>
    StorageFault Classify(int errorCode);
}

internal static class DiskCalls
{
    public static IDiskCalls ForThisMachine { get; } = OperatingSystem.IsWindows() ? new WindowsDiskCalls() : new LinuxDiskCalls();
}
