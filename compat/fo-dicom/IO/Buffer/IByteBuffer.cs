namespace FellowOakDicom.IO.Buffer;

/// <summary>Bytes of a value field, in memory or where they were found.</summary>
public interface IByteBuffer
{
    bool IsMemory { get; }

    long Size { get; }

    /// <summary>All bytes; read anew on each call when <see cref="IsMemory"/> is false.</summary>
    byte[] Data { get; }

    /// <summary>Copies <paramref name="count"/> bytes from <paramref name="offset"/> to the start of <paramref name="output"/>.</summary>
    void GetByteRange(long offset, int count, byte[] output);

    void CopyToStream(Stream stream);

    Task CopyToStreamAsync(Stream stream, CancellationToken cancellationToken);
}

/// <summary>A value that lives elsewhere, known by its URI (PS3.18 annex F.2.2).</summary>
public interface IBulkDataUriByteBuffer : IByteBuffer
{
    string BulkDataUri { get; }
}
