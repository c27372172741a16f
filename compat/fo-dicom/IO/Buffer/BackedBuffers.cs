namespace FellowOakDicom.IO.Buffer;

/// <summary>A part of a file, opened anew for each read.</summary>
public sealed class FileByteBuffer : IByteBuffer
{
    public FileByteBuffer(IFileReference file, long position, long length)
    {
        File = file;
        Position = position;
        Size = length;
    }

    public bool IsMemory => false;

    public IFileReference File { get; }

    public long Position { get; }

    public long Size { get; }

    public byte[] Data
    {
        get
        {
            var data = new byte[Size];
            GetByteRange(0, data.Length, data);
            return data;
        }
    }

    public void GetByteRange(long offset, int count, byte[] output)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var stream = File.OpenRead();
        stream.Position = Position + offset;
        stream.ReadExactly(output, 0, count);
    }

    public void CopyToStream(Stream stream)
    {
        using var source = File.OpenRead();
        StreamSlice.Copy(source, Position, Size, BufferGuard.Writable(stream));
    }

    public async Task CopyToStreamAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var source = File.OpenRead();
        await StreamSlice.CopyAsync(source, Position, Size, BufferGuard.Writable(stream), cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>A part of a seekable stream that stays open as long as the data set is used. Moves the stream's position.</summary>
public sealed class StreamByteBuffer : IByteBuffer
{
    public StreamByteBuffer(Stream stream, long position, long length)
    {
        Stream = stream;
        Position = position;
        Size = length;
    }

    public bool IsMemory => false;

    public Stream Stream { get; }

    public long Position { get; }

    public long Size { get; }

    public byte[] Data
    {
        get
        {
            var data = new byte[Size];
            GetByteRange(0, data.Length, data);
            return data;
        }
    }

    public void GetByteRange(long offset, int count, byte[] output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!Stream.CanRead) throw new DicomIoException("The stream of this value was closed");
        Stream.Position = Position + offset;
        Stream.ReadExactly(output, 0, count);
    }

    public void CopyToStream(Stream stream) => StreamSlice.Copy(Stream, Position, Size, BufferGuard.Writable(stream));

    public Task CopyToStreamAsync(Stream stream, CancellationToken cancellationToken) =>
        StreamSlice.CopyAsync(Stream, Position, Size, BufferGuard.Writable(stream), cancellationToken);
}

/// <summary>A part of another buffer.</summary>
public class RangeByteBuffer : IByteBuffer
{
    public RangeByteBuffer(IByteBuffer buffer, long offset, int length)
    {
        Internal = buffer;
        Offset = offset;
        Length = length;
    }

    public IByteBuffer Internal { get; }

    public long Offset { get; }

    public int Length { get; }

    public bool IsMemory => Internal.IsMemory;

    public long Size => Length;

    public byte[] Data
    {
        get
        {
            var data = new byte[Length];
            Internal.GetByteRange(Offset, Length, data);
            return data;
        }
    }

    public void GetByteRange(long offset, int count, byte[] output) => Internal.GetByteRange(Offset + offset, Math.Min(count, Length), output);

    public void CopyToStream(Stream stream) => BufferGuard.Writable(stream).Write(Data);

    public Task CopyToStreamAsync(Stream stream, CancellationToken cancellationToken) =>
        BufferGuard.Writable(stream).WriteAsync(Data, cancellationToken).AsTask();
}

/// <summary>Buffers one behind the other.</summary>
public class CompositeByteBuffer : IByteBuffer
{
    public CompositeByteBuffer(IEnumerable<IByteBuffer> buffers) => Buffers = new List<IByteBuffer>(buffers);

    public CompositeByteBuffer(params IByteBuffer[] buffers) : this((IEnumerable<IByteBuffer>)buffers)
    {
    }

    public IList<IByteBuffer> Buffers { get; }

    public bool IsMemory => Buffers.All(buffer => buffer.IsMemory);

    public long Size => Buffers.Sum(buffer => buffer.Size);

    public byte[] Data
    {
        get
        {
            var data = new byte[Size];
            var position = 0;
            foreach (var buffer in Buffers)
            {
                buffer.Data.CopyTo(data, position);
                position += (int)buffer.Size;
            }

            return data;
        }
    }

    public void GetByteRange(long offset, int count, byte[] output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var written = 0;
        foreach (var buffer in Buffers)
        {
            if (written == count) return;
            if (offset >= buffer.Size)
            {
                offset -= buffer.Size;
                continue;
            }

            var part = new byte[(int)Math.Min(buffer.Size - offset, count - written)];
            buffer.GetByteRange(offset, part.Length, part);
            part.CopyTo(output, written);
            written += part.Length;
            offset = 0;
        }
    }

    public void CopyToStream(Stream stream)
    {
        foreach (var buffer in Buffers) buffer.CopyToStream(stream);
    }

    public async Task CopyToStreamAsync(Stream stream, CancellationToken cancellationToken)
    {
        foreach (var buffer in Buffers) await buffer.CopyToStreamAsync(stream, cancellationToken).ConfigureAwait(false);
    }
}

internal static class StreamSlice
{
    private const int BlockSize = 1 << 17;

    public static void Copy(Stream source, long position, long length, Stream target)
    {
        source.Position = position;
        var block = new byte[Math.Min(length, BlockSize)];
        while (length > 0)
        {
            var count = (int)Math.Min(length, block.Length);
            source.ReadExactly(block, 0, count);
            target.Write(block, 0, count);
            length -= count;
        }
    }

    public static async Task CopyAsync(Stream source, long position, long length, Stream target, CancellationToken cancellationToken)
    {
        source.Position = position;
        var block = new byte[Math.Min(length, BlockSize)];
        while (length > 0)
        {
            var count = (int)Math.Min(length, block.Length);
            await source.ReadExactlyAsync(block.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            await target.WriteAsync(block.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            length -= count;
        }
    }
}
