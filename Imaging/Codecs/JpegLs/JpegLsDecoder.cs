using System.Buffers.Binary;
using System.Numerics;
using Regional.Imaging.Codecs.Jpeg;
using Regional.Imaging.Frames;

namespace Regional.Imaging.Codecs.JpegLs;

/// <summary>JPEG-LS, lossless and near-lossless (ITU-T T.87): 2 to 16 bits, all three interleavings, restart intervals. No mapping tables.</summary>
internal sealed class JpegLsDecoder : FrameDecoder
{
    internal const byte FirstMarker = 0x80;

    // A line has a bit at least, and a bit stands for at most 32,768 pixels.
    private protected override long LeastLength(PixelShape shape) => shape.Rows * (shape.Columns / 32768 + 1L) / 8;

    private protected override CodecProblem Check(ReadOnlySpan<byte> encoded, PixelShape shape) =>
        JpegFrame.Check(encoded, shape, frame => frame is { Process: Marker.JpegLsFrame, Precision: >= 2 and <= 16 } && frame.IsSampledEvenly);

    private protected override CodecProblem Decode(ReadOnlySpan<byte> encoded, FrameTarget target)
    {
        var reader = new MarkerReader(encoded);
        JpegFrame? frame = null;
        var preset = default(JpegLsPreset);
        long interval = 0;
        uint done = 0;
        while (reader.TryNext(out var code, out var body))
        {
            switch (code)
            {
                case Marker.JpegLsFrame:
                    if (frame is not null || (frame = JpegFrame.Read(code, body)) is null) return CodecProblem.Malformed;
                    break;
                case Marker.JpegLsPreset:
                    if (body.Length < 1) return CodecProblem.Malformed;
                    if (body[0] != 1) return CodecProblem.Unsupported;
                    if (body.Length < 11) return CodecProblem.Malformed;
                    preset = new(U16(body[1..]), U16(body[3..]), U16(body[5..]), U16(body[7..]), U16(body[9..]));
                    break;
                case Marker.RestartInterval:
                    if (body.Length is < 2 or > 4) return CodecProblem.Malformed;
                    interval = 0;
                    foreach (var part in body) interval = interval << 8 | part;
                    break;
                case Marker.ScanStart:
                    if (frame is null || JpegScan.Read(frame, body) is not { } scan) return CodecProblem.Malformed;
                    if (scan.Transform != 0 || Array.Exists(scan.Tables, table => table != 0)) return CodecProblem.Unsupported;
                    if (DecodeScan(reader.TakeScan(FirstMarker), frame, scan, preset, interval, target) is not CodecProblem.None and var problem) return problem;
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
        ReadOnlySpan<byte> bytes, JpegFrame frame, JpegScan scan, JpegLsPreset preset, long interval, FrameTarget target)
    {
        if (preset.Complete(frame.Precision, scan.First) is not { } complete) return CodecProblem.Malformed;
        var mode = (JpegLsInterleave)scan.Last;
        if (mode > JpegLsInterleave.Sample || (mode == JpegLsInterleave.None) != (scan.Components.Length == 1)) return CodecProblem.Malformed;
        var intervals = MarkerReader.CountIntervals(bytes, FirstMarker);
        if (LinesPerInterval(interval, intervals, frame) is not { } lines) return CodecProblem.Malformed;
        var model = new JpegLsModel(complete, frame.Precision, scan.First);
        var decoder = new JpegLsScanDecoder(model, frame.Columns, scan.Components.Length);
        for (var row = 0; row < frame.Rows; row++)
        {
            if (row % lines == 0) decoder.Start(MarkerReader.NextInterval(ref bytes, FirstMarker));
            if (mode == JpegLsInterleave.Sample) decoder.DecodeSampleLine();
            else decoder.DecodeLines();
            if (decoder.Problem != CodecProblem.None) return decoder.Problem;
            for (var i = 0; i < scan.Components.Length; i++) target.PutLine(scan.Components[i], row, decoder.Line(i));
        }
        return CodecProblem.None;
    }

    /// <summary>Writers count restart intervals in lines or in samples; the number of markers tells which.</summary>
    private static int? LinesPerInterval(long interval, int intervals, JpegFrame frame)
    {
        if (intervals == 1) return frame.Rows;
        foreach (var lines in new[] { interval, interval / frame.Columns })
        {
            if (lines >= 1 && (frame.Rows + lines - 1) / lines == intervals) return (int)lines;
        }
        return null;
    }

    private static int U16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
