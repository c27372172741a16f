namespace Regional.TestKit.Phantoms;

/// <summary>Fast reproducible noise: a generator for streams, a lattice for textures.</summary>
internal struct PixelNoise(uint seed)
{
    private uint state = seed == 0 ? 0x9e3779b9 : seed;

    /// <summary>Uniform in [0, 1).</summary>
    public float Next()
    {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        return (state >> 8) * (1f / (1 << 24));
    }

    /// <summary>Near normal, mean 0, standard deviation 1: three uniforms are close enough for an eye.</summary>
    public float Normal() => (Next() + Next() + Next() - 1.5f) * 2f;

    /// <summary>Smooth noise in [-1, 1] at a place, lattice constant 1.</summary>
    public static float Smooth(float x, float y, uint seed)
    {
        var ix = (int)MathF.Floor(x);
        var iy = (int)MathF.Floor(y);
        var fx = x - ix;
        var fy = y - iy;
        fx = fx * fx * (3 - (2 * fx));
        fy = fy * fy * (3 - (2 * fy));
        var top = Lattice(ix, iy, seed) + ((Lattice(ix + 1, iy, seed) - Lattice(ix, iy, seed)) * fx);
        var bottom = Lattice(ix, iy + 1, seed) + ((Lattice(ix + 1, iy + 1, seed) - Lattice(ix, iy + 1, seed)) * fx);
        return top + ((bottom - top) * fy);
    }

    private static float Lattice(int x, int y, uint seed)
    {
        var h = unchecked(((uint)x * 374761393u) + ((uint)y * 668265263u) + (seed * 2246822519u));
        h = (h ^ (h >> 13)) * 1274126177u;
        return (((h ^ (h >> 16)) & 0xffff) / 32767.5f) - 1f;
    }
}
