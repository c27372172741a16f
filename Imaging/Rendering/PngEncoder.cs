using System.Buffers.Binary;
using System.IO.Compression;

namespace Regional.Imaging.Rendering;

/// <summary>Writes PNG (ISO/IEC 15948): eight bits, grey or RGB.</summary>
public static class PngEncoder
{
    private static readonly uint[] CrcTable = MakeTable();

    public static byte[] Encode(RenderedImage image)
    {
        using var png = new MemoryStream(image.Pixels.Length / 2 + 256);
        png.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], image.Height);
        header[8] = 8;
        header[9] = (byte)(image.Channels == 1 ? 0 : 2);
        PutChunk(png, "IHDR"u8, header);
        PutChunk(png, "IDAT"u8, Compress(image));
        PutChunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static ReadOnlySpan<byte> Compress(RenderedImage image)
    {
        var body = new MemoryStream(image.Pixels.Length / 2 + 256);
        using (var zlib = new ZLibStream(body, CompressionLevel.Fastest, leaveOpen: true))
        {
            var (pitch, channels) = (image.Width * image.Channels, image.Channels);
            byte[] above = new byte[pitch], left = new byte[pitch + 1], up = new byte[pitch + 1];
            (left[0], up[0]) = (1, 2);
            for (var y = 0; y < image.Height; y++)
            {
                var line = image.Pixels.AsSpan(y * pitch, pitch);
                int leftSum = 0, upSum = 0;
                for (var i = 0; i < pitch; i++)
                {
                    left[i + 1] = (byte)(line[i] - (i < channels ? 0 : line[i - channels]));
                    up[i + 1] = (byte)(line[i] - above[i]);
                    leftSum += Math.Abs((int)(sbyte)left[i + 1]);
                    upSum += Math.Abs((int)(sbyte)up[i + 1]);
                }
                zlib.Write(leftSum < upSum ? left : up);
                line.CopyTo(above);
            }
        }
        return body.GetBuffer().AsSpan(0, (int)body.Length);
    }

    private static void PutChunk(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), data));
        png.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var next in bytes) crc = CrcTable[(crc ^ next) & 0xFF] ^ crc >> 8;
        return crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            var c = i;
            for (var k = 0; k < 8; k++) c = (c & 1) != 0 ? 0xEDB88320 ^ c >> 1 : c >> 1;
            table[i] = c;
        }
        return table;
    }
}
