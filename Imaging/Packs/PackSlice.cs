namespace Regional.Imaging.Packs;

/// <summary>The data bytes of one record, read straight from its pack. Dispose it; while it lives the pack file stays open.</summary>
public sealed class PackSlice : IDisposable
{
    private readonly PackCatalog.SharedHandle _handle;
    private readonly long _start;
    private bool _disposed;

    internal PackSlice(PackCatalog.SharedHandle handle, RecordAddress address)
    {
        _handle = handle;
        _start = address.DataOffset;
        Length = address.DataLength;
    }

    /// <summary>Bytes of data.</summary>
    public long Length { get; }

    /// <summary>Reads data bytes from <paramref name="offset"/> (0 = first data byte); less than asked only at the end. Safe for concurrent callers.</summary>
    public int Read(long offset, Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (offset < 0 || offset >= Length) return 0;
        return _handle.File.Read(_start + offset, buffer[..(int)Math.Min(buffer.Length, Length - offset)]);
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _handle.Dispose();
    }
}
