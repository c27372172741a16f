using Regional.Imaging.Codecs.Jpeg;
using Regional.Imaging.Codecs.Jpeg2000;
using Regional.Imaging.Codecs.JpegLs;
using Regional.Imaging.Codecs.Rle;
using Regional.Imaging.Frames;

namespace Regional.Imaging.Codecs;

/// <summary>Which decoder reads the frames of a transfer syntax (PS3.5 §8.2, §10, annex A).</summary>
public static class FrameCodecs
{
    /// <summary>Largest native frame that is decoded, in bytes; larger ones are served only as stored.</summary>
    public const int MaxFrameLength = 128 << 20;

    private static readonly RleDecoder Rle = new();
    private static readonly JpegLsDecoder JpegLs = new();
    private static readonly LosslessJpegDecoder Lossless = new();
    private static readonly DctJpegDecoder Dct = new();
    private static readonly Jpeg2000Decoder Jpeg2000 = new();

    /// <summary>The decoder for a transfer syntax; null when there is none here (native, video, JPEG 2000 without the system's library).</summary>
    public static FrameDecoder? Find(string transferSyntaxUid) => transferSyntaxUid switch
    {
        "1.2.840.10008.1.2.5" => Rle,
        "1.2.840.10008.1.2.4.50" or "1.2.840.10008.1.2.4.51" => Dct,
        "1.2.840.10008.1.2.4.57" or "1.2.840.10008.1.2.4.70" => Lossless,
        "1.2.840.10008.1.2.4.80" or "1.2.840.10008.1.2.4.81" => JpegLs,
        "1.2.840.10008.1.2.4.90" or "1.2.840.10008.1.2.4.91" => Jpeg2000Decoder.IsAvailable ? Jpeg2000 : null,
        "1.2.840.10008.1.2.4.201" or "1.2.840.10008.1.2.4.202" or "1.2.840.10008.1.2.4.203" => Jpeg2000Decoder.IsHighThroughputAvailable ? Jpeg2000 : null,
        _ => null
    };

    /// <summary>Photometric interpretation of what the decoder gives: colour transforms that belong to the compression are undone (PS3.5 §8.2.1, §8.2.4).</summary>
    public static string DecodedPhotometric(string transferSyntaxUid, string stored) =>
        stored is "YBR_ICT" or "YBR_RCT" || Find(transferSyntaxUid) is DctJpegDecoder && stored.StartsWith("YBR", StringComparison.Ordinal) ? "RGB" : stored;

    /// <summary>Bytes of one native frame; null for a shape that no decoder here gives (bits other than 8, 16, 32; chrominance shared by pixels).</summary>
    public static long? NativeLength(PixelShape shape)
    {
        if (shape.Rows is < 1 or > ushort.MaxValue || shape.Columns is < 1 or > ushort.MaxValue || shape.SamplesPerPixel is < 1 or > 4) return null;
        if (shape.BitsAllocated is not (8 or 16 or 32)) return null;
        return (long)shape.Rows * shape.Columns * shape.SamplesPerPixel * (shape.BitsAllocated / 8);
    }
}
