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

    /// <summary>A read-only, seekable view; disposing it does not dispose the slice.</summary>
    public Stream AsStream() => new SliceStream(this);

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _handle.Dispose();
    }

    private sealed class SliceStream(PackSlice slice) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => slice.Length;

        public override long Position
        {
            get => _position;
            set
            {
                ArgumentOutOfRangeException.ThrowIfNegative(value);
                _position = value;
            }
        }

        public override int Read(Span<byte> buffer)
        {
            var read = slice.Read(_position, buffer);
            _position += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => slice.Length + offset
        };

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }
    }
}
