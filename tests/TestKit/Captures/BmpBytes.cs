using System.Buffers.Binary;

namespace Regional.TestKit.Captures;

/// <summary>Writes uncompressed bitmaps.</summary>
public static class BmpBytes
{
    /// <param name="value">Palette index, or 0xRRGGBB, at x, y.</param>
    /// <param name="masks">Red, green, blue: BI_BITFIELDS.</param>
    public static byte[] Write(int width, int height, int bits, bool topDown, Func<int, int, uint> value, uint[]? palette = null, uint[]? masks = null)
    {
        var stride = (width * bits + 31) / 32 * 4;
        var offset = 54 + 4 * (palette?.Length ?? 0) + 4 * (masks?.Length ?? 0);
        var file = new byte[offset + stride * height];
        (file[0], file[1]) = ((byte)'B', (byte)'M');
        void Word(int at, uint number) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), number);
        Word(2, (uint)file.Length);
        Word(10, (uint)offset);
        Word(14, 40);
        Word(18, (uint)width);
        Word(22, (uint)(topDown ? -height : height));
        file[26] = 1;
        file[28] = (byte)bits;
        Word(30, masks is null ? 0u : 3u);
        Word(46, (uint)(palette?.Length ?? 0));
        for (var i = 0; i < masks?.Length; i++) Word(54 + 4 * i, masks[i]);
        for (var i = 0; i < palette?.Length; i++) Word(offset - 4 * palette.Length + 4 * i, palette[i]);
        for (var y = 0; y < height; y++)
        {
            var row = file.AsSpan(offset + stride * (topDown ? y : height - 1 - y), stride);
            for (var x = 0; x < width; x++)
            {
                var pixel = value(x, y);
                switch (bits)
                {
                    case 32:
                        BinaryPrimitives.WriteUInt32LittleEndian(row[(x * 4)..], pixel);
                        break;
                    case 24:
                        (row[x * 3], row[x * 3 + 1], row[x * 3 + 2]) = ((byte)pixel, (byte)(pixel >> 8), (byte)(pixel >> 16));
                        break;
                    case 16:
                        BinaryPrimitives.WriteUInt16LittleEndian(row[(x * 2)..], (ushort)pixel);
                        break;
                    default:
                        row[x * bits / 8] |= (byte)(pixel << (8 - bits - x * bits % 8));
                        break;
                }
            }
        }

        return file;
    }
}
