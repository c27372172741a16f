namespace Regional.Imaging.Index;

/// <summary>
/// Search keys of a person's name (PS3.5 §6.2): upper case, without trailing delimiters, one for each of the alphabetic, ideographic and
/// phonetic groups, so that <c>李*</c> and <c>LI^J*</c> both find LI^JIANJUN=李^建军 by an index range.
/// </summary>
internal static class NameKeys
{
    public static string[] Of(string name)
    {
        var keys = new[] { "", "", "" };
        var groups = name.Split('=', 4);
        for (var i = 0; i < Math.Min(3, groups.Length); i++) keys[i] = Normalise(groups[i]);
        return keys;
    }

    /// <summary>The same form for a pattern of a search; wildcards stay.</summary>
    public static string Normalise(string group) => group.Trim().TrimEnd('^').ToUpperInvariant();
}
