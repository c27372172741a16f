using System.Runtime.Intrinsics;

namespace Regional.Imaging.Codecs.Jpeg;

/// <summary>The components of one frame as planes of whole blocks, filled scan by scan.</summary>
internal sealed class DctJpegImage
{
    private readonly ushort[][] _planes;
    private readonly int[] _pitch;
    private readonly int _horizontal;
    private readonly int _vertical;
    private readonly float[] _block = new float[Dct.Size];

    /// <param name="frame">Its size was compared with the data set's, which bounds what is taken here.</param>
    public DctJpegImage(JpegFrame frame)
    {
        Frame = frame;
        (_horizontal, _vertical) = (frame.Components.Max(c => c.Horizontal), frame.Components.Max(c => c.Vertical));
        (_planes, _pitch) = (new ushort[frame.Components.Length][], new int[frame.Components.Length]);
        for (var i = 0; i < _planes.Length; i++)
        {
            _pitch[i] = UnitsWide * frame.Components[i].Horizontal * 8;
            _planes[i] = new ushort[_pitch[i] * UnitsHigh * frame.Components[i].Vertical * 8];
        }
    }

    public JpegFrame Frame { get; }

    private int UnitsWide => (Frame.Columns + 8 * _horizontal - 1) / (8 * _horizontal);

    private int UnitsHigh => (Frame.Rows + 8 * _vertical - 1) / (8 * _vertical);

    public CodecProblem DecodeScan(ReadOnlySpan<byte> bytes, JpegScan scan, DctJpegTables tables)
    {
        if (scan is not { First: 0, Last: 63 }) return CodecProblem.Malformed;
        var parts = new Part[scan.Components.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            var component = Frame.Components[scan.Components[i]];
            if (tables.Dc(scan.Tables[i] >> 4) is not { } dc || tables.Ac(scan.Tables[i] & 15) is not { } ac || tables.Quantisers(component.Table) is not { } factors)
                return CodecProblem.Malformed;
            parts[i] = new(scan.Components[i], component, dc, ac, factors);
        }
        // A scan of one component has its own blocks and no more (T.81 §A.2.2).
        var isAlone = parts.Length == 1;
        var (wide, high) = isAlone
            ? (Blocks(Frame.Columns, parts[0].Component.Horizontal, _horizontal), Blocks(Frame.Rows, parts[0].Component.Vertical, _vertical))
            : (UnitsWide, UnitsHigh);
        var bits = new JpegBitReader(MarkerReader.NextInterval(ref bytes, DctJpegDecoder.FirstMarker));
        var left = tables.RestartInterval == 0 ? int.MaxValue : tables.RestartInterval;
        for (var y = 0; y < high; y++)
        {
            for (var x = 0; x < wide; x++)
            {
                if (left-- == 0)
                {
                    bits = new JpegBitReader(MarkerReader.NextInterval(ref bytes, DctJpegDecoder.FirstMarker));
                    foreach (var part in parts) part.Last = 0;
                    left = tables.RestartInterval - 1;
                }
                foreach (var part in parts)
                {
                    if (isAlone) DecodeBlock(ref bits, part, x, y);
                    else DecodeUnit(ref bits, part, x, y);
                }
                if (bits.Failed != CodecProblem.None) return bits.Failed;
            }
        }
        return CodecProblem.None;
    }

    /// <summary>Puts all samples where they belong.</summary>
    public void Write(FrameTarget target, bool isYcc)
    {
        var lines = new ushort[_planes.Length][];
        for (var i = 0; i < lines.Length; i++) lines[i] = new ushort[Frame.Columns];
        var middle = 1 << (Frame.Precision - 1);
        for (var row = 0; row < Frame.Rows; row++)
        {
            for (var i = 0; i < lines.Length; i++) TakeLine(i, row, lines[i]);
            if (isYcc) YccLine.ToRgb(lines[0], lines[1], lines[2], middle);
            for (var i = 0; i < lines.Length; i++) target.PutLine(i, row, lines[i]);
        }
    }

    private void DecodeUnit(ref JpegBitReader bits, Part part, int x, int y)
    {
        var (wide, high) = (part.Component.Horizontal, part.Component.Vertical);
        for (var by = 0; by < high; by++)
        {
            for (var bx = 0; bx < wide; bx++) DecodeBlock(ref bits, part, x * wide + bx, y * high + by);
        }
    }

    private void DecodeBlock(ref JpegBitReader bits, Part part, int x, int y)
    {
        var (block, factors) = (_block, part.Factors);
        Array.Clear(block);
        var size = bits.ReadSymbol(part.Dc);
        // Of 12-bit samples the difference has 15 bits at most (T.81 table F.6).
        if (size > 15) bits.Failed = CodecProblem.Malformed;
        else part.Last += bits.ReadSigned(size);
        block[0] = part.Last * factors[0];
        var k = 1;
        while (k < Dct.Size)
        {
            var symbol = bits.ReadSymbol(part.Ac);
            var (run, length) = (symbol >> 4, symbol & 15);
            if (length == 0)
            {
                if (run != 15) break;
                k += 16;
                continue;
            }
            k += run;
            if (k >= Dct.Size)
            {
                bits.Failed = CodecProblem.Malformed;
                return;
            }
            var at = Dct.Order[k++];
            block[at] = bits.ReadSigned(length) * factors[at];
        }
        var plane = _planes[part.Index].AsSpan(y * 8 * _pitch[part.Index] + x * 8);
        var (middle, max) = (1 << (Frame.Precision - 1), (1 << Frame.Precision) - 1);
        if (k == 1)
        {
            // Only the mean: every sample is the same.
            var flat = (ushort)Math.Clamp((int)MathF.Round(Math.Clamp(block[0], -65536f, 65536f)) + middle, 0, max);
            for (var row = 0; row < 8; row++) plane.Slice(row * _pitch[part.Index], 8).Fill(flat);
            return;
        }
        Dct.Inverse(block);
        for (var row = 0; row < 8; row++)
        {
            var samples = Vector256.ConvertToInt32(Vector256.Floor(Vector256.Create<float>(block, 8 * row) + Vector256.Create(middle + 0.5f)));
            samples = Vector256.Max(Vector256.Min(samples, Vector256.Create(max)), Vector256<int>.Zero);
            Vector128.Narrow(samples.GetLower(), samples.GetUpper()).AsUInt16().CopyTo(plane[(row * _pitch[part.Index])..]);
        }
    }

    private void TakeLine(int index, int row, ushort[] line)
    {
        var component = Frame.Components[index];
        var (stepX, stepY) = (_horizontal / component.Horizontal, _vertical / component.Vertical);
        if (stepX == 1 && stepY == 1) _planes[index].AsSpan(row * _pitch[index], line.Length).CopyTo(line);
        else ChromaLines.Spread(_planes[index], _pitch[index], Samples(Frame.Columns, stepX), Samples(Frame.Rows, stepY), stepX, stepY, row, line);
    }

    private static int Samples(int pixels, int step) => (pixels + step - 1) / step;

    private static int Blocks(int size, int factor, int most) => ((size * factor + most - 1) / most + 7) / 8;

    private sealed class Part(int index, JpegComponent component, HuffmanTable dc, HuffmanTable ac, float[] factors)
    {
        public readonly int Index = index;
        public readonly JpegComponent Component = component;
        public readonly HuffmanTable Dc = dc;
        public readonly HuffmanTable Ac = ac;
        public readonly float[] Factors = factors;
        public int Last;
    }
}
