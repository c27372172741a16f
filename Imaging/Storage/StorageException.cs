namespace Regional.Imaging.Storage;

/// <summary>What kind of refusal the operating system gave.</summary>
public enum StorageFault
{
    /// <summary>No space or quota left: passes when space is freed.</summary>
    NoSpace,

    /// <summary>The device or file system reported an error (EIO and everything not named here).</summary>
    Device,

    /// <summary>No file of that name.</summary>
    NotFound,

    /// <summary>A file of that name exists.</summary>
    AlreadyExists
}

/// <summary>
/// An operation of <see cref="IFileLayer"/> that failed. The message carries the operation, the file's own name and the error number,
/// never a patient's value (file names here are pack numbers).
/// </summary>
public sealed class StorageException : IOException
{
    public StorageException(string operation, string path, int errorCode, StorageFault fault, Exception? inner = null)
        : base($"{operation} of {Path.GetFileName(path)} failed: {fault}, error {errorCode}", inner)
    {
        Operation = operation;
        ErrorCode = errorCode;
        Fault = fault;
    }

    public string Operation { get; }

    /// <summary>errno on Linux, GetLastError on Windows.</summary>
    public int ErrorCode { get; }

    public StorageFault Fault { get; }

    /// <summary>True when the same operation may work later without anybody replacing a disk.</summary>
    public bool IsTransient => Fault == StorageFault.NoSpace;
}
