using System.Buffers.Binary;
using System.Numerics;
using Regional.Imaging.Frames;

namespace Regional.Imaging.Codecs.Jpeg;

/// <summary>Lossless JPEG with Huffman coding (T.81 annex H, process 14): 2 to 16 bits, predictors 1 to 7, restart intervals of whole lines.</summary>
internal sealed class LosslessJpegDecoder : FrameDecoder
{
    internal const byte FirstMarker = 0x01;

    // A sample takes a bit at least.
    private protected override long LeastLength(PixelShape shape) => (long)shape.Rows * shape.Columns * shape.SamplesPerPixel / 8;

    private protected override CodecProblem Check(ReadOnlySpan<byte> encoded, PixelShape shape) =>
        JpegFrame.Check(encoded, shape, frame => frame is { Process: Marker.Lossless, Precision: >= 2 and <= 16 } && frame.IsSampledEvenly);

    private protected override CodecProblem Decode(ReadOnlySpan<byte> encoded, FrameTarget target)
    {
        var reader = new MarkerReader(encoded);
        JpegFrame? frame = null;
        var tables = new HuffmanTable?[4];
        var interval = 0;
        uint done = 0;
        while (reader.TryNext(out var code, out var body))
        {
            switch (code)
            {
                case Marker.Lossless:
                    if (frame is not null || (frame = JpegFrame.Read(code, body)) is null) return CodecProblem.Malformed;
                    break;
                case Marker.HuffmanTables:
                    while (body.Length > 0)
                    {
                        if (HuffmanTable.Read(ref body, out var name) is not { } table || name > 0x13 || (name & 15) > 3) return CodecProblem.Malformed;
                        if (name < tables.Length) tables[name] = table;
                    }
                    break;
                case Marker.RestartInterval:
                    if (body.Length != 2) return CodecProblem.Malformed;
                    interval = BinaryPrimitives.ReadUInt16BigEndian(body);
                    break;
                case Marker.ScanStart:
                    if (frame is null || JpegScan.Read(frame, body) is not { } scan) return CodecProblem.Malformed;
                    if (DecodeScan(reader.TakeScan(FirstMarker), frame, scan, tables, interval, target) is not CodecProblem.None and var problem) return problem;
                    foreach (var component in scan.Components) done |= 1u << component;
                    if (BitOperations.PopCount(done) == frame.Components.Length) return CodecProblem.None;
                    break;
                case Marker.ImageEnd:
                    return CodecProblem.Truncated;
            }
        }
        return CodecProblem.Truncated;
    }

    private static CodecProblem DecodeScan(
        ReadOnlySpan<byte> bytes, JpegFrame frame, JpegScan scan, HuffmanTable?[] tables, int interval, FrameTarget target)
    {
        if (scan.First is < 1 or > 7 || scan.Transform >= frame.Precision) return CodecProblem.Malformed;
        // An interval may only end with a line (T.81 §H.1.1).
        if (interval % frame.Columns != 0) return CodecProblem.Malformed;
        var linesPerInterval = interval == 0 ? frame.Rows : interval / frame.Columns;
        var count = scan.Components.Length;
        var chosen = new HuffmanTable[count];
        for (var i = 0; i < count; i++)
        {
            if (scan.Tables[i] >> 4 > 3 || tables[scan.Tables[i] >> 4] is not { } table) return CodecProblem.Malformed;
            chosen[i] = table;
        }
        var lines = new ushort[count][];
        var above = new ushort[count][];
        for (var i = 0; i < count; i++) (lines[i], above[i]) = (new ushort[frame.Columns], new ushort[frame.Columns]);
        var shifted = new ushort[scan.Transform == 0 ? 0 : frame.Columns];
        var start = 1 << (frame.Precision - scan.Transform - 1);
        var bits = default(JpegBitReader);
        for (var row = 0; row < frame.Rows; row++)
        {
            var isFirst = row % linesPerInterval == 0;
            if (isFirst) bits = new JpegBitReader(MarkerReader.NextInterval(ref bytes, FirstMarker));
            (lines, above) = (above, lines);
            if (count == 1) DecodeLine(ref bits, chosen[0], lines[0], above[0], isFirst ? 1 : scan.First, isFirst ? start : above[0][0]);
            else DecodeInterleaved(ref bits, chosen, lines, above, isFirst ? 1 : scan.First, isFirst ? start : null);
            if (bits.Failed != CodecProblem.None) return bits.Failed;
            for (var i = 0; i < count; i++)
            {
                if (scan.Transform == 0)
                {
                    target.PutLine(scan.Components[i], row, lines[i]);
                    continue;
                }
                for (var x = 0; x < shifted.Length; x++) shifted[x] = (ushort)(lines[i][x] << scan.Transform);
                target.PutLine(scan.Components[i], row, shifted);
            }
        }
        return CodecProblem.None;
    }

    /// <param name="first">The prediction of the line's first sample.</param>
    private static void DecodeLine(ref JpegBitReader bits, HuffmanTable table, ushort[] line, ushort[] above, int predictor, int first)
    {
        var left = line[0] = (ushort)(first + Difference(ref bits, table));
        if (predictor == 1)
        {
            for (var x = 1; x < line.Length; x++) left = line[x] = (ushort)(left + Difference(ref bits, table));
            return;
        }
        for (var x = 1; x < line.Length; x++)
            left = line[x] = (ushort)(Predict(predictor, left, above[x], above[x - 1]) + Difference(ref bits, table));
    }

    private static void DecodeInterleaved(ref JpegBitReader bits, HuffmanTable[] tables, ushort[][] lines, ushort[][] above, int predictor, int? first)
    {
        for (var x = 0; x < lines[0].Length; x++)
        {
            for (var i = 0; i < lines.Length; i++)
            {
                var predicted = x == 0 ? first ?? above[i][0] : Predict(predictor, lines[i][x - 1], above[i][x], above[i][x - 1]);
                lines[i][x] = (ushort)(predicted + Difference(ref bits, tables[i]));
            }
        }
    }

    /// <summary>T.81 table H.1.</summary>
    private static int Predict(int predictor, int a, int b, int c) => predictor switch
    {
        1 => a,
        2 => b,
        3 => c,
        4 => a + b - c,
        5 => a + ((b - c) >> 1),
        6 => b + ((a - c) >> 1),
        _ => (a + b) >> 1
    };

    /// <summary>Category 16 is the one difference of 32768 and has no further bits (§H.1.2.2).</summary>
    private static int Difference(ref JpegBitReader bits, HuffmanTable table)
    {
        var size = bits.ReadSymbol(table);
        if (size < 16) return bits.ReadSigned(size);
        if (size > 16) bits.Failed = CodecProblem.Malformed;
        return 32768;
    }
}
