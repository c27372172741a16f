using System.IO.Compression;

namespace Regional.Imaging.Frames;

/// <summary>Deflated Explicit VR Little Endian (PS3.5 §A.5), inflated within a bound.</summary>
internal static class Deflation
{
    /// <summary>Largest inflated data set that is looked into. Larger ones are stored and served whole, but not searched.</summary>
    public const int MaxInflated = 64 << 20;

    public static DataSetLayout Walk(ReadAt read, long length)
    {
        if (Inflate(read, length) is { } bytes) return DataSetWalker.WalkInflated(bytes);
        return new DataSetLayout { Problem = DataSetProblem.BadDeflate, HeaderLength = 0, IndexableLength = 0 };
    }

    private static byte[]? Inflate(ReadAt read, long length)
    {
        using var source = new PositionalStream(read, length);
        using var inflater = new DeflateStream(source, CompressionMode.Decompress);
        using var inflated = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            int count;
            while ((count = inflater.Read(buffer)) > 0)
            {
                if (inflated.Length + count > MaxInflated) return null;
                inflated.Write(buffer, 0, count);
            }
        }
        catch (InvalidDataException)
        {
            return null;
        }
        return inflated.Length == 0 ? null : inflated.ToArray();
    }
}
