namespace Regional.Imaging.Repairs;

/// <summary>What a device writes into person names, where it does not keep to PS3.5 §6.2.1.</summary>
public enum NameForm
{
    AsSent,

    /// <summary>Pinyin with blanks or commas between family and given name: <c>LI JIANJUN</c> is read as <c>LI^JIANJUN</c>.</summary>
    Pinyin,

    /// <summary>Characters padded with blanks: <c>张　三</c> is read as <c>张三</c>.</summary>
    Characters
}

/// <summary>Names brought to the form of the standard. What is right already, stays.</summary>
internal static class NameForms
{
    public static string Apply(this NameForm form, string name) => form == NameForm.AsSent
        ? name
        : string.Join('=', name.Split('=').Select(group => form == NameForm.Pinyin ? Delimited(group) : Joined(group)));

    /// <summary>The first blank or comma of a group without delimiters becomes the one between family and given name.</summary>
    private static string Delimited(string group)
    {
        var words = group.Trim();
        if (words.Contains('^', StringComparison.Ordinal) || words.Any(c => !char.IsAscii(c))) return group;
        var gap = words.AsSpan().IndexOfAny(" ,_");
        return gap <= 0 ? words : words[..gap] + "^" + words[gap..].TrimStart(' ', ',', '_');
    }

    private static string Joined(string group) =>
        group.Any(IsIdeograph) && group.All(c => IsIdeograph(c) || char.IsWhiteSpace(c)) ? string.Concat(group.Where(c => !char.IsWhiteSpace(c))) : group;

    private static bool IsIdeograph(char c) => c is >= '\u3400' and <= '\u9FFF' or >= '\uF900' and <= '\uFAFF' || char.IsSurrogate(c);
}
