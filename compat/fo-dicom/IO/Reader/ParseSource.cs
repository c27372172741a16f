using System.Buffers;
using System.Buffers.Binary;
using FellowOakDicom.IO.Buffer;

namespace FellowOakDicom.IO.Reader;

/// <summary>
/// Buffered bytes of a stream with a position. Allocates for a value only what is known to be there:
/// of seekable streams the rest is known, of others memory grows with the bytes that arrive.
/// </summary>
internal sealed class ParseSource : IDisposable
{
    private const int BufferSize = 1 << 16;
    private const int GrowthStep = 1 << 20;

    private readonly Stream _stream;
    private readonly IFileReference _file;
    private readonly FileReadOption _option;
    private readonly int _largeObjectSize;
    private readonly long _origin;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _start;
    private int _end;
    private long _bufferPosition;

    public ParseSource(Stream stream, IFileReference file, FileReadOption option, int largeObjectSize)
    {
        _stream = stream;
        _file = file;
        _largeObjectSize = largeObjectSize <= 0 ? 64 * 1024 : largeObjectSize;
        _option = option == FileReadOption.Default ? FileReadOption.ReadLargeOnDemand : option;
        if (!stream.CanSeek)
        {
            if (_option == FileReadOption.ReadLargeOnDemand) _option = FileReadOption.ReadAll;
            return;
        }

        _origin = stream.Position;
        Length = stream.Length - _origin;
    }

    /// <summary>Bytes from the origin on, when the stream tells.</summary>
    public long? Length { get; }

    public long Position => _bufferPosition + _start;

    public bool BigEndian { get; set; }

    public FileReadOption Option => _option;

    /// <summary>Whether so many bytes can still be read, as far as is known without reading them.</summary>
    public bool MayHold(long count) => Length is not { } length || count <= length - Position;

    /// <summary>Makes <paramref name="count"/> bytes (at most the buffer) available to <see cref="Peek"/>.</summary>
    public bool TryEnsure(int count)
    {
        if (_end - _start >= count) return true;

        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _bufferPosition += _start;
        _end -= _start;
        _start = 0;
        while (_end < count)
        {
            var read = _stream.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0) return false;
            _end += read;
        }

        return true;
    }

    public ReadOnlySpan<byte> Peek(int count) => _buffer.AsSpan(_start, count);

    public void Advance(int count) => _start += count;

    public ushort PeekUInt16(int offset = 0) => BigEndian
        ? BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(_start + offset))
        : BinaryPrimitives.ReadUInt16LittleEndian(_buffer.AsSpan(_start + offset));

    public uint PeekUInt32(int offset = 0) => BigEndian
        ? BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start + offset))
        : BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(_start + offset));

    /// <summary>Takes a value field: false when bytes are missing; a null buffer when it is large and large values are skipped.</summary>
    public bool TryTake(uint length, out IByteBuffer value)
    {
        value = EmptyBuffer.Value;
        if (length == 0) return true;
        if (!MayHold(length)) return false;

        if (length >= _largeObjectSize && _option == FileReadOption.SkipLargeTags)
        {
            value = null;
            return TrySkip(length);
        }

        if (length >= _largeObjectSize && _option == FileReadOption.ReadLargeOnDemand)
        {
            var position = _origin + Position;
            value = _file is null ? new StreamByteBuffer(_stream, position, length) : new FileByteBuffer(_file, position, length);
            return TrySkip(length);
        }

        var bytes = Length is null ? ReadGrowing(length) : ReadKnown(length);
        if (bytes is null) return false;
        value = new MemoryByteBuffer(bytes);
        return true;
    }

    /// <summary>What is left, as a stream: the buffered bytes, then the rest.</summary>
    public Stream Remainder()
    {
        if (!_stream.CanSeek) return new PrefixedStream(_buffer.AsSpan(_start, _end - _start).ToArray(), _stream);
        _stream.Position = _origin + Position;
        return _stream;
    }

    /// <summary>Leaves a seekable stream where parsing ended.</summary>
    public void Dispose()
    {
        if (_buffer is null) return;
        if (_stream.CanSeek && _file is null) _stream.Position = _origin + Position;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
    }

    private static DicomReaderException TooLarge(uint length) => new($"A value of {length} bytes does not fit in memory");

    private byte[] ReadKnown(uint length)
    {
        if (length > Array.MaxLength) throw TooLarge(length);
        var bytes = new byte[length];
        return TryRead(bytes) ? bytes : null;
    }

    private byte[] ReadGrowing(uint length)
    {
        var bytes = new byte[Math.Min(length, GrowthStep)];
        var filled = 0;
        while (true)
        {
            if (!TryRead(bytes.AsSpan(filled))) return null;
            filled = bytes.Length;
            if (filled == length) return bytes;
            if (filled == Array.MaxLength) throw TooLarge(length);
            Array.Resize(ref bytes, (int)Math.Min(Math.Min(length, Array.MaxLength), 2L * filled));
        }
    }

    private bool TryRead(Span<byte> target)
    {
        var buffered = Math.Min(target.Length, _end - _start);
        _buffer.AsSpan(_start, buffered).CopyTo(target);
        _start += buffered;
        target = target[buffered..];
        if (target.IsEmpty) return true;

        var read = _stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
        _bufferPosition += read;
        return read == target.Length;
    }

    private bool TrySkip(long count)
    {
        var buffered = (int)Math.Min(count, _end - _start);
        _start += buffered;
        count -= buffered;
        if (count == 0) return true;

        if (_stream.CanSeek)
        {
            _bufferPosition += count;
            _stream.Position = _origin + Position;
            return true;
        }

        while (count > 0)
        {
            var read = _stream.Read(_buffer, 0, (int)Math.Min(count, _buffer.Length));
            if (read == 0) return false;
            _bufferPosition += read;
            count -= read;
        }

        return true;
    }
}

/// <summary>Bytes taken too early from a stream, then the stream.</summary>
internal sealed class PrefixedStream : Stream
{
    private readonly Stream _rest;
    private ReadOnlyMemory<byte> _prefix;

    public PrefixedStream(ReadOnlyMemory<byte> prefix, Stream rest)
    {
        _prefix = prefix;
        _rest = rest;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_prefix.IsEmpty) return _rest.Read(buffer);
        var count = Math.Min(buffer.Length, _prefix.Length);
        _prefix.Span[..count].CopyTo(buffer);
        _prefix = _prefix[count..];
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>Refuses to inflate beyond a bound: a few kilobytes of deflated zeros make gigabytes.</summary>
internal sealed class BoundedInflateStream : Stream
{
    private readonly System.IO.Compression.DeflateStream _inner;
    private readonly long _bound;
    private long _total;

    public BoundedInflateStream(Stream compressed, long bound)
    {
        _inner = new System.IO.Compression.DeflateStream(compressed, System.IO.Compression.CompressionMode.Decompress, leaveOpen: true);
        _bound = bound;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = _inner.Read(buffer);
        _total += read;
        return _total <= _bound ? read : throw new DicomReaderException($"A deflated data set inflates to more than {_bound} bytes");
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _inner.Dispose();
        base.Dispose(disposing);
    }
}
