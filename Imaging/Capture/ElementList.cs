using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Regional.Imaging.Capture;

/// <summary>
/// Elements of one data set in ascending order, written as explicit VR little endian in UTF-8 (PS3.5 §7.1.2, ISO_IR 192). What is longer than a
/// header is not kept here but streamed between two parts of it.
/// </summary>
internal sealed class ElementList
{
    private readonly SortedDictionary<uint, (string Vr, byte[] Value)> _elements = [];

    /// <summary>Text of any VR but PN; too long or forbidden characters (PS3.5 §6.2) are cut, an empty value stays an element of no length.</summary>
    public void Text(uint tag, string vr, string? value)
    {
        var text = Cut(Plain(value ?? ""), MaxOf(vr));
        var bytes = Encoding.UTF8.GetBytes(text);
        Put(tag, vr, bytes.Length % 2 == 0 ? bytes : [.. bytes, vr == "UI" ? (byte)0 : (byte)' ']);
    }

    /// <summary>Several values: each is plain, the divider is ours.</summary>
    public void Texts(uint tag, string vr, params ReadOnlySpan<string> values)
    {
        var bytes = Encoding.ASCII.GetBytes(string.Join('\\', values));
        Put(tag, vr, bytes.Length % 2 == 0 ? bytes : [.. bytes, (byte)' ']);
    }

    /// <summary>A person's name: Latin letters first where known, then the original script (PS3.5 §6.2.1.2).</summary>
    public void Name(uint tag, string name, string? pinyin)
    {
        var original = Cut(NamePart(name), 64);
        var latin = Cut(NamePart(pinyin ?? ""), 64).Replace(' ', '^');
        var text = latin.Length == 0 ? original : original.Length == 0 ? latin : latin + "=" + original;
        var bytes = Encoding.UTF8.GetBytes(text);
        Put(tag, "PN", bytes.Length % 2 == 0 ? bytes : [.. bytes, (byte)' ']);
    }

    public void Date(uint tag, DateTimeOffset at) => Text(tag, "DA", at.ToString("yyyyMMdd", CultureInfo.InvariantCulture));

    public void Time(uint tag, DateTimeOffset at) => Text(tag, "TM", at.ToString("HHmmss.ffffff", CultureInfo.InvariantCulture));

    public void Number(uint tag, long value) => Text(tag, "IS", value.ToString(CultureInfo.InvariantCulture));

    /// <summary>At most 16 characters (PS3.5 §6.2, DS).</summary>
    public void Decimal(uint tag, double value) => Text(tag, "DS", value.ToString("0.######", CultureInfo.InvariantCulture));

    public void Short(uint tag, int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, checked((ushort)value));
        Put(tag, "US", bytes);
    }

    public void Long(uint tag, uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        Put(tag, "UL", bytes);
    }

    public void Tag(uint tag, uint pointed)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)(pointed >> 16));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), (ushort)pointed);
        Put(tag, "AT", bytes);
    }

    public void Sequence(uint tag, params ReadOnlySpan<ElementList> items)
    {
        using var bytes = new MemoryStream();
        foreach (var item in items)
        {
            using var content = new MemoryStream();
            item.Write(content, 0, uint.MaxValue);
            ItemHead(bytes, checked((uint)content.Length));
            content.WriteTo(bytes);
        }

        Put(tag, "SQ", bytes.ToArray());
    }

    /// <summary>Writes the elements from <paramref name="from"/> to before <paramref name="until"/>.</summary>
    public void Write(Stream target, uint from, uint until)
    {
        foreach (var (tag, (vr, value)) in _elements)
        {
            if (tag < from || tag >= until) continue;
            Head(target, tag, vr, (uint)value.Length);
            target.Write(value);
        }
    }

    /// <summary>The head of an element whose value is streamed after it.</summary>
    public static void Head(Stream target, uint tag, string vr, uint length)
    {
        Span<byte> head = stackalloc byte[12];
        BinaryPrimitives.WriteUInt16LittleEndian(head, (ushort)(tag >> 16));
        BinaryPrimitives.WriteUInt16LittleEndian(head[2..], (ushort)tag);
        (head[4], head[5]) = ((byte)vr[0], (byte)vr[1]);
        if (vr is "OB" or "OW" or "SQ" or "UT" or "UN")
        {
            head[6] = head[7] = 0;
            BinaryPrimitives.WriteUInt32LittleEndian(head[8..], length);
            target.Write(head);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(head[6..], checked((ushort)length));
            target.Write(head[..8]);
        }
    }

    /// <summary>An item's or a fragment's head (PS3.5 §7.5, §A.4).</summary>
    public static void ItemHead(Stream target, uint length) => Delimiter(target, 0xE000, length);

    /// <summary>Ends a value of undefined length.</summary>
    public static void SequenceEnd(Stream target) => Delimiter(target, 0xE0DD, 0);

    private static void Delimiter(Stream target, ushort element, uint length)
    {
        Span<byte> head = stackalloc byte[8];
        BinaryPrimitives.WriteUInt16LittleEndian(head, 0xFFFE);
        BinaryPrimitives.WriteUInt16LittleEndian(head[2..], element);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], length);
        target.Write(head);
    }

    private void Put(uint tag, string vr, byte[] value) => _elements[tag] = (vr, value);

    /// <summary>Neither control characters (an escape would change the character set) nor the divider of values.</summary>
    private static string Plain(string text) =>
        string.Concat(text.EnumerateRunes().Where(rune => !Rune.IsControl(rune) && rune.Value is not '\\')).Trim();

    private static string NamePart(string name) => Plain(name).Replace('=', ' ').Replace('^', ' ').Trim();

    private static string Cut(string text, int length)
    {
        if (text.Length <= length) return text;
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }

    private static int MaxOf(string vr) => vr switch
    {
        "SH" or "CS" or "AE" or "DS" or "TM" => 16,
        "IS" => 12,
        "DA" => 8,
        "ST" or "LT" => 1024,
        _ => 64,
    };
}
