namespace Regional.Edge.Worklist;

/// <summary>A Chinese name as a person name of DICOM (PS3.5 §6.2.1): family and given name apart, scripts in their groups.</summary>
internal static class PatientNames
{
    private static readonly HashSet<string> LongFamilies = new(StringComparer.Ordinal)
    {
        "欧阳", "司马", "上官", "诸葛", "夏侯", "尉迟", "皇甫", "公孙", "慕容", "令狐", "长孙", "宇文", "司徒", "东方", "独孤", "南宫", "端木", "轩辕", "百里", "呼延", "闻人", "申屠", "钟离", "鲜于", "司空",
    };

    /// <param name="spoken">As spoken, in its own script.</param>
    /// <param name="pinyin">Words divided by blanks, the family name first; or empty.</param>
    /// <param name="form"><c>both</c>, <c>characters</c> or <c>pinyin</c> (cluster.yaml).</param>
    /// <param name="number">Stands in the name's place where a device takes only ASCII and nobody has said how the name is spelled.</param>
    public static string Write(string spoken, string pinyin, string form, string number)
    {
        var name = Clean(spoken);
        if (name.All(char.IsAscii))
            return Spelled(name, 1);
        var characters = Characters(name, out var familyLength);
        var spelled = Clean(pinyin) is { Length: > 0 } given && given.All(char.IsAscii) ? Spelled(given, familyLength) : "";
        return form switch
        {
            "characters" => characters,
            "pinyin" => spelled.Length > 0 ? spelled : Clean(number),
            _ => $"{spelled}={characters}",
        };
    }

    private static string Characters(string name, out int familyLength)
    {
        var joined = name.Replace(" ", "", StringComparison.Ordinal);
        familyLength = joined.Length > 2 && LongFamilies.Contains(joined[..2]) ? 2 : 1;
        // A character beyond the basic plane is two code units.
        var cut = familyLength == 2 ? 2 : char.IsSurrogatePair(joined, 0) ? 2 : 1;
        return joined.Length <= cut || joined.Contains('·', StringComparison.Ordinal) ? joined : $"{joined[..cut]}^{joined[cut..]}";
    }

    /// <summary>Ouyang Feng or Ou Yang Feng: the family name has as many words as characters only where the words are single syllables.</summary>
    private static string Spelled(string words, int familyLength)
    {
        var parts = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 2)
            return words;
        var family = parts.Length > 2 ? Math.Min(familyLength, parts.Length - 1) : 1;
        return $"{string.Join(' ', parts[..family])}^{string.Join(' ', parts[family..])}";
    }

    /// <summary>Without what divides components and values.</summary>
    private static string Clean(string text) => string.Join(' ', new string([.. text.Select(c => c is '\\' or '^' or '=' || char.IsControl(c) ? ' ' : c)])
        .Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
