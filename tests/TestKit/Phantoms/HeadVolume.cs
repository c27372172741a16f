namespace Regional.TestKit.Phantoms;

/// <summary>
/// A head in Hounsfield units: air −1000, skin 20 to 50, skull around 1000 with lighter diploë, cerebrospinal fluid 5 to 10, grey matter
/// 37, white matter 30, ventricles 8, falx 45, and on demand a left basal-ganglia haemorrhage of 65 with a rim of oedema. Axial, supine,
/// 24 cm field of view, 150 mm from base to vertex.
/// </summary>
public sealed class HeadVolume
{
    /// <summary>Rows and columns.</summary>
    public const int Size = 512;

    /// <summary>Millimetres.</summary>
    public const float PixelSpacing = 240f / Size;

    /// <summary>Added to HU to be stored; the file says −1024 (PS3.3 C.11.1).</summary>
    public const int Offset = 1024;

    private const float Height = 150f;
    private readonly int slices;
    private readonly bool bleed;
    private readonly uint seed;
    private readonly float width;
    private readonly float depth;
    private readonly float tilt;
    private readonly float ventricles;

    public HeadVolume(int seed, int slices, bool bleed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slices, 1);
        this.slices = slices;
        this.bleed = bleed;
        this.seed = (uint)seed * 2654435761u;
        var vary = new PixelNoise(this.seed | 1);
        width = 74 + (4 * vary.Next());
        depth = 93 + (5 * vary.Next());
        tilt = (vary.Next() - 0.5f) * 0.12f;
        ventricles = 0.85f + (0.4f * vary.Next());
    }

    /// <summary>Millimetres between slices.</summary>
    public float SliceSpacing => Height / slices;

    /// <summary>Stored values (HU + 1024) of a slice, counted from 0 at the base, rows from anterior to posterior.</summary>
    public ushort[] Slice(int index)
    {
        var pixels = new ushort[Size * Size];
        var z = (index + 0.5f) / slices;
        var shell = Profile(z);
        var noise = new PixelNoise(seed ^ (uint)((index + 1) * 40503));
        var (sin, cos) = MathF.SinCos(tilt);
        for (var row = 0; row < Size; row++)
        {
            var y0 = (row - (Size / 2f)) * PixelSpacing;
            for (var column = 0; column < Size; column++)
            {
                var x0 = (column - (Size / 2f)) * PixelSpacing;
                var x = (x0 * cos) + (y0 * sin);
                var y = (y0 * cos) - (x0 * sin);
                var hu = Tissue(x, y, z, shell);
                hu += noise.Normal() * (hu > -500 ? 3.5f : 8f);
                pixels[(row * Size) + column] = (ushort)Math.Clamp((int)MathF.Round(hu) + Offset, 0, 4095);
            }
        }

        return pixels;
    }

    /// <summary>How wide the head is at a height, as a part of its widest.</summary>
    private static float Profile(float z)
    {
        var t = (z - 0.38f) / 0.66f;
        return MathF.Sqrt(MathF.Max(0.02f, 1 - (t * t)));
    }

    private static float Ellipse(float x, float y, float a, float b) => MathF.Sqrt((x * x / (a * a)) + (y * y / (b * b)));

    private float Tissue(float x, float y, float z, float shell)
    {
        var a = width * shell;
        var b = depth * shell;
        // Distance from the skin in millimetres, good enough near the surface.
        var r = Ellipse(x, y, a, b);
        var deep = (1 - r) * MathF.Min(a, b);
        if (deep < 0) return Outside(x, y, z);
        if (deep < 1.5f) return 45;
        if (deep < 5f) return -60 + (deep * 18);
        var skull = 6.5f + (1.5f * PixelNoise.Smooth(x / 22, y / 22, seed));
        if (deep < 5f + skull) return Bone((deep - 5f) / skull);
        return Inside(x, y, z, deep - 5f - skull);
    }

    /// <summary>Air, and behind the head the rest it lies on.</summary>
    private float Outside(float x, float y, float z)
    {
        var cushion = Ellipse(x, y + 8, width + 24, depth + 22);
        return y > 20 && cushion is > 0.99f and < 1.02f && z < 0.9f ? -120 : -1000;
    }

    private static float Bone(float across) => across is > 0.3f and < 0.7f ? 650 : 1050;

    private float Inside(float x, float y, float z, float deep)
    {
        if (z < 0.22f)
        {
            // Skull base: petrous ridges, and air in the frontal sinus.
            if (MathF.Abs(MathF.Abs(x) - 36) < 16 && MathF.Abs(y - 8 - (0.35f * (36 - MathF.Abs(x)))) < 6) return 950;
            if (Ellipse(x, y + 72, 18, 9) < 1) return -900;
        }

        if (deep < 2.2f) return 9;
        if (MathF.Abs(x) < 1.1f && z > 0.45f && (y < -38 || y > 42)) return 45;
        if (bleed && Bleeding(x, y, z) is { } blood) return blood;
        if (Ventricle(x, y, z)) return 8;

        // Folded border between cortex and white matter, islands of deep grey.
        var fold = PixelNoise.Smooth(x / 7.5f, y / 7.5f, seed + (uint)(z * 12)) + (0.5f * PixelNoise.Smooth(x / 3.5f, y / 3.5f, seed ^ 77));
        if (deep < 7.5f && fold > 0.75f) return 10;
        if (deep < 9f + (5f * fold)) return 37;
        if (z is > 0.38f and < 0.6f && Ellipse(MathF.Abs(x) - 17, y - 2, 9, 17) < 1) return 37.5f;
        return 30;
    }

    private bool Ventricle(float x, float y, float z)
    {
        if (z is < 0.42f or > 0.72f) return z is > 0.3f and < 0.42f && Ellipse(x, y - 8, 2.4f, 13) < 1;
        var fade = 1 - MathF.Abs((z - 0.57f) / 0.17f);
        var size = ventricles * MathF.Sqrt(MathF.Max(0.05f, fade));
        var side = MathF.Abs(x);
        var frontal = Ellipse(side - (6 + (0.25f * -y)), y + 20, 5.5f * size, 17 * size) < 1;
        var occipital = Ellipse(side - (14 + (0.15f * y)), y - 26, 6 * size, 19 * size) < 1;
        return frontal || occipital;
    }

    private float? Bleeding(float x, float y, float z)
    {
        // The patient's left is the viewer's right: positive x.
        var dx = x - 26;
        var dy = y - 4;
        var dz = (z - 0.5f) * Height;
        var edge = 1 + (0.12f * PixelNoise.Smooth(x / 6, y / 6, seed ^ 4711));
        var r = MathF.Sqrt((dx * dx / 210) + (dy * dy / 420) + (dz * dz / 330)) / edge;
        if (r < 1) return 65;
        return r < 1.35f ? 20 : null;
    }
}
