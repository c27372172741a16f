using System.Numerics;

namespace Regional.Imaging.Codecs.Jpeg;

/// <summary>Writes JPEG baseline (T.81 process 1; transfer syntax 1.2.840.10008.1.2.4.50) with JFIF's colour space: grey, or RGB as YCbCr.</summary>
public static class BaselineJpegEncoder
{
    /// <summary>One image's stream, of even length.</summary>
    /// <param name="pixels">Eight bits a sample, samples side by side, no padding.</param>
    /// <param name="channels">1 grey, 3 RGB.</param>
    /// <param name="quality">1 to 100.</param>
    /// <param name="halvesChroma">Four pixels share their chrominance (4:2:0); else none do (4:4:4).</param>
    /// <exception cref="ArgumentException">The size does not fit the pixels, or is none of a JPEG.</exception>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int width, int height, int channels, int quality, bool halvesChroma = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        if (width is < 1 or > ushort.MaxValue || height is < 1 or > ushort.MaxValue || channels is not (1 or 3) || pixels.Length != (long)width * height * channels)
            throw new ArgumentException("The pixels are not one image of this size.", nameof(pixels));
        var step = channels == 3 && halvesChroma ? 2 : 1;
        var writer = new JpegBitWriter(pixels.Length / 4 + 1024);
        var quantisers = new[] { JpegTables.Quantisers(true, quality), JpegTables.Quantisers(false, quality) }[..Math.Min(channels, 2)];
        PutHeaders(writer, width, height, channels, step, quantisers);

        var coders = new BlockCoder[channels];
        for (var c = 0; c < channels; c++) coders[c] = new BlockCoder(writer, quantisers[Math.Min(c, 1)], isLuminance: c == 0);
        var planes = JpegPlanes.Of(pixels, width, height, channels, step);
        var unit = 8 * step;
        for (var y = 0; y < height; y += unit)
        {
            for (var x = 0; x < width; x += unit)
            {
                for (var c = 0; c < channels; c++)
                {
                    var blocks = c == 0 ? step : 1;
                    for (var by = 0; by < blocks; by++)
                    {
                        for (var bx = 0; bx < blocks; bx++)
                            coders[c].Encode(planes.Samples[c], planes.Pitch[c], (c == 0 ? x : x / step) + 8 * bx, (c == 0 ? y : y / step) + 8 * by);
                    }
                }
            }
        }
        writer.End();
        // A fill byte before the last marker makes the length even, as fragments must be.
        if (writer.Written.Length % 2 == 1) writer.PutBytes(0xFF);
        writer.PutBytes(0xFF, Marker.ImageEnd);
        return writer.Written.ToArray();
    }

    private static void PutHeaders(JpegBitWriter writer, int width, int height, int channels, int step, byte[][] quantisers)
    {
        writer.PutBytes(0xFF, Marker.ImageStart);
        writer.PutHead(0xE0, 14);
        writer.PutBytes((byte)'J', (byte)'F', (byte)'I', (byte)'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0);
        Span<byte> zigzag = stackalloc byte[Dct.Size];
        for (var i = 0; i < quantisers.Length; i++)
        {
            writer.PutHead(Marker.QuantisationTables, 1 + Dct.Size);
            writer.PutBytes((byte)i);
            for (var k = 0; k < Dct.Size; k++) zigzag[k] = quantisers[i][Dct.Order[k] % 8 * 8 + Dct.Order[k] / 8];
            writer.PutBytes(zigzag);
        }
        writer.PutHead(Marker.Baseline, 6 + 3 * channels);
        writer.PutBytes(8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, (byte)channels);
        for (var c = 0; c < channels; c++) writer.PutBytes((byte)(c + 1), (byte)(c == 0 ? step << 4 | step : 0x11), (byte)Math.Min(c, 1));
        foreach (var table in channels == 1 ? new[] { 0, 2 } : [0, 1, 2, 3])
        {
            var (lengths, symbols) = JpegTables.Huffman[table];
            writer.PutHead(Marker.HuffmanTables, 17 + symbols.Length);
            writer.PutBytes((byte)(table / 2 << 4 | table % 2));
            writer.PutBytes(lengths);
            writer.PutBytes(symbols);
        }
        writer.PutHead(Marker.ScanStart, 4 + 2 * channels);
        writer.PutBytes((byte)channels);
        for (var c = 0; c < channels; c++) writer.PutBytes((byte)(c + 1), (byte)(c == 0 ? 0 : 0x11));
        writer.PutBytes(0, 63, 0);
    }

    /// <summary>Blocks of one component, one after the other.</summary>
    private sealed class BlockCoder
    {
        private readonly JpegBitWriter _writer;
        private readonly float[] _factors = new float[Dct.Size];
        private readonly float[] _block = new float[Dct.Size];
        private readonly int[] _values = new int[Dct.Size];
        private readonly (ushort Code, byte Length)[] _dc;
        private readonly (ushort Code, byte Length)[] _ac;
        private int _last;

        public BlockCoder(JpegBitWriter writer, byte[] quantisers, bool isLuminance)
        {
            _writer = writer;
            for (var i = 0; i < Dct.Size; i++)
                _factors[i] = (float)(1 / (quantisers[i % 8 * 8 + i / 8] * Dct.Scale(i / 8) * Dct.Scale(i % 8) * 8));
            (_dc, _ac) = (Codes(isLuminance ? 0 : 1), Codes(isLuminance ? 2 : 3));
        }

        public void Encode(byte[] plane, int pitch, int x, int y)
        {
            var block = _block.AsSpan();
            for (var row = 0; row < 8; row++)
            {
                var from = plane.AsSpan((y + row) * pitch + x, 8);
                for (var i = 0; i < 8; i++) block[8 * row + i] = from[i] - 128;
            }
            Dct.Forward(block);
            for (var i = 0; i < Dct.Size; i++) _values[i] = (int)MathF.Round(block[i] * _factors[i]);
            // 64 coefficients of at most 16 + 11 bits, each byte perhaps stuffed.
            _writer.Reserve(512);
            var difference = _values[0] - _last;
            _last = _values[0];
            Put(_dc, 0, difference);
            var run = 0;
            for (var k = 1; k < Dct.Size; k++)
            {
                var value = _values[Dct.Order[k]];
                if (value == 0)
                {
                    run++;
                    continue;
                }
                for (; run > 15; run -= 16) _writer.Put(_ac[0xF0].Code, _ac[0xF0].Length);
                Put(_ac, run << 4, value);
                run = 0;
            }
            if (run > 0) _writer.Put(_ac[0].Code, _ac[0].Length);
        }

        /// <summary>The code word for run and size, then the value in its short form (T.81 §F.1.2.1).</summary>
        private void Put((ushort Code, byte Length)[] codes, int run, int value)
        {
            var size = 32 - BitOperations.LeadingZeroCount((uint)Math.Abs(value));
            var (code, length) = codes[run | size];
            _writer.Put((uint)code << size | (uint)(value + (value >> 31)) & ((1u << size) - 1), length + size);
        }

        private static (ushort Code, byte Length)[] Codes(int table)
        {
            var (lengths, symbols) = JpegTables.Huffman[table];
            var codes = new (ushort, byte)[256];
            for (int length = 1, code = 0, at = 0; length <= 16; length++, code <<= 1)
            {
                for (var i = 0; i < lengths[length - 1]; i++) codes[symbols[at++]] = ((ushort)code++, (byte)length);
            }
            return codes;
        }
    }
}
