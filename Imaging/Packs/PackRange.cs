namespace Regional.Imaging.Packs;

/// <summary>The place of a pack in the order of packs, which is the order of its records whatever has been rewritten since.</summary>
/// <param name="First">Number of the first appended pack that it stands for.</param>
/// <param name="Last">Number of the last one.</param>
internal readonly record struct PackRange(long First, long Last)
{
    public bool Covers(PackRange other) => First <= other.First && other.Last <= Last;
}
