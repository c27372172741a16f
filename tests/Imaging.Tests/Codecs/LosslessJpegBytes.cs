using Regional.Imaging.Codecs.Jpeg;
using Regional.Imaging.Frames;

namespace Regional.Imaging.Tests.Codecs;

/// <summary>Writes lossless JPEG for tests, plainly: every category has a code of five bits, and all components share one scan.</summary>
internal static class LosslessJpegBytes
{
    /// <param name="linesPerInterval">0 for no restart markers.</param>
    public static byte[] Encode(byte[] pixels, PixelShape shape, int predictor, int linesPerInterval = 0)
    {
        var (samples, width) = (shape.SamplesPerPixel, shape.BitsAllocated / 8);
        var bytes = new List<byte>
        {
            0xFF, 0xD8, 0xFF, Marker.Lossless, 0, (byte)(8 + 3 * samples), (byte)shape.BitsAllocated,
            (byte)(shape.Rows >> 8), (byte)shape.Rows, (byte)(shape.Columns >> 8), (byte)shape.Columns, (byte)samples
        };
        for (var i = 1; i <= samples; i++) bytes.AddRange([(byte)i, 0x11, 0]);
        bytes.AddRange([0xFF, 0xC4, 0, 2 + 17 + 17, 0, 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for (byte category = 0; category <= 16; category++) bytes.Add(category);
        if (linesPerInterval > 0) bytes.AddRange([0xFF, 0xDD, 0, 4, (byte)(linesPerInterval * shape.Columns >> 8), (byte)(linesPerInterval * shape.Columns)]);
        bytes.AddRange([0xFF, 0xDA, 0, (byte)(6 + 2 * samples), (byte)samples]);
        for (var i = 1; i <= samples; i++) bytes.AddRange([(byte)i, 0]);
        bytes.AddRange([(byte)predictor, 0, 0]);

        ulong cache = 0;
        var pending = 0;
        void Put(int value, int count)
        {
            cache = cache << count | (uint)value & ((1u << count) - 1);
            for (pending += count; pending >= 8;)
            {
                pending -= 8;
                var next = (byte)(cache >> pending);
                bytes.Add(next);
                if (next == 0xFF) bytes.Add(0);
            }
        }

        int At(int sample, int x, int y)
        {
            var at = ((y * shape.Columns + x) * samples + sample) * width;
            return width == 1 ? pixels[at] : pixels[at] | pixels[at + 1] << 8;
        }

        for (var y = 0; y < shape.Rows; y++)
        {
            var isFirst = y == 0 || linesPerInterval > 0 && y % linesPerInterval == 0;
            if (isFirst && y > 0)
            {
                if (pending > 0) Put((1 << (8 - pending)) - 1, 8 - pending);
                bytes.AddRange([0xFF, (byte)(0xD0 + (y / linesPerInterval - 1) % 8)]);
            }
            for (var x = 0; x < shape.Columns; x++)
            {
                for (var s = 0; s < samples; s++)
                {
                    var (a, b, c) = (x > 0 ? At(s, x - 1, y) : 0, isFirst ? 0 : At(s, x, y - 1), isFirst || x == 0 ? 0 : At(s, x - 1, y - 1));
                    var predicted = isFirst ? x == 0 ? 1 << (shape.BitsAllocated - 1) : a : x == 0 ? b : predictor switch
                    {
                        1 => a, 2 => b, 3 => c, 4 => a + b - c, 5 => a + ((b - c) >> 1), 6 => b + ((a - c) >> 1), _ => (a + b) >> 1
                    };
                    var difference = (short)(At(s, x, y) - predicted);
                    var size = difference == short.MinValue ? 16 : 32 - int.LeadingZeroCount(Math.Abs((int)difference));
                    Put(size, 5);
                    if (size is > 0 and < 16) Put(difference < 0 ? difference - 1 : difference, size);
                }
            }
        }
        if (pending > 0) Put((1 << (8 - pending)) - 1, 8 - pending);
        bytes.AddRange([0xFF, 0xD9]);
        if (bytes.Count % 2 == 1) bytes.Add(0);
        return [.. bytes];
    }
}
