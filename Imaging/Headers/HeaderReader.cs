using FellowOakDicom;
using Regional.Imaging.Frames;

namespace Regional.Imaging.Headers;

/// <summary>
/// Reads a data set up to its pixel data with fo-dicom, after <see cref="DataSetWalker"/> has bounded depth, counts and lengths and told
/// where to stop. fo-dicom is given exactly those bytes.
/// </summary>
public static class HeaderReader
{
    /// <summary>Largest part of a data set that is parsed. Larger headers are served whole but neither indexed nor shown as metadata.</summary>
    public const int MaxHeader = 64 << 20;

    // Devices of township hospitals send Chinese names without declaring a character set; GB18030 contains ASCII and GBK.
    private static readonly System.Text.Encoding Undeclared = DicomEncoding.GetEncoding("GB18030");

    /// <summary>The first <paramref name="length"/> bytes as a data set; null when they cannot be parsed or are too many.</summary>
    public static DicomDataset? Read(ReadAt read, DataSetLayout layout, long length, string transferSyntaxUid)
    {
        if (length is < 0 or > MaxHeader) return null;
        var syntax = layout.Inflated is null ? transferSyntaxUid : TransferSyntaxes.ExplicitLittleEndian;
        var meta = FileMeta.Build(DicomUID.SecondaryCaptureImageStorage.UID, "1.2", ParsedAs(syntax), "");
        var bytes = new byte[meta.Length + length];
        meta.CopyTo(bytes, 0);
        if (layout.Inflated is { } inflated) inflated.Span[..(int)length].CopyTo(bytes.AsSpan(meta.Length));
        else if (read(0, bytes.AsSpan(meta.Length)) < length) return null;
        try
        {
            using var stream = new MemoryStream(bytes, writable: false);
            return DicomFile.Open(stream, Undeclared, stop: null, FileReadOption.ReadAll).Dataset;
        }
        catch (Exception e) when (e is DicomException or IOException or ArgumentException or FormatException or InvalidOperationException or IndexOutOfRangeException)
        {
            // A parser may refuse in many ways what the walker let through; the bytes stay stored and served whole.
            return null;
        }
    }

    /// <summary>Compressed syntaxes encode everything but their pixels as explicit little endian, so any one will do for the header.</summary>
    private static string ParsedAs(string uid) => TransferSyntaxes.IsNative(uid) ? uid : TransferSyntaxes.ExplicitLittleEndian;
}
