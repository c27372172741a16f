using System.Buffers.Binary;

namespace Regional.Imaging.Codecs.JpegLs;

/// <summary>Writes bits, most significant first, with the zero bit that T.87 §9.1 puts after each byte FF.</summary>
internal sealed class JpegLsBitWriter(int capacity)
{
    private byte[] _bytes = new byte[capacity];
    private bool _isAfterFF;
    private int _length;

    /// <summary>Bits that are not bytes yet: the lowest <see cref="Pending"/> ones count.</summary>
    public ulong Cache;

    /// <summary>Below 32, except between adding bits and <see cref="Drain"/>.</summary>
    public int Pending;

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
        Cache = Cache << count | value;
        Pending += count;
        if (Pending >= 32) Drain();
    }

    /// <summary>Turns 32 pending bits or more into bytes.</summary>
    public void Drain()
    {
        var word = (uint)(Cache >> (Pending - 32));
        if (!_isAfterFF && ((~word - 0x01010101) & word & 0x80808080) == 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_bytes.AsSpan(_length), word);
            _length += 4;
            Pending -= 32;
            return;
        }
        while (Pending >= 8) PutByte();
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
        while (Pending >= 8) PutByte();
        if (Pending > 0 || _isAfterFF)
        {
            var bits = _isAfterFF ? 7 : 8;
            var fill = bits - Pending;
            Cache <<= fill;
            Pending = bits;
            PutByte();
        }
        (Cache, Pending, _isAfterFF) = (0, 0, false);
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
        Pending -= bits;
        var next = (byte)(Cache >> Pending & ((1u << bits) - 1));
        _bytes[_length++] = next;
        _isAfterFF = next == 0xFF;
    }
}
