using System.Globalization;

namespace FellowOakDicom;

/// <summary>A tag with "any digit" places, as PS3.6 writes repeating groups: (60xx,3000).</summary>
public sealed class DicomMaskedTag : IFormattable
{
    public const uint FullMask = 0xffffffff;

    private DicomTag _tag;

    public DicomMaskedTag(DicomTag tag)
    {
        Mask = FullMask;
        Tag = tag;
    }

    private DicomMaskedTag(DicomTag tag, uint mask)
    {
        Mask = mask;
        Tag = tag;
    }

    public DicomTag Tag
    {
        get => _tag;
        set
        {
            _tag = value;
            Card = value.Number;
        }
    }

    public ushort Group => Tag.Group;

    public ushort Element => Tag.Element;

    /// <summary>The tag as a number, open digits zero.</summary>
    public uint Card { get; private set; }

    /// <summary>F for each fixed digit, 0 for each open one.</summary>
    public uint Mask { get; }

    public override string ToString() => ToString("G", null);

    public string ToString(string format, IFormatProvider formatProvider)
    {
        if (formatProvider?.GetFormat(GetType()) is ICustomFormatter custom) return custom.Format(format, this, formatProvider);

        var digits = Card.ToString("x8", CultureInfo.InvariantCulture).ToCharArray();
        for (var i = 0; i < 8; i++)
        {
            if (((Mask >> (28 - 4 * i)) & 0xf) == 0) digits[i] = 'x';
        }

        var text = new string(digits);
        return format switch
        {
            "g" => text[..4],
            "e" => text[4..],
            _ => $"({text[..4]},{text[4..]})",
        };
    }

    public bool IsMatch(DicomTag tag) => Card == (tag.Number & Mask);

    public static DicomMaskedTag Parse(string s)
    {
        var text = s.Trim('(', ')');
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0 && text.Length == 8) return Parse(text[..4], text[4..]);
        if (comma != 4) throw new DicomDataException($"'{s}' is no masked tag");
        return Parse(text[..comma], text[(comma + 1)..]);
    }

    /// <exception cref="DicomDataException">Not four hexadecimal digits or x each.</exception>
    public static DicomMaskedTag Parse(string group, string element)
    {
        var text = group + element;
        uint card = 0, mask = 0;
        foreach (var digit in text)
        {
            card <<= 4;
            mask <<= 4;
            if (digit is 'x' or 'X') continue;
            if (!char.IsAsciiHexDigit(digit)) throw Bad();
            card |= (uint)Convert.ToInt32(digit.ToString(), 16);
            mask |= 0xf;
        }

        return group.Length == 4 && element.Length == 4 ? new DicomMaskedTag(card, mask) : throw Bad();

        DicomDataException Bad() => new($"'{group},{element}' is no masked tag");
    }
}
