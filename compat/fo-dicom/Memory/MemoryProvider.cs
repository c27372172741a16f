using System.Buffers;

namespace FellowOakDicom.Memory;

public interface IMemory : IDisposable
{
    int Length { get; }

    byte[] Bytes { get; }

    Span<byte> Span { get; }

    Memory<byte> Memory { get; }
}

public interface IMemoryProvider
{
    IMemory Provide(int length);
}

public class ArrayPoolMemoryProvider : IMemoryProvider
{
    public IMemory Provide(int length) => new PooledMemory(length);

    private sealed class PooledMemory : IMemory
    {
        private byte[] _bytes;

        public PooledMemory(int length)
        {
            _bytes = ArrayPool<byte>.Shared.Rent(length);
            Length = length;
        }

        public int Length { get; }

        public byte[] Bytes => _bytes;

        public Span<byte> Span => _bytes.AsSpan(0, Length);

        public Memory<byte> Memory => _bytes.AsMemory(0, Length);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _bytes, null) is { } bytes) ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
