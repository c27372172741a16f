namespace FellowOakDicom.IO.Buffer;

public sealed class EmptyBuffer : IByteBuffer
{
    public static readonly IByteBuffer Value = new EmptyBuffer();

    private EmptyBuffer()
    {
    }

    public bool IsMemory => true;

    public long Size => 0;

    public byte[] Data { get; } = [];

    public void GetByteRange(long offset, int count, byte[] output)
    {
        if (offset != 0 || count != 0) throw new ArgumentOutOfRangeException(nameof(offset), "An empty buffer has no bytes to give");
    }

    public void CopyToStream(Stream stream)
    {
    }

    public Task CopyToStreamAsync(Stream stream, CancellationToken cancellationToken) => Task.CompletedTask;
}

public sealed class MemoryByteBuffer : IByteBuffer
{
    public const int MaxArrayLength = 2_147_483_591;

    public MemoryByteBuffer(byte[] data) => Data = data;

    public bool IsMemory => true;

    public long Size => Data.Length;

    public byte[] Data { get; }

    public void GetByteRange(long offset, int count, byte[] output) => BufferGuard.CopyRange(Data, offset, count, output);

    public void CopyToStream(Stream stream) => BufferGuard.Writable(stream).Write(Data, 0, Data.Length);

    public Task CopyToStreamAsync(Stream stream, CancellationToken cancellationToken) =>
        BufferGuard.Writable(stream).WriteAsync(Data, 0, Data.Length, cancellationToken);
}

/// <summary>Bytes made each time they are asked for.</summary>
public sealed class LazyByteBuffer : IByteBuffer
{
    private readonly Func<byte[]> _bytes;

    public LazyByteBuffer(Func<byte[]> bytes) => _bytes = bytes ?? throw new ArgumentNullException(nameof(bytes));

    public bool IsMemory => true;

    public long Size => Data.LongLength;

    public byte[] Data => _bytes();

    public void GetByteRange(long offset, int count, byte[] output) => BufferGuard.CopyRange(Data, offset, count, output);

    public void CopyToStream(Stream stream) => BufferGuard.Writable(stream).Write(Data);

    public Task CopyToStreamAsync(Stream stream, CancellationToken cancellationToken) =>
        BufferGuard.Writable(stream).WriteAsync(Data, cancellationToken).AsTask();
}

/// <summary>A buffer whose odd length is made even by a zero byte.</summary>
public class EvenLengthBuffer : IByteBuffer
{
    private EvenLengthBuffer(IByteBuffer buffer) => Buffer = buffer;

    public IByteBuffer Buffer { get; }

    public bool IsMemory => Buffer.IsMemory;

    public long Size => Buffer.Size + 1;

    public byte[] Data => [.. Buffer.Data, 0];

    public static IByteBuffer Create(IByteBuffer buffer) => (buffer.Size & 1) == 1 ? new EvenLengthBuffer(buffer) : buffer;

    public void GetByteRange(long offset, int count, byte[] output) => BufferGuard.CopyRange(Data, offset, count, output);

    public void CopyToStream(Stream s)
    {
        Buffer.CopyToStream(s);
        s.WriteByte(0);
    }

    public async Task CopyToStreamAsync(Stream s, CancellationToken cancellationToken)
    {
        await Buffer.CopyToStreamAsync(s, cancellationToken).ConfigureAwait(false);
        await s.WriteAsync(new byte[1], cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>A buffer with the bytes of each unit reversed.</summary>
public class SwapByteBuffer : IByteBuffer
{
    public SwapByteBuffer(IByteBuffer buffer, int unitSize)
    {
        Internal = buffer;
        UnitSize = unitSize;
    }

    public IByteBuffer Internal { get; }

    public int UnitSize { get; }

    public bool IsMemory => Internal.IsMemory;

    public long Size => Internal.Size;

    public byte[] Data
    {
        get
        {
            var swapped = (byte[])Internal.Data.Clone();
            Endian.SwapBytes(UnitSize, swapped);
            return swapped;
        }
    }

    public void GetByteRange(long offset, int count, byte[] output)
    {
        // Whole units are read, so that a range may start and end inside one.
        var start = offset / UnitSize * UnitSize;
        var end = Math.Min(Size, (offset + count + UnitSize - 1) / UnitSize * UnitSize);
        var units = new byte[end - start];
        Internal.GetByteRange(start, units.Length, units);
        Endian.SwapBytes(UnitSize, units);
        BufferGuard.CopyRange(units, offset - start, count, output);
    }

    public void CopyToStream(Stream stream) => BufferGuard.Writable(stream).Write(Data);

    public Task CopyToStreamAsync(Stream stream, CancellationToken cancellationToken) =>
        BufferGuard.Writable(stream).WriteAsync(Data, cancellationToken).AsTask();
}

/// <summary>A value that was not downloaded; set <see cref="Data"/> to have it.</summary>
public class BulkDataUriByteBuffer : IBulkDataUriByteBuffer
{
    private byte[] _data;

    public BulkDataUriByteBuffer(string bulkDataUri) => BulkDataUri = bulkDataUri;

    public string BulkDataUri { get; }

    public bool IsMemory => _data is not null;

    /// <exception cref="InvalidOperationException">The value was not downloaded.</exception>
    public virtual byte[] Data
    {
        get => _data ?? throw new InvalidOperationException("The value was not downloaded");
        set => _data = value;
    }

    public virtual long Size => _data?.LongLength ?? throw new InvalidOperationException("The value was not downloaded");

    public void GetByteRange(long offset, int count, byte[] output) => BufferGuard.CopyRange(Data, offset, count, output);

    public void CopyToStream(Stream stream) => BufferGuard.Writable(stream).Write(Data);

    public Task CopyToStreamAsync(Stream stream, CancellationToken cancellationToken) =>
        BufferGuard.Writable(stream).WriteAsync(Data, cancellationToken).AsTask();
}

internal static class BufferGuard
{
    public static Stream Writable(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return stream.CanWrite ? stream : throw new InvalidOperationException("The target stream cannot be written");
    }

    public static void CopyRange(byte[] data, long offset, int count, byte[] output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (output.Length < count) throw new ArgumentException($"{count} bytes do not fit into {output.Length}");
        Array.Copy(data, offset, output, 0, count);
    }
}
