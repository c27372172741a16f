using System.Security.Cryptography;
using Regional.Imaging.Storage;

namespace Regional.Imaging.Packs;

/// <summary>
/// The bytes of one arriving instance: written once from the wire, hashed as they come, read back by a parser if one wants to look, and
/// handed to <see cref="PackStore"/> whole. A prefix (the file meta information that a network library writes first) can be set
/// apart with <see cref="BeginDataSet"/>: it can be read back but is neither hashed nor stored. Not thread safe.
/// Writing throws <see cref="StorageException"/> when the spool folder's disk refuses and <see cref="InstanceTooLargeException"/> above the bound.
/// </summary>
public sealed class ArrivalStream : Stream
{
    private readonly ReceiveBuffers _owner;
    private readonly List<byte[]> _segments = [];
    private readonly IncrementalHash _sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private FileStream? _spool;
    private long _length;
    private long _position;
    private long _dataStart;
    private ContentHash? _hash;
    private bool _disposed;

    internal ArrivalStream(ReceiveBuffers owner) => _owner = owner;

    public override bool CanRead => !_disposed;

    public override bool CanSeek => !_disposed;

    public override bool CanWrite => !_disposed && _hash is null;

    /// <summary>Prefix and data set.</summary>
    public override long Length => _length;

    /// <summary>Where the next read begins. Writing always appends.</summary>
    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    /// <summary>Bytes of the data set.</summary>
    public long DataLength => _length - _dataStart;

    /// <summary>True once the bytes went to the spool folder.</summary>
    public bool IsSpooled => _spool is not null;

    /// <summary>What was written so far is a prefix; the data set begins here.</summary>
    public void BeginDataSet()
    {
        if (_hash is not null) throw new InvalidOperationException("The instance is complete.");
        _dataStart = _length;
        _sha.GetHashAndReset();
    }

    /// <summary>Ends writing; may be called again for the same value.</summary>
    public ContentHash Complete()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_hash is { } known) return known;
        Span<byte> hash = stackalloc byte[ContentHash.Size];
        _sha.GetHashAndReset(hash);
        var value = new ContentHash(hash);
        _hash = value;
        return value;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_hash is not null) throw new InvalidOperationException("The instance is complete.");
        if (_length + buffer.Length > _owner.Options.MaxInstance) throw new InstanceTooLargeException(_owner.Options.MaxInstance);
        _sha.AppendData(buffer);
        if (_spool is null && _length + buffer.Length > _owner.Options.SpoolAbove) Spool();
        while (_spool is null && buffer.Length > 0)
        {
            var within = (int)(_length % ReceiveBuffers.SegmentSize);
            if (within == 0)
            {
                if (_owner.TryRentSegment() is { } segment) _segments.Add(segment);
                else
                {
                    Spool();
                    break;
                }
            }
            var part = Math.Min(buffer.Length, ReceiveBuffers.SegmentSize - within);
            buffer[..part].CopyTo(_segments[^1].AsSpan(within));
            buffer = buffer[part..];
            _length += part;
        }
        if (buffer.Length == 0) return;
        try
        {
            RandomAccess.Write(_spool!.SafeFileHandle, buffer, _length);
        }
        catch (IOException e)
        {
            throw DiskFileLayer.Translate("write", _spool!.Name, e);
        }
        _length += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer)
    {
        var read = ReadAt(_position, buffer);
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Reads data-set bytes by position, without moving <see cref="Position"/>.</summary>
    public int ReadData(long offset, Span<byte> buffer) => ReadAt(_dataStart + offset, buffer);

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => _length + offset
    };

    public override void SetLength(long value) => throw new NotSupportedException("An instance buffer is only appended to.");

    public override void Flush()
    {
    }

    /// <summary>The data set in pieces of at most 1 MiB; a piece is valid until the next one is asked for.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> DataPieces()
    {
        var at = _dataStart;
        if (_spool is null)
        {
            while (at < _length)
            {
                var within = (int)(at % ReceiveBuffers.SegmentSize);
                var part = (int)Math.Min(_length - at, ReceiveBuffers.SegmentSize - within);
                yield return _segments[(int)(at / ReceiveBuffers.SegmentSize)].AsMemory(within, part);
                at += part;
            }
            yield break;
        }
        var copy = new byte[1 << 20];
        while (at < _length)
        {
            var read = ReadAt(at, copy.AsSpan(0, (int)Math.Min(copy.Length, _length - at)));
            if (read == 0) throw new IOException("A spooled instance is shorter than it was.");
            yield return copy.AsMemory(0, read);
            at += read;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing || _disposed)
        {
            base.Dispose(disposing);
            return;
        }
        _disposed = true;
        ReleaseSegments();
        _spool?.Dispose();
        _sha.Dispose();
        base.Dispose(disposing);
    }

    private int ReadAt(long position, Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (position >= _length) return 0;
        buffer = buffer[..(int)Math.Min(buffer.Length, _length - position)];
        if (_spool is not null) return RandomAccess.Read(_spool.SafeFileHandle, buffer, position);
        var total = 0;
        while (total < buffer.Length)
        {
            var within = (int)(position % ReceiveBuffers.SegmentSize);
            var part = Math.Min(buffer.Length - total, ReceiveBuffers.SegmentSize - within);
            _segments[(int)(position / ReceiveBuffers.SegmentSize)].AsSpan(within, part).CopyTo(buffer[total..]);
            total += part;
            position += part;
        }
        return total;
    }

    private void Spool()
    {
        var spool = _owner.CreateSpoolFile();
        try
        {
            long at = 0;
            foreach (var segment in _segments)
            {
                var part = (int)Math.Min(ReceiveBuffers.SegmentSize, _length - at);
                RandomAccess.Write(spool.SafeFileHandle, segment.AsSpan(0, part), at);
                at += part;
            }
        }
        catch (IOException e)
        {
            spool.Dispose();
            throw DiskFileLayer.Translate("write", spool.Name, e);
        }
        _spool = spool;
        ReleaseSegments();
    }

    private void ReleaseSegments()
    {
        foreach (var segment in _segments) _owner.ReturnSegment(segment);
        _segments.Clear();
    }
}
