using System.Globalization;

namespace FellowOakDicom;

/// <summary>Reads the embedded tables; their first lines say what the columns are.</summary>
internal static class DictionaryTable
{
    public static void LoadStandard(DicomDictionary dictionary)
    {
        var masked = new List<DicomDictionaryEntry>
        {
            new(DicomMaskedTag.Parse("xxxx", "0000"), "Group Length", "GroupLength", DicomVM.VM_1, false, DicomVR.UL),
        };

        foreach (var row in Rows("dictionary"))
        {
            var (tag, vrs, vm, keyword, retired, name) = (row[0], Representations(row[1]), Multiplicity(row[2]), row[3], row[4].Length > 0, row[5]);
            if (tag.Contains('x', StringComparison.Ordinal))
            {
                masked.Insert(0, new DicomDictionaryEntry(DicomMaskedTag.Parse(tag), name, keyword, vm, retired, vrs));
            }
            else
            {
                var number = uint.Parse(tag, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                var known = DicomTagsIndex.LookupOrCreate((ushort)(number >> 16), (ushort)number);
                dictionary.Add(new DicomDictionaryEntry(known, name, keyword, vm, retired, vrs));
            }
        }

        dictionary.AddMasked(masked);
    }

    public static void LoadPrivate(DicomDictionary dictionary)
    {
        foreach (var row in Rows("private"))
        {
            var creator = dictionary.GetPrivateCreator(row[0]);
            var number = uint.Parse(row[1].Replace("xx", "10", StringComparison.Ordinal), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            var tag = new DicomTag((ushort)(number >> 16), (ushort)number);
            dictionary[creator].Add(new DicomDictionaryEntry(tag, row[4], null, Multiplicity(row[3]), false, Representations(row[2])));
        }
    }

    private static IEnumerable<string[]> Rows(string table)
    {
        using var stream = typeof(DictionaryTable).Assembly.GetManifestResourceStream($"FellowOakDicom.{table}.txt");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#') yield return line.Split('\t');
        }
    }

    private static DicomVM Multiplicity(string text) => DicomVM.Parse(text.Length == 0 ? "1" : text);

    private static DicomVR[] Representations(string codes) =>
        codes.Length == 0 ? [DicomVR.NONE] : Array.ConvertAll(codes.Split('|'), DicomVR.Parse);
}

/// <summary>The static <see cref="DicomTag"/> fields by number, so that parsers share instances.</summary>
internal static class DicomTagsIndex
{
    private static readonly Lazy<Dictionary<uint, DicomTag>> Known = new(() =>
    {
        var index = new Dictionary<uint, DicomTag>(6000);
        foreach (var field in typeof(DicomTag).GetFields(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static))
        {
            if (field.GetValue(null) is DicomTag tag) index.TryAdd(tag.Number, tag);
        }

        return index;
    });

    public static DicomTag LookupOrCreate(ushort group, ushort element) =>
        Known.Value.TryGetValue(((uint)group << 16) | element, out var tag) ? tag : new DicomTag(group, element);
}
