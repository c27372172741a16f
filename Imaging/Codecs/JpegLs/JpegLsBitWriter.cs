using System.Buffers.Binary;

namespace Regional.Imaging.Codecs.JpegLs;

/// <summary>Writes bits, most significant first, with the zero bit that T.87 §9.1 puts after each byte FF.</summary>
internal sealed class JpegLsBitWriter(int capacity)
{
    private byte[] _bytes = new byte[capacity];
    private ulong _cache;
    private int _pending;
    private bool _isAfterFF;
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Makes room, so that <see cref="Put"/> need not look.</summary>
    public void Reserve(int bytes)
    {
        if (_bytes.Length - _length < bytes) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + bytes));
    }

    public void PutBytes(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>Up to 32 bits; nothing may stand above them in <paramref name="value"/>.</summary>
    public void Put(uint value, int count)
    {
        _cache = _cache << count | value;
        _pending += count;
        if (_pending < 32) return;
        var word = (uint)(_cache >> (_pending - 32));
        if (!_isAfterFF && ((~word - 0x01010101) & word & 0x80808080) == 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_bytes.AsSpan(_length), word);
            _length += 4;
            _pending -= 32;
            return;
        }
        while (_pending >= 8) PutByte();
    }

    /// <summary>A length-limited Golomb code word (T.87 §A.5.3).</summary>
    public void PutGolomb(int value, int k, int limit, int rangeBits)
    {
        var zeros = value >> k;
        var most = limit - rangeBits - 1;
        if (zeros < most)
        {
            if (zeros + 1 + k <= 32)
            {
                Put(1u << k | (uint)value & ((1u << k) - 1), zeros + 1 + k);
                return;
            }
            PutZeros(zeros);
            Put(1u << k | (uint)value & ((1u << k) - 1), k + 1);
            return;
        }
        PutZeros(most);
        Put(1, 1);
        Put((uint)(value - 1), rangeBits);
    }

    /// <summary>Ends the segment: zeros up to a whole byte, and one more byte after a last FF, which would look like a marker.</summary>
    public void End()
    {
        Reserve(16);
        while (_pending >= 8) PutByte();
        if (_pending > 0 || _isAfterFF)
        {
            var bits = _isAfterFF ? 7 : 8;
            var fill = bits - _pending;
            _cache <<= fill;
            _pending = bits;
            PutByte();
        }
        (_cache, _pending, _isAfterFF) = (0, 0, false);
    }

    private void PutZeros(int count)
    {
        while (count > 31)
        {
            Put(0, 31);
            count -= 31;
        }
        Put(0, count);
    }

    private void PutByte()
    {
        var bits = _isAfterFF ? 7 : 8;
        _pending -= bits;
        var next = (byte)(_cache >> _pending & ((1u << bits) - 1));
        _bytes[_length++] = next;
        _isAfterFF = next == 0xFF;
    }
}
