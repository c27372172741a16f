using System.Text.RegularExpressions;

namespace Regional.Architecture.Tests;

/// <summary>
/// Which requirement ids a test source cites: in the documentation or the attributes of a test that runs, or of a class that holds one. Words
/// elsewhere (in a body, on a helper, on a test that is skipped for good) prove nothing.
/// </summary>
internal static partial class Citations
{
    /// <summary>Ids that tests of these sources cite. A class may be spread over several files.</summary>
    public static HashSet<string> Of(IEnumerable<string> sources)
    {
        var classes = new Dictionary<string, (HashSet<string> Ids, bool Runs)>(StringComparer.Ordinal);
        var cited = new HashSet<string>(StringComparer.Ordinal);
        foreach (var source in sources)
        {
            var current = "";
            List<string> above = [];
            foreach (var line in source.Split('\n').Select(l => l.Trim()))
            {
                if (line.StartsWith("///", StringComparison.Ordinal) || line.StartsWith('['))
                {
                    above.Add(line);
                    continue;
                }

                if (Class().Match(line) is { Success: true } declared)
                {
                    current = declared.Groups[1].Value;
                    var known = classes.GetValueOrDefault(current, ([], false));
                    known.Item1.UnionWith(Ids(above));
                    classes[current] = known;
                }
                else if (above.Exists(l => Test().IsMatch(l)) && !above.Exists(l => Skipped().IsMatch(l)) && line.Contains('(', StringComparison.Ordinal))
                {
                    cited.UnionWith(Ids(above));
                    if (classes.TryGetValue(current, out var known))
                        classes[current] = (known.Ids, true);
                }

                above.Clear();
            }
        }

        foreach (var (ids, runs) in classes.Values)
        {
            if (runs)
                cited.UnionWith(ids);
        }

        return cited;
    }

    private static IEnumerable<string> Ids(IEnumerable<string> lines) => lines.SelectMany(l => Id().Matches(l)).Select(m => m.Value);

    [GeneratedRegex(@"\b[RSX]\d+(\.\d+)*(-\d+[a-z]?)?\b")]
    private static partial Regex Id();

    [GeneratedRegex(@"^(?:\w+ )*class (\w+)")]
    private static partial Regex Class();

    [GeneratedRegex(@"\[(Skippable)?(Fact|Theory)\b")]
    private static partial Regex Test();

    [GeneratedRegex(@"\[(Skippable)?(Fact|Theory)\(.*\bSkip\s*=")]
    private static partial Regex Skipped();
}
