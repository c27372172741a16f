using System.Globalization;

namespace Regional.Silo.Growth;

/// <param name="Studies">How far the archive grows.</param>
/// <param name="Window">Studies over which a rate is taken.</param>
/// <param name="Folder">Where the archive is made; emptied afterwards.</param>
/// <param name="Connection">A PostgreSQL database for the index, or null for SQLite in the folder.</param>
/// <param name="Enforce">Whether a missed bar fails the command.</param>
internal sealed record GrowthCommand(long Studies, int Window, string Folder, string? Connection, bool Enforce)
{
    public const string Usage = "       Regional.Silo growth  [--studies N] [--window N] [--folder DIR] [--postgres CONNECTION] [--enforce yes]";

    /// <summary>Null where the words make no command.</summary>
    public static GrowthCommand? Parse(string[] words)
    {
        var command = new GrowthCommand(1_000_000, 3_000, Path.Combine(Path.GetTempPath(), "regional-growth"), null, false);
        if (words.Length % 2 != 0)
            return null;
        for (var i = 0; i < words.Length; i += 2)
        {
            switch (words[i])
            {
                case "--studies" when long.TryParse(words[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var studies) && studies > 0:
                    command = command with { Studies = studies };
                    break;
                case "--window" when int.TryParse(words[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var window) && window > 0:
                    command = command with { Window = window };
                    break;
                case "--folder":
                    command = command with { Folder = words[i + 1] };
                    break;
                case "--postgres":
                    command = command with { Connection = words[i + 1] };
                    break;
                case "--enforce":
                    command = command with { Enforce = words[i + 1] == "yes" };
                    break;
                default:
                    return null;
            }
        }

        return command;
    }
}
