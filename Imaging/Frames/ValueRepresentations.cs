namespace Regional.Imaging.Frames;

/// <summary>What explicit VR encoding needs to know of value representations (PS3.5 §7.1.2).</summary>
internal static class ValueRepresentations
{
    private static readonly string[] LongLength = ["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"];
    private static readonly string[] Binary = ["OB", "OD", "OF", "OL", "OV", "OW", "UN"];
    private static readonly Dictionary<int, string> Names = "AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV"
        .Split(' ').ToDictionary(name => name[0] << 8 | name[1]);

    public static bool IsLetters(byte first, byte second) => char.IsAsciiLetterUpper((char)first) && char.IsAsciiLetterUpper((char)second);

    public static string Name(byte first, byte second) =>
        Names.TryGetValue(first << 8 | second, out var name) ? name : new string([(char)first, (char)second]);

    /// <summary>Two reserved bytes and a four-byte length follow the VR. VRs that are not known yet are encoded so too.</summary>
    public static bool HasLongLength(string vr) => Array.IndexOf(LongLength, vr) >= 0 || !Names.ContainsValue(vr);

    public static bool IsBinary(string vr) => Array.IndexOf(Binary, vr) >= 0;
}
