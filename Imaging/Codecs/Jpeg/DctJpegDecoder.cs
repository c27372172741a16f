using System.Buffers.Binary;
using System.Numerics;
using Regional.Imaging.Frames;

namespace Regional.Imaging.Codecs.Jpeg;

/// <summary>
/// JPEG with the cosine transform and Huffman coding, one pass: baseline (T.81 process 1) and extended (processes 2 and 4; 8 and 12 bits).
/// Three samples that the data set calls YBR, or the stream's Adobe segment YCbCr, come out as RGB. Progressive streams are refused.
/// </summary>
internal sealed class DctJpegDecoder : FrameDecoder
{
    internal const byte FirstMarker = 0x01;

    // A block of 64 luminance samples takes two bits at least.
    private protected override long LeastLength(PixelShape shape) => (long)shape.Rows * shape.Columns / 256;

    private protected override CodecProblem Check(ReadOnlySpan<byte> encoded, PixelShape shape) => JpegFrame.Check(encoded, shape, IsSupported);

    private protected override CodecProblem Decode(ReadOnlySpan<byte> encoded, FrameTarget target)
    {
        var reader = new MarkerReader(encoded);
        var tables = new DctJpegTables();
        DctJpegImage? image = null;
        int? adobe = null;
        uint done = 0;
        while (reader.TryNext(out var code, out var body))
        {
            switch (code)
            {
                case Marker.Baseline or Marker.Extended:
                    if (image is not null || JpegFrame.Read(code, body) is not { } frame || !IsSupported(frame) || !frame.Fits(target.Shape)) return CodecProblem.Malformed;
                    image = new DctJpegImage(frame);
                    break;
                case Marker.HuffmanTables:
                    if (!tables.TakeHuffman(body)) return CodecProblem.Malformed;
                    break;
                case Marker.QuantisationTables:
                    if (!tables.TakeQuantisers(body)) return CodecProblem.Malformed;
                    break;
                case Marker.RestartInterval:
                    if (body.Length != 2) return CodecProblem.Malformed;
                    tables.RestartInterval = BinaryPrimitives.ReadUInt16BigEndian(body);
                    break;
                case Marker.Adobe when body.Length >= 12 && body.StartsWith("Adobe"u8):
                    adobe = body[11];
                    break;
                case Marker.ScanStart:
                    if (image is null || JpegScan.Read(image.Frame, body) is not { } scan) return CodecProblem.Malformed;
                    if (image.DecodeScan(reader.TakeScan(FirstMarker), scan, tables) is not CodecProblem.None and var problem) return problem;
                    foreach (var component in scan.Components) done |= 1u << component;
                    if (BitOperations.PopCount(done) < image.Frame.Components.Length) break;
                    image.Write(target, IsYcc(target.Shape, adobe));
                    return CodecProblem.None;
                case Marker.ImageEnd:
                    return CodecProblem.Truncated;
            }
        }
        return CodecProblem.Truncated;
    }

    /// <summary>What the stream says of itself goes before what the data set says of it; many writers leave RGB in the data set.</summary>
    private static bool IsYcc(PixelShape shape, int? adobe) => shape.SamplesPerPixel == 3 && (adobe switch
    {
        0 => false,
        1 => true,
        _ => shape.PhotometricInterpretation.StartsWith("YBR", StringComparison.Ordinal)
    });

    private static bool IsSupported(JpegFrame frame) =>
        frame is { Process: Marker.Baseline, Precision: 8 } or { Process: Marker.Extended, Precision: 8 or 12 }
        && Array.TrueForAll(frame.Components, c => c.Horizontal is 1 or 2 or 4 && c.Vertical is 1 or 2 or 4);
}
