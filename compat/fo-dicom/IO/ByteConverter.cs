using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using FellowOakDicom.IO.Buffer;

namespace FellowOakDicom.IO;

/// <summary>Between little-endian value fields and arrays of numbers.</summary>
public static class ByteConverter
{
    public static IByteBuffer ToByteBuffer(string value, Encoding encoding = null) => new MemoryByteBuffer((encoding ?? Encoding.UTF8).GetBytes(value));

    /// <summary>The text padded to even length.</summary>
    public static IByteBuffer ToByteBuffer(string value, Encoding encoding, byte padding)
    {
        var bytes = (encoding ?? Encoding.UTF8).GetBytes(value);
        if ((bytes.Length & 1) == 1) bytes = [.. bytes, padding];
        return new MemoryByteBuffer(bytes);
    }

    public static IByteBuffer ToByteBuffer<T>(T[] values) where T : struct
    {
        if (values.Length == 0) return EmptyBuffer.Value;
        var bytes = new byte[System.Buffer.ByteLength(values)];
        System.Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return new MemoryByteBuffer(bytes);
    }

    /// <summary>All whole values; a trailing partial one is left out.</summary>
    public static T[] ToArray<T>(IByteBuffer buffer)
    {
        var size = Unsafe.SizeOf<T>();
        var values = new T[buffer.Size / size];
        System.Buffer.BlockCopy(buffer.Data, 0, values, 0, values.Length * size);
        return values;
    }

    public static T Get<T>(IByteBuffer buffer, int n)
    {
        var size = Unsafe.SizeOf<T>();
        var bytes = new byte[size];
        buffer.GetByteRange((long)size * n, size, bytes);
        return Unsafe.ReadUnaligned<T>(ref MemoryMarshal.GetArrayDataReference(bytes));
    }
}
