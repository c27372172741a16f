using System.Text;
using FellowOakDicom.IO.Buffer;

namespace FellowOakDicom.Log;

public static class Extensions
{
    private const int MaxValueLength = 64;

    /// <summary>One line an item, for people. Holds patients' values: not for logs.</summary>
    public static string WriteToString(this IEnumerable<DicomItem> dataset)
    {
        var text = new StringBuilder();
        Append(text, dataset, indent: 0);
        return text.ToString();
    }

    public static string WriteToString(this DicomFile file) => file.FileMetaInfo.WriteToString() + file.Dataset.WriteToString();

    private static void Append(StringBuilder text, IEnumerable<DicomItem> items, int indent)
    {
        foreach (var item in items)
        {
            text.Append(' ', indent).Append(item.Tag).Append(' ').Append(item.ValueRepresentation.Code).Append(' ');
            text.Append(Value(item)).Append(" # ").AppendLine(item.Tag.DictionaryEntry.Name);
            if (item is not DicomSequence sequence) continue;
            foreach (var nested in sequence.Items) Append(text, nested, indent + 2);
        }
    }

    private static string Value(DicomItem item) => item switch
    {
        DicomStringElement element => '[' + Cut(element.Get<string>()) + ']',
        DicomElement { Buffer: BulkDataUriByteBuffer { IsMemory: false } } => "(not loaded)",
        DicomOtherByte or DicomOtherWord => $"({((DicomElement)item).Length} bytes)",
        DicomElement { Count: > 0 } element => Cut(string.Join('\\', element.Get<string[]>())),
        DicomSequence sequence => $"({sequence.Items.Count} items)",
        DicomFragmentSequence fragments => $"({fragments.Fragments.Count} fragments)",
        _ => string.Empty,
    };

    private static string Cut(string value) => value.Length <= MaxValueLength ? value : value[..(MaxValueLength - 3)] + "...";
}
