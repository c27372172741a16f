using Regional.Imaging.Storage;

namespace Regional.Imaging.Packs;

/// <summary>The files of a pack folder, for those who copy them.</summary>
public static class PackFiles
{
    /// <summary>
    /// The files that hold everything before a position, with the bytes of each that count (null: all). The pack in which the position lies
    /// is cut there and its seal left out, so that a store that opens the copy goes on appending to it.
    /// </summary>
    public static IReadOnlyList<(string Name, long? Length)> Before(IFileLayer files, string directory, PackPosition position)
    {
        List<(string, long?)> found = [];
        foreach (var name in files.List(directory))
        {
            if (name.EndsWith(PackFormat.TemporarySuffix, StringComparison.Ordinal))
                continue;
            if (PackFormat.PackNumber(Path.ChangeExtension(name, PackFormat.PackSuffix)) is not { } number || number > position.Pack)
                continue;
            var cut = number == position.Pack;
            if (!cut)
                found.Add((name, null));
            else if (name.EndsWith(PackFormat.PackSuffix, StringComparison.Ordinal))
                found.Add((name, position.Offset));
        }

        return found;
    }
}
