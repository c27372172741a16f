using System.Buffers.Binary;
using System.Text;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>
/// The key columns of a grain's rows. A key that reads as a GUID or an integer is stored as numbers, with its extension as text; any
/// other as text alone. So two string keys that read as the same number share a row: keys need a prefix that is no hexadecimal digit.
/// </summary>
internal sealed class AdoGrainKey
{
    private readonly byte[] _hashed;

    private AdoGrainKey(long n0, long n1, string? extension, byte[] number)
    {
        N0 = n0;
        N1 = n1;
        Extension = extension;

        // The hash is of the bytes from last to first, the number's before the extension's.
        _hashed = [.. number, .. extension is null ? [] : Encoding.UTF8.GetBytes(extension)];
        Array.Reverse(_hashed);
    }

    public long N0 { get; }

    public long N1 { get; }

    /// <summary>The text of the key, or what follows its number; null if there is none.</summary>
    public string? Extension { get; }

    public byte[] HashedBytes => _hashed;

    public static AdoGrainKey Of(GrainId grain)
    {
        if (grain.TryGetGuidKey(out var guid, out var extension))
        {
            var bytes = guid.ToByteArray();
            return new AdoGrainKey(
                BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8)), extension, bytes);
        }

        if (grain.TryGetIntegerKey(out var number, out extension))
        {
            var bytes = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
            return new AdoGrainKey(0, number, extension, bytes);
        }

        return new AdoGrainKey(0, 0, grain.Key.ToString(), []);
    }
}
