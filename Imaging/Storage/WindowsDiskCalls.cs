using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Regional.Imaging.Storage;

/// <summary>FlushFileBuffers on files and, through a backup-semantics handle, on directories.</summary>
internal sealed partial class WindowsDiskCalls : IDiskCalls
{
    private const int ErrorFileNotFound = 2;
    private const int ErrorPathNotFound = 3;
    private const int ErrorHandleDiskFull = 39;
    private const int ErrorFileExists = 80;
    private const int ErrorDiskFull = 112;
    private const int ErrorAlreadyExists = 183;
    private const int ErrorDiskQuotaExceeded = 1295;
    private const uint GenericWrite = 0x40000000;
    private const uint ShareAll = 0x7;
    private const uint OpenExisting = 3;
    private const uint BackupSemantics = 0x02000000;

    public void SyncData(SafeFileHandle file, string path)
    {
        if (!FlushFileBuffers(file))
            Throw("FlushFileBuffers", path);
    }

    public void SyncDirectory(string path)
    {
        using var directory = CreateFile(path, GenericWrite, ShareAll, 0, OpenExisting, BackupSemantics, 0);
        if (directory.IsInvalid)
            Throw("open directory", path);
        if (!FlushFileBuffers(directory))
            Throw("FlushFileBuffers directory", path);
    }

    public StorageFault Classify(int errorCode) => errorCode switch
    {
        ErrorDiskFull or ErrorHandleDiskFull or ErrorDiskQuotaExceeded => StorageFault.NoSpace,
        ErrorFileNotFound or ErrorPathNotFound => StorageFault.NotFound,
        ErrorFileExists or ErrorAlreadyExists => StorageFault.AlreadyExists,
        _ => StorageFault.Device
    };

    private void Throw(string operation, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        throw new StorageException(operation, path, error, Classify(error));
    }

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool FlushFileBuffers(SafeFileHandle file);

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial SafeFileHandle CreateFile(
        string name, uint access, uint share, nint security, uint disposition, uint flags, nint template);
}
