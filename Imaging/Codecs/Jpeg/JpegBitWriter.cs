namespace Regional.Imaging.Codecs.Jpeg;

/// <summary>Bytes and Huffman-coded bits of a JPEG stream; a zero follows each byte FF among the bits (T.81 §F.1.2.3).</summary>
internal sealed class JpegBitWriter(int capacity)
{
    private byte[] _bytes = new byte[capacity];
    private ulong _cache;
    private int _pending;
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void PutBytes(params ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>A marker segment's code and length, the length's own two bytes counted.</summary>
    public void PutHead(byte code, int bodyLength) => PutBytes(0xFF, code, (byte)((bodyLength + 2) >> 8), (byte)(bodyLength + 2));

    /// <summary>Makes room, so that <see cref="Put"/> need not look.</summary>
    public void Reserve(int bytes)
    {
        if (_bytes.Length - _length < bytes) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + bytes));
    }

    /// <summary>Up to 27 bits; nothing may stand above them in <paramref name="value"/>.</summary>
    public void Put(uint value, int count)
    {
        _cache = _cache << count | value;
        _pending += count;
        while (_pending >= 8)
        {
            _pending -= 8;
            var next = (byte)(_cache >> _pending);
            _bytes[_length++] = next;
            if (next == 0xFF) _bytes[_length++] = 0;
        }
    }

    /// <summary>Ones up to a whole byte.</summary>
    public void End()
    {
        Reserve(2);
        if (_pending > 0) Put((1u << (8 - _pending)) - 1, 8 - _pending);
    }
}
