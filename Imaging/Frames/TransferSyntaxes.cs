namespace Regional.Imaging.Frames;

/// <summary>The transfer syntaxes (PS3.5 §10, annex A) whose encoding the archive must know to find frames.</summary>
internal static class TransferSyntaxes
{
    public const string ImplicitLittleEndian = "1.2.840.10008.1.2";
    public const string ExplicitLittleEndian = "1.2.840.10008.1.2.1";
    public const string Deflated = "1.2.840.10008.1.2.1.99";
    public const string ExplicitBigEndian = "1.2.840.10008.1.2.2";
    public const string EncapsulatedUncompressed = "1.2.840.10008.1.2.1.98";
    public const string RleLossless = "1.2.840.10008.1.2.5";

    public const uint PixelDataTag = 0x7FE00010;

    /// <summary>The data set itself (not its pixel data) can be read without decompression.</summary>
    public static bool IsNative(string uid) => uid is ImplicitLittleEndian or ExplicitLittleEndian or ExplicitBigEndian;
}
