namespace Regional.Imaging.Capture;

/// <summary>The body part of an exam as a code of SNOMED CT (PS3.16 annex L), which visible light asks for (PS3.3 C.8.12.1).</summary>
internal static class AnatomicRegion
{
    private static readonly Dictionary<string, (string Code, string Meaning)> Codes = new(StringComparer.Ordinal)
    {
        ["ABDOMEN"] = ("818981001", "Abdomen"),
        ["AORTA"] = ("15825003", "Aorta"),
        ["BREAST"] = ("76752008", "Breast"),
        ["CHEST"] = ("816094009", "Chest"),
        ["HEAD"] = ("69536005", "Head"),
        ["KNEE"] = ("72696002", "Knee"),
        ["LSPINE"] = ("122496007", "Lumbar spine"),
    };

    private static readonly HashSet<string> Unpaired = new(StringComparer.Ordinal)
    {
        "ABDOMEN", "AORTA", "BRAIN", "CHEST", "CSPINE", "HEAD", "HEART", "LSPINE", "NECK", "PELVIS", "SKULL", "TSPINE",
    };

    /// <summary>Whether Laterality (0020,0060; type 2C) has to be there: of a paired part, and of one not said, which visible light codes as the whole body.</summary>
    public static bool MayBePaired(string? bodyPart, bool visibleLight) => string.IsNullOrEmpty(bodyPart) ? !visibleLight : !Unpaired.Contains(bodyPart);

    /// <summary>One item of AnatomicRegionSequence; the whole body where the part is not said or has no code here.</summary>
    public static ElementList Of(string? bodyPart)
    {
        var (code, meaning) = Codes.GetValueOrDefault(bodyPart ?? "", ("38266002", "Entire body"));
        var item = new ElementList();
        item.Text(0x00080100, "SH", code);
        item.Text(0x00080102, "SH", "SCT");
        item.Text(0x00080104, "LO", meaning);
        return item;
    }
}
