namespace Regional.Imaging.Codecs.Jpeg;

/// <summary>Bits of one interval of Huffman-coded data (T.81 §F.2.2.5). Past its end it gives zeros and says so in <see cref="Failed"/>.</summary>
internal ref struct JpegBitReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _at;
    private ulong _cache;
    private int _valid;

    public CodecProblem Failed;

    public uint Read(int count)
    {
        if (count == 0) return 0;
        if (_valid < count && !Fill(count)) return 0;
        var value = (uint)(_cache >> (64 - count));
        _cache <<= count;
        _valid -= count;
        return value;
    }

    /// <summary>A difference of <paramref name="size"/> bits, from its short form to a signed number (T.81 §F.2.2.1, EXTEND).</summary>
    public int ReadSigned(int size)
    {
        if (size == 0) return 0;
        var value = (int)Read(size);
        return value >> (size - 1) == 0 ? value - (1 << size) + 1 : value;
    }

    /// <summary>The next symbol; 0 with <see cref="Failed"/> set when no code word stands there.</summary>
    public int ReadSymbol(HuffmanTable table)
    {
        if (_valid < HuffmanTable.MaxLength) Load();
        var (symbol, length) = table.Find((uint)(_cache >> (64 - HuffmanTable.MaxLength)));
        if (length == 0 || length > _valid)
        {
            if (Failed == CodecProblem.None) Failed = _valid < HuffmanTable.MaxLength ? CodecProblem.Truncated : CodecProblem.Malformed;
            return 0;
        }
        _cache <<= length;
        _valid -= length;
        return symbol;
    }

    private bool Fill(int count)
    {
        Load();
        if (_valid >= count) return true;
        Failed = CodecProblem.Truncated;
        (_cache, _valid) = (0, 0);
        return false;
    }

    private void Load()
    {
        while (_valid <= 56 && _at < _data.Length)
        {
            var next = _data[_at++];
            // The zero after FF is stuffing; any other byte would have ended the interval.
            if (next == 0xFF) _at++;
            _cache |= (ulong)next << (56 - _valid);
            _valid += 8;
        }
    }
}
