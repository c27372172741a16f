namespace Regional.TestKit.Phantoms;

/// <summary>
/// A curved-array view of liver and gallbladder, 8 bit, 480×640: speckle that moves with breathing, bright diaphragm, anechoic gallbladder
/// with enhancement behind it; on demand a stone with its shadow.
/// </summary>
public sealed class AbdomenSector
{
    public const int Rows = 480;
    public const int Columns = 640;
    private const int Tile = 256;
    private readonly byte[] speckle;
    private readonly int frames;
    private readonly bool stone;

    public AbdomenSector(int seed, int frames, bool stone)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        this.frames = frames;
        this.stone = stone;
        speckle = Speckle((uint)seed * 2654435761u);
    }

    public byte[] Frame(int index)
    {
        var pixels = new byte[Rows * Columns];
        var breath = MathF.Sin(index * 2 * MathF.PI / Math.Max(8, frames)) * 9;
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                var x = column - (Columns / 2f);
                var y = row + 70f;
                var depth = MathF.Sqrt((x * x) + (y * y)) - 95;
                var angle = MathF.Atan2(x, y);
                if (depth < 0 || depth > 420 || MathF.Abs(angle) > 0.6f) continue;
                pixels[(row * Columns) + column] = Echo(x, y + breath, depth, angle);
            }
        }

        return pixels;
    }

    private static byte[] Speckle(uint seed)
    {
        var noise = new PixelNoise(seed | 1);
        var tile = new byte[Tile * Tile];
        for (var i = 0; i < tile.Length; i++)
        {
            // Amplitude of many scatterers: Rayleigh distributed.
            tile[i] = (byte)Math.Clamp(70 * MathF.Sqrt(-2 * MathF.Log(1 - (noise.Next() * 0.999f))), 0, 255);
        }

        return tile;
    }

    private byte Echo(float x, float y, float depth, float angle)
    {
        var along = (int)(depth * 0.9f);
        var across = (int)((angle + 2) * 160);
        var grain = speckle[((along & (Tile - 1)) * Tile) + (across & (Tile - 1))] / 88f;
        var level = 62f - (depth * 0.05f);
        if (depth < 18) level = 120;

        var diaphragm = y - (400 + (0.0011f * (x - 60) * (x - 60)));
        if (MathF.Abs(diaphragm) < 5) level = 190;
        else if (diaphragm > 5) level = 14;

        var gx = (x + 70) / 62;
        var gy = (y - 275) / 34;
        var bladder = (gx * gx) + (gy * gy);
        if (bladder < 1) level = 3;
        else if (bladder < 1.16f) level = 105;
        else if (gx * gx < 0.8f && gy > 1 && diaphragm < 0) level *= 1.45f;

        if (stone)
        {
            var sx = (x + 62) / 15;
            var sy = (y - 297) / 10;
            if ((sx * sx) + (sy * sy) < 1) return (byte)(215 + (grain * 12));
            if (MathF.Abs(x + 62 - ((y - 297) * -0.2f)) < 13 && y > 297) level *= 0.12f;
        }

        return (byte)Math.Clamp(level * (0.35f + (0.65f * grain)), 0, 255);
    }
}
