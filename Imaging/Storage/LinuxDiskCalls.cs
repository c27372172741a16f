using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Regional.Imaging.Storage;

/// <summary>fdatasync and directory fsync by P/Invoke. Every errno is a failure; EINTR alone is tried again.</summary>
internal sealed partial class LinuxDiskCalls : IDiskCalls
{
    private const int Eintr = 4;
    private const int Enoent = 2;
    private const int Eexist = 17;
    private const int Enospc = 28;
    private const int Edquot = 122;
    private const int OpenReadOnly = 0;
    private const int OpenCloseOnExec = 0x80000;

    public void SyncData(SafeFileHandle file, string path)
    {
        var added = false;
        try
        {
            file.DangerousAddRef(ref added);
            Retry("fdatasync", path, file.DangerousGetHandle(), static handle => FDataSync((int)handle));
        }
        finally
        {
            if (added) file.DangerousRelease();
        }
    }

    public void SyncDirectory(string path)
    {
        int descriptor;
        while ((descriptor = Open(path, OpenReadOnly | OpenCloseOnExec)) < 0)
            ThrowUnlessInterrupted("open directory", path);
        try
        {
            Retry("fsync directory", path, descriptor, static handle => FSync((int)handle));
        }
        finally
        {
            // A read-only directory descriptor: nothing can be lost by its close, and EINTR must not be repeated on Linux.
            _ = Close(descriptor);
        }
    }

    public StorageFault Classify(int errorCode) => errorCode switch
    {
        Enospc or Edquot => StorageFault.NoSpace,
        Enoent => StorageFault.NotFound,
        Eexist => StorageFault.AlreadyExists,
        _ => StorageFault.Device
    };

    private void Retry(string operation, string path, nint handle, Func<nint, int> call)
    {
        while (call(handle) != 0)
            ThrowUnlessInterrupted(operation, path);
    }

    private void ThrowUnlessInterrupted(string operation, string path)
    {
        var errno = Marshal.GetLastPInvokeError();
        if (errno != Eintr)
            throw new StorageException(operation, path, errno, Classify(errno));
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FDataSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
