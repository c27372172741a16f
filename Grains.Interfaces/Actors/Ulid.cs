using System.Security.Cryptography;

namespace Regional.Actors;

/// <summary>Sortable unique ids: 48 bits of milliseconds since 1970 and 80 random bits in Crockford's base 32, 26 characters (R5.1.2-1).</summary>
public static class Ulid
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 26;

    public static string New(TimeProvider time)
    {
        Span<byte> bytes = stackalloc byte[16];
        var ms = time.GetUtcNow().ToUnixTimeMilliseconds();
        for (var i = 5; i >= 0; i--, ms >>= 8)
            bytes[i] = (byte)ms;
        RandomNumberGenerator.Fill(bytes[6..]);
        var value = new UInt128(
            System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes),
            System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        return Text(value);
    }

    public static string Text(UInt128 value)
    {
        Span<char> text = stackalloc char[Length];
        for (var i = Length - 1; i >= 0; i--, value >>= 5)
            text[i] = Alphabet[(int)(value & 31)];
        return new string(text);
    }

    /// <summary>The 128 bits of a ULID as <see cref="New"/> writes it; null for any other text.</summary>
    public static UInt128? Number(ReadOnlySpan<char> text)
    {
        if (text.Length != Length || text[0] > '7')
            return null;
        UInt128 value = 0;
        foreach (var letter in text)
        {
            var digit = Alphabet.IndexOf(letter, StringComparison.Ordinal);
            if (digit < 0)
                return null;
            value = (value << 5) | (uint)digit;
        }

        return value;
    }
}
