namespace Regional.Imaging.Codecs.Jpeg;

/// <summary>A Huffman table (T.81 annex C): short code words by one look-up, longer ones by their length's first code.</summary>
internal sealed class HuffmanTable
{
    public const int MaxLength = 16;
    private const int ShortLength = 9;

    private readonly byte[] _symbols;
    private readonly ushort[] _short = new ushort[1 << ShortLength];
    private readonly int[] _end = new int[MaxLength + 1];
    private readonly int[] _shift = new int[MaxLength + 1];

    private HuffmanTable(byte[] symbols) => _symbols = symbols;

    /// <summary>Takes one table off a DHT segment; null when it is damaged.</summary>
    /// <param name="name">Class in the high half (0 for differences), number in the low half.</param>
    public static HuffmanTable? Read(ref ReadOnlySpan<byte> body, out byte name)
    {
        name = 0;
        if (body.Length < 17) return null;
        name = body[0];
        var lengths = body.Slice(1, MaxLength);
        var count = 0;
        foreach (var length in lengths) count += length;
        if (count is 0 or > 256 || body.Length < 17 + count) return null;
        var table = new HuffmanTable(body.Slice(17, count).ToArray());
        if (!table.Build(lengths)) return null;
        body = body[(17 + count)..];
        return table;
    }

    /// <summary>The symbol at the head of 16 bits, and its length; length 0 when there is none.</summary>
    public (byte Symbol, int Length) Find(uint bits)
    {
        var entry = _short[bits >> (MaxLength - ShortLength)];
        if (entry != 0) return ((byte)entry, entry >> 8);
        for (var length = ShortLength + 1; length <= MaxLength; length++)
        {
            var code = (int)(bits >> (MaxLength - length));
            if (code < _end[length]) return (_symbols[code + _shift[length]], length);
        }
        return (0, 0);
    }

    private bool Build(ReadOnlySpan<byte> lengths)
    {
        var (code, first) = (0, 0);
        for (var length = 1; length <= MaxLength; length++)
        {
            var count = lengths[length - 1];
            if (code + count > 1 << length) return false;
            // Codes of one length follow each other, and all shorter ones lie below them.
            (_shift[length], _end[length]) = (first - code, count == 0 ? 0 : code + count);
            for (var i = 0; i < count && length <= ShortLength; i++)
            {
                var at = (code + i) << (ShortLength - length);
                Array.Fill(_short, (ushort)(length << 8 | _symbols[first + i]), at, 1 << (ShortLength - length));
            }
            first += count;
            code = (code + count) << 1;
        }
        return true;
    }
}
