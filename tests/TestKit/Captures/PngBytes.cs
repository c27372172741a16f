using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Regional.TestKit.Captures;

/// <summary>Writes PNG files of every kind: colour type, depth, interlace, with a filter that changes from row to row.</summary>
public static class PngBytes
{
    private static readonly (int X, int Y, int StepX, int StepY)[] Passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <param name="sample">Value of a channel at x, y; as many bits as the depth.</param>
    public static byte[] Write(int width, int height, int depth, int colour, bool interlaced, Func<int, int, int, int> sample, byte[]? palette = null, byte[]? transparency = null)
    {
        var channels = colour switch { 0 or 3 => 1, 4 => 2, 2 => 3, _ => 4 };
        using var rows = new MemoryStream();
        foreach (var (x0, y0, stepX, stepY) in interlaced ? Passes : [(0, 0, 1, 1)])
        {
            var columns = (width - x0 + stepX - 1) / stepX;
            if (columns <= 0) continue;
            var above = new byte[(columns * channels * depth + 7) / 8];
            for (var y = y0; y < height; y += stepY)
            {
                var row = new byte[above.Length];
                for (var i = 0; i < columns * channels; i++) Put(row, i, depth, sample(x0 + i / channels * stepX, y, i % channels));
                Filter(rows, row, above, Math.Max(1, channels * depth / 8), (y / stepY) % 5);
                above = row;
            }
        }

        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(rows.GetBuffer(), 0, (int)rows.Length);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)depth, (byte)colour, (byte)(interlaced ? 1 : 0));
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Chunk(file, "IHDR", header);
        Chunk(file, "tEXt", "Comment\0made by a test"u8);
        if (palette is not null) Chunk(file, "PLTE", palette);
        if (transparency is not null) Chunk(file, "tRNS", transparency);
        var data = packed.ToArray();
        for (var at = 0; at < data.Length; at += 1000) Chunk(file, "IDAT", data.AsSpan(at, Math.Min(1000, data.Length - at)));
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    private static void Put(byte[] row, int index, int depth, int value)
    {
        if (depth == 16) BinaryPrimitives.WriteUInt16BigEndian(row.AsSpan(index * 2), (ushort)value);
        else row[index * depth / 8] |= (byte)(value << (8 - depth - index * depth % 8));
    }

    private static void Filter(MemoryStream target, byte[] row, byte[] above, int back, int filter)
    {
        target.WriteByte((byte)filter);
        for (var i = 0; i < row.Length; i++)
        {
            int left = i < back ? 0 : row[i - back], corner = i < back ? 0 : above[i - back];
            var guess = left + above[i] - corner;
            var (toLeft, toUp, toCorner) = (Math.Abs(guess - left), Math.Abs(guess - above[i]), Math.Abs(guess - corner));
            var predicted = filter switch
            {
                0 => 0,
                1 => left,
                2 => above[i],
                3 => (left + above[i]) / 2,
                _ => toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? above[i] : corner,
            };
            target.WriteByte((byte)(row[i] - predicted));
        }
    }

    private static void Chunk(MemoryStream file, string type, ReadOnlySpan<byte> body)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, body.Length);
        file.Write(number);
        byte[] content = [.. Encoding.ASCII.GetBytes(type), .. body];
        file.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(content));
        file.Write(number);
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var each in bytes)
        {
            crc ^= each;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
        }

        return ~crc;
    }
}
