using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Regional.Imaging.Packs;

/// <summary>SHA-256 of a data set's bytes as received, without file meta information (design §5.4).</summary>
public readonly struct ContentHash : IEquatable<ContentHash>
{
    public const int Size = 32;

    private readonly ulong _a, _b, _c, _d;

    public ContentHash(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size);
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>Parses 64 hexadecimal digits; throws <see cref="FormatException"/> otherwise.</summary>
    public static ContentHash Parse(string hex) => new(Convert.FromHexString(hex));

    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    public bool Equals(ContentHash other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is ContentHash other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_a, _b);

    public static bool operator ==(ContentHash left, ContentHash right) => left.Equals(right);

    public static bool operator !=(ContentHash left, ContentHash right) => !left.Equals(right);

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray());
}

internal static class ContentHashes
{
    /// <summary>SHA-256 of no bytes: the hash of records without data.</summary>
    public static ContentHash OfNothing { get; } = new(System.Security.Cryptography.SHA256.HashData([]));
}
