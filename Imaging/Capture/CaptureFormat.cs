using System.Buffers.Binary;

namespace Regional.Imaging.Capture;

/// <summary>What a file is, by its first bytes.</summary>
internal static class CaptureFormat
{
    /// <exception cref="CaptureRefusedException">None of those that are taken.</exception>
    public static CaptureKind Detect(Stream source)
    {
        Span<byte> buffer = stackalloc byte[132];
        source.Position = 0;
        var begin = buffer[..source.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
        if (begin.IsEmpty) throw new CaptureRefusedException(CaptureRule.Empty);
        if (begin.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return CaptureKind.Jpeg;
        if (begin.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A])) return CaptureKind.Png;
        if (begin.StartsWith("BM"u8) && begin.Length >= 26 && BinaryPrimitives.ReadUInt32LittleEndian(begin[14..]) is 12 or 40 or 52 or 56 or 108 or 124)
            return CaptureKind.Bmp;
        if (begin.StartsWith("%PDF-"u8)) return CaptureKind.Pdf;
        if (begin.Length == buffer.Length && begin.EndsWith("DICM"u8)) throw new CaptureRefusedException(CaptureRule.AlreadyDicom);
        if (begin.Length >= 12 && begin[4..8].SequenceEqual("ftyp"u8))
            return IsPicture(begin[8..12]) ? throw new CaptureRefusedException(CaptureRule.Heic) : CaptureKind.Mp4;
        throw new CaptureRefusedException(CaptureRule.UnknownType);
    }

    /// <summary>Bytes of the longest file of a kind.</summary>
    public static long Largest(CaptureKind kind, CaptureLimits limits) => kind switch
    {
        CaptureKind.Mp4 => limits.MaxVideo,
        CaptureKind.Pdf => limits.MaxDocument,
        _ => limits.MaxPicture,
    };

    /// <summary>Brands of still pictures in the same container (ISO/IEC 23008-12).</summary>
    private static bool IsPicture(ReadOnlySpan<byte> brand) =>
        brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("mif1"u8) || brand.SequenceEqual("msf1"u8)
        || brand.SequenceEqual("hevc"u8) || brand.SequenceEqual("avif"u8);
}
