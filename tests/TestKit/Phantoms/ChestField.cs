namespace Regional.TestKit.Phantoms;

/// <summary>
/// A frontal chest, 12 bit, bones bright: torso, lungs with vessels, mediastinum and heart, spine, ribs, clavicles, diaphragm; on demand
/// a left tension pneumothorax (no vessels, heart pushed to the right, flat diaphragm).
/// </summary>
public static class ChestField
{
    /// <summary>Stored values 0 to 4095; x runs from the patient's right (viewer's left).</summary>
    public static ushort[] Render(int seed, int size, bool pneumothorax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 64);
        var pixels = new ushort[size * size];
        var mix = (uint)seed * 2654435761u;
        var vary = new PixelNoise(mix | 1);
        var broad = 0.94f + (0.08f * vary.Next());
        Parallel.For(0, size, row =>
        {
            var noise = new PixelNoise(mix ^ (uint)((row + 1) * 2246822519u));
            for (var column = 0; column < size; column++)
            {
                var x = ((column + 0.5f) / size * 2) - 1;
                var y = (row + 0.5f) / size;
                var path = Path(x / broad, y, mix, pneumothorax);
                var signal = 4095 * (1 - MathF.Exp(-path)) * 0.97f;
                pixels[(row * size) + column] = (ushort)Math.Clamp((int)(signal + (noise.Normal() * 14) + 30), 0, 4095);
            }
        });
        return pixels;
    }

    /// <summary>Attenuation along the ray, without a unit.</summary>
    private static float Path(float x, float y, uint seed, bool pneumothorax)
    {
        var side = MathF.Abs(x);
        var shoulder = y < 0.2f ? 0.55f + (2.1f * y) : 0.97f;
        if (side > shoulder && y > 0.04f) return side > shoulder + 0.02f ? 0.02f : 0.3f;
        if (y < 0.06f && side > 0.22f) return 0.02f;
        var path = 1.25f - (0.35f * side);

        var left = x > 0;
        var dome = (left ? 0.815f : 0.785f) + (0.16f * (side - 0.42f) * (side - 0.42f) / 0.12f);
        if (pneumothorax && left) dome = 0.88f;
        var lung = Lung(x, y, dome);
        if (lung > 0)
        {
            path -= 0.88f * lung;
            var collapsed = pneumothorax && left && side > 0.33f;
            if (!collapsed) path += Vessels(x, y, seed) * lung;
            else path -= 0.08f * lung;
        }
        else if (y > dome)
        {
            path += 0.35f;
        }

        var shift = pneumothorax ? -0.12f : 0;
        path += Heart(x - shift, y);
        if (side < 0.1f) path += 0.42f * (1 - (side * 10 * side * 10 * 0.8f)) * (0.85f + (0.15f * MathF.Cos(y * 95)));
        if (MathF.Abs(x - (shift * 0.5f)) < 0.03f && y < 0.34f) path -= 0.18f;
        path += Ribs(side, y) + Clavicle(side, y);
        return MathF.Max(0.05f, path);
    }

    private static float Lung(float x, float y, float dome)
    {
        var side = MathF.Abs(x);
        var centre = 0.44f + (0.05f * (y - 0.4f));
        var half = 0.33f * MathF.Sqrt(MathF.Max(0, 1 - MathF.Pow(MathF.Abs(y - 0.62f) / 0.5f, 3)));
        if (y > dome || half <= 0) return 0;
        var edge = 1 - (MathF.Abs(side - centre) / half);
        return Math.Clamp(edge * 9, 0, 1);
    }

    /// <summary>Fine branching shadows, denser and thicker towards the hilum.</summary>
    private static float Vessels(float x, float y, uint seed)
    {
        var side = MathF.Abs(x);
        var dx = side - 0.2f;
        var dy = y - 0.48f;
        var away = MathF.Sqrt((dx * dx) + (dy * dy));
        var angle = MathF.Atan2(dy, dx);
        var branch = PixelNoise.Smooth(angle * 7, away * 9, seed ^ (x > 0 ? 3u : 5u));
        var fine = PixelNoise.Smooth(x * 60, y * 60, seed ^ 11) * 0.03f;
        var near = MathF.Exp(-away * 4.2f);
        return (MathF.Max(0, 1 - (MathF.Abs(branch) * 9)) * 0.22f * near) + fine + (MathF.Exp(-away * away * 160) * 0.25f);
    }

    private static float Heart(float x, float y)
    {
        var left = (x - 0.1f) / 0.29f;
        var down = (y - 0.68f) / 0.16f;
        var r = (left * left) + (down * down) + (0.5f * left * down * -1);
        var heart = Math.Clamp((1 - r) * 4, 0, 1) * 0.62f;
        var arch = Math.Clamp((1 - (((x - 0.09f) * (x - 0.09f) / 0.008f) + ((y - 0.38f) * (y - 0.38f) / 0.006f))) * 3, 0, 1) * 0.35f;
        var mediastinum = Math.Clamp((0.12f - MathF.Abs(x - 0.01f)) * 40, 0, 1) * (y is > 0.06f and < 0.8f ? 0.3f : 0);
        return MathF.Max(heart, mediastinum) + (arch * 0.5f);
    }

    private static float Ribs(float side, float y)
    {
        if (side is < 0.1f or > 0.8f) return 0;
        var sum = 0f;
        for (var rib = 0; rib < 9; rib++)
        {
            // Posterior parts fall gently outwards, anterior parts steeply inwards.
            var posterior = 0.16f + (rib * 0.082f) + (0.1f * (side - 0.1f)) + (0.16f * (side - 0.45f) * (side - 0.45f));
            sum += Band(y - posterior, 0.013f) * 0.16f;
            var anterior = 0.3f + (rib * 0.085f) + (0.28f * (0.8f - side));
            if (rib < 6 && side > 0.3f) sum += Band(y - anterior, 0.015f) * 0.09f;
        }

        return sum;
    }

    private static float Clavicle(float side, float y) =>
        side is > 0.06f and < 0.6f ? Band(y - (0.2f - (0.13f * (side - 0.06f))), 0.016f) * 0.32f : 0;

    private static float Band(float offset, float half)
    {
        var t = 1 - (MathF.Abs(offset) / half);
        return t <= 0 ? 0 : MathF.Min(1, t * 2.2f);
    }
}
