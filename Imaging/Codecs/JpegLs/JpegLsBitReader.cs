using System.Buffers.Binary;
using System.Numerics;

namespace Regional.Imaging.Codecs.JpegLs;

/// <summary>
/// Bits of one entropy-coded segment, most significant first; after a byte FF only seven bits follow (T.87 §9.1). Past the end it gives
/// zeros and says so in <see cref="Failed"/>: every loop of the decoder is bounded by the image, so a short stream cannot hold it.
/// </summary>
internal ref struct JpegLsBitReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _at;
    private bool _isAfterFF;

    /// <summary>The next bits, left-aligned; the first <see cref="Valid"/> of them count.</summary>
    public ulong Cache;

    public int Valid;

    /// <summary>More bits were asked for than there are, or a code word longer than allowed stood there.</summary>
    public CodecProblem Failed;

    /// <summary>At least 57 bits, or all that are left.</summary>
    public void Fill()
    {
        if (!_isAfterFF && Valid < 57 && _at + 8 <= _data.Length)
        {
            var word = BinaryPrimitives.ReadUInt64BigEndian(_data[_at..]);
            var inverse = ~word;
            if (((inverse - 0x0101010101010101) & word & 0x8080808080808080) == 0)
            {
                var bytes = (64 - Valid) >> 3;
                Cache |= word >> (64 - bytes * 8) << (64 - bytes * 8 - Valid);
                Valid += bytes * 8;
                _at += bytes;
                return;
            }
        }
        while (Valid <= 56 && _at < _data.Length)
        {
            var bits = _isAfterFF ? 7 : 8;
            ulong next = _data[_at++];
            if (_isAfterFF) next &= 0x7F;
            _isAfterFF = next == 0xFF;
            Cache |= next << (64 - bits - Valid);
            Valid += bits;
        }
    }

    public int ReadBit() => (int)Read(1);

    /// <summary>Up to 32 bits.</summary>
    public uint Read(int count)
    {
        if (count == 0) return 0;
        if (Valid < count)
        {
            Fill();
            if (Valid < count)
            {
                Failed = CodecProblem.Truncated;
                (Cache, Valid) = (0, 0);
                return 0;
            }
        }
        var value = (uint)(Cache >> (64 - count));
        Cache <<= count;
        Valid -= count;
        return value;
    }

    /// <summary>A length-limited Golomb code word (T.87 §A.5.3).</summary>
    public int ReadGolomb(int k, int limit, int rangeBits)
    {
        Fill();
        var most = limit - rangeBits - 1;
        var zeros = BitOperations.LeadingZeroCount(Cache);
        if (zeros >= Valid || zeros > most)
        {
            Failed = zeros >= Valid ? CodecProblem.Truncated : CodecProblem.Malformed;
            (Cache, Valid) = (0, 0);
            return 0;
        }
        Cache = Cache << zeros << 1;
        Valid -= zeros + 1;
        return zeros < most ? zeros << k | (int)Read(k) : (int)Read(rangeBits) + 1;
    }
}
