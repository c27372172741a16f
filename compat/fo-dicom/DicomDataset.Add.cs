using System.Globalization;
using FellowOakDicom.IO.Buffer;

namespace FellowOakDicom;

public partial class DicomDataset
{
    /// <exception cref="ArgumentException">The tag is there already.</exception>
    public DicomDataset Add(DicomItem item) => Put(item, allowUpdate: false);

    public DicomDataset Add(params DicomItem[] items) => Put(items, allowUpdate: false);

    public DicomDataset Add(IEnumerable<DicomItem> items) => Put(items, allowUpdate: false);

    /// <exception cref="DicomDataException">The dictionary does not know the tag.</exception>
    public DicomDataset Add<T>(DicomTag tag, params T[] values) => Put(tag, values, allowUpdate: false);

    public DicomDataset Add<T>(DicomVR vr, DicomTag tag, params T[] values) => Put(ItemFactory.Create(vr, GetPrivateTag(tag), values), allowUpdate: false);

    public DicomDataset AddOrUpdate(params DicomItem[] items) => Put(items, allowUpdate: true);

    public DicomDataset AddOrUpdate(DicomItem item) => Put(item, allowUpdate: true);

    public DicomDataset AddOrUpdate(IEnumerable<DicomItem> items) => Put(items, allowUpdate: true);

    /// <exception cref="DicomDataException">The dictionary does not know the tag.</exception>
    public DicomDataset AddOrUpdate<T>(DicomTag tag, params T[] values) => Put(tag, values, allowUpdate: true);

    public DicomDataset AddOrUpdate<T>(DicomVR vr, DicomTag tag, params T[] values) =>
        Put(ItemFactory.Create(vr, GetPrivateTag(tag), values), allowUpdate: true);

    /// <summary>Adds what a parser read: no validation, the last of equal tags wins.</summary>
    internal void AddParsed(DicomItem item) => _items[item.Tag] = item;

    private DicomDataset Put(IEnumerable<DicomItem> items, bool allowUpdate)
    {
        foreach (var item in items ?? []) Put(item, allowUpdate);
        return this;
    }

    private DicomDataset Put(DicomItem item, bool allowUpdate)
    {
        if (item is null) return this;

        ValidateTag(item.Tag);
        if (item.Tag.IsPrivate) item.Tag = GetPrivateTag(item.Tag);
        if (ValidateItems) item.Validate();
        if (allowUpdate) _items[item.Tag] = item;
        else _items.Add(item.Tag, item);
        return this;
    }

    private DicomDataset Put<T>(DicomTag tag, T[] values, bool allowUpdate)
    {
        var actual = GetPrivateTag(tag);
        var entry = DicomDictionary.Default[actual];
        if (ReferenceEquals(entry, DicomDictionary.UnknownTag))
        {
            throw new DicomDataException(tag.IsPrivate
                ? $"{tag} is a private element the dictionary does not know: name its VR"
                : $"{tag} is not in the dictionary: name its VR");
        }

        var fitting = values is null ? null : Array.Find(entry.ValueRepresentations, vr => vr.ValueType == typeof(T));
        return Put(ItemFactory.Create(fitting ?? entry.ValueRepresentations[0], actual, values), allowUpdate);
    }
}

/// <summary>Makes an item of a VR from values of whatever type fits it.</summary>
internal static class ItemFactory
{
    /// <exception cref="InvalidOperationException">Values of this type make no item of this VR.</exception>
    public static DicomItem Create<T>(DicomVR vr, DicomTag tag, T[] values)
    {
        if (vr == DicomVR.SQ) return Sequence(tag, values);
        if (values is null) return ElementFactory.Create(vr, tag, EmptyBuffer.Value, DicomEncoding.DefaultArray);
        if (typeof(T) == typeof(IByteBuffer) && values.Length == 1 && vr.Code is "OB" or "OD" or "OF" or "OL" or "OV" or "OW" or "UN")
            return ElementFactory.Create(vr, tag, ((IByteBuffer[])(object)values)[0], DicomEncoding.DefaultArray);

        return (vr.IsString ? Text(vr, tag, values) : Binary(vr, tag, values)) ?? throw Unable<T>(vr);
    }

    private static DicomSequence Sequence<T>(DicomTag tag, T[] values) => values switch
    {
        null => new DicomSequence(tag),
        DicomDataset[] datasets => new DicomSequence(tag, datasets),
        _ => throw Unable<T>(DicomVR.SQ),
    };

    private static DicomItem Text<T>(DicomVR vr, DicomTag tag, T[] values)
    {
        var texts = values as string[];
        var text = texts?.FirstOrDefault();
        var dates = values as DateTime[];
        var range = values is DicomDateRange[] ranges ? ranges.FirstOrDefault() ?? new DicomDateRange() : null;

        return vr.Code switch
        {
            "AE" when texts is not null => new DicomApplicationEntity(tag, texts),
            "AS" when texts is not null => new DicomAgeString(tag, texts),
            "CS" when texts is not null => new DicomCodeString(tag, texts),
            "CS" when typeof(T).IsEnum => new DicomCodeString(tag, Array.ConvertAll(values, value => value.ToString().ToUpperInvariant())),
            "DA" when dates is not null => new DicomDate(tag, dates),
            "DA" when range is not null => new DicomDate(tag, range),
            "DA" when texts is not null => new DicomDate(tag, texts),
            "DT" when dates is not null => new DicomDateTime(tag, dates),
            "DT" when range is not null => new DicomDateTime(tag, range),
            "DT" when texts is not null => new DicomDateTime(tag, texts),
            "TM" when dates is not null => new DicomTime(tag, dates),
            "TM" when range is not null => new DicomTime(tag, range),
            "TM" when texts is not null => new DicomTime(tag, texts),
            "DS" when values is decimal[] numbers => new DicomDecimalString(tag, numbers),
            "DS" when values is double[] numbers => new DicomDecimalString(tag, Array.ConvertAll(numbers, Convert.ToDecimal)),
            "DS" when values is float[] numbers => new DicomDecimalString(tag, Array.ConvertAll(numbers, Convert.ToDecimal)),
            "DS" when texts is not null => new DicomDecimalString(tag, texts),
            "IS" when typeof(T) == typeof(int) => new DicomIntegerString(tag, (int[])(object)values),
            "IS" when texts is not null => new DicomIntegerString(tag, texts),
            "LO" when texts is not null => new DicomLongString(tag, texts),
            "PN" when texts is not null => new DicomPersonName(tag, texts),
            "SH" when texts is not null => new DicomShortString(tag, texts),
            "UC" when texts is not null => new DicomUnlimitedCharacters(tag, texts),
            "UI" when texts is not null => new DicomUniqueIdentifier(tag, texts),
            "UI" when values is DicomUID[] uids => new DicomUniqueIdentifier(tag, uids),
            "UI" when values is DicomTransferSyntax[] syntaxes => new DicomUniqueIdentifier(tag, syntaxes),
            "LT" when texts is not null => new DicomLongText(tag, text),
            "ST" when texts is not null => new DicomShortText(tag, text),
            "UR" when texts is not null => new DicomUniversalResource(tag, text),
            "UT" when texts is not null => new DicomUnlimitedText(tag, text),
            _ => null,
        };
    }

    private static DicomItem Binary<T>(DicomVR vr, DicomTag tag, T[] values) => vr.Code switch
    {
        "AT" when values is DicomTag[] tags => new DicomAttributeTag(tag, tags),
        "AT" when Parse(tag, values, DicomTag.Parse, out var parsed) => new DicomAttributeTag(tag, parsed),
        "FD" when typeof(T) == typeof(double) => new DicomFloatingPointDouble(tag, (double[])(object)values),
        "FD" when values is float[] numbers => new DicomFloatingPointDouble(tag, Array.ConvertAll(numbers, Convert.ToDouble)),
        "FD" when Parse(tag, values, text => double.Parse(text, CultureInfo.InvariantCulture), out var parsed) => new DicomFloatingPointDouble(tag, parsed),
        "FL" when typeof(T) == typeof(float) => new DicomFloatingPointSingle(tag, (float[])(object)values),
        "FL" when values is double[] numbers => new DicomFloatingPointSingle(tag, Array.ConvertAll(numbers, Convert.ToSingle)),
        "FL" when Parse(tag, values, text => float.Parse(text, CultureInfo.InvariantCulture), out var parsed) => new DicomFloatingPointSingle(tag, parsed),
        "SL" when typeof(T) == typeof(int) => new DicomSignedLong(tag, (int[])(object)values),
        "SL" when Parse(tag, values, text => int.Parse(text, CultureInfo.InvariantCulture), out var parsed) => new DicomSignedLong(tag, parsed),
        "SS" when typeof(T) == typeof(short) => new DicomSignedShort(tag, (short[])(object)values),
        "SS" when Parse(tag, values, text => short.Parse(text, CultureInfo.InvariantCulture), out var parsed) => new DicomSignedShort(tag, parsed),
        "SV" when typeof(T) == typeof(long) => new DicomSignedVeryLong(tag, (long[])(object)values),
        "SV" when Parse(tag, values, text => long.Parse(text, CultureInfo.InvariantCulture), out var parsed) => new DicomSignedVeryLong(tag, parsed),
        "UL" when typeof(T) == typeof(uint) => new DicomUnsignedLong(tag, (uint[])(object)values),
        "UL" when Parse(tag, values, text => uint.Parse(text, CultureInfo.InvariantCulture), out var parsed) => new DicomUnsignedLong(tag, parsed),
        "US" when typeof(T) == typeof(ushort) => new DicomUnsignedShort(tag, (ushort[])(object)values),
        "US" when Parse(tag, values, text => ushort.Parse(text, CultureInfo.InvariantCulture), out var parsed) => new DicomUnsignedShort(tag, parsed),
        "UV" when typeof(T) == typeof(ulong) => new DicomUnsignedVeryLong(tag, (ulong[])(object)values),
        "UV" when Parse(tag, values, text => ulong.Parse(text, CultureInfo.InvariantCulture), out var parsed) => new DicomUnsignedVeryLong(tag, parsed),
        "OB" when typeof(T) == typeof(byte) => new DicomOtherByte(tag, (byte[])(object)values),
        "UN" when typeof(T) == typeof(byte) => new DicomUnknown(tag, (byte[])(object)values),
        "OW" when typeof(T) == typeof(ushort) => new DicomOtherWord(tag, (ushort[])(object)values),
        "OL" when typeof(T) == typeof(uint) => new DicomOtherLong(tag, (uint[])(object)values),
        "OV" when typeof(T) == typeof(ulong) => new DicomOtherVeryLong(tag, (ulong[])(object)values),
        "OF" when typeof(T) == typeof(float) => new DicomOtherFloat(tag, (float[])(object)values),
        "OD" when typeof(T) == typeof(double) => new DicomOtherDouble(tag, (double[])(object)values),
        _ => null,
    };

    /// <summary>Numbers given as text; one text may hold several with backslashes between.</summary>
    private static bool Parse<T, TOut>(DicomTag tag, T[] values, Converter<string, TOut> parser, out TOut[] parsed)
    {
        parsed = null;
        if (values is not string[] texts) return false;
        if (texts.Length == 1 && texts[0] is not null && tag.DictionaryEntry.ValueMultiplicity.Maximum > 1) texts = texts[0].Split('\\');
        parsed = Array.ConvertAll(Array.FindAll(texts, text => !string.IsNullOrWhiteSpace(text)), parser);
        return true;
    }

    private static InvalidOperationException Unable<T>(DicomVR vr) =>
        new($"No {vr.Code} item can be made of {typeof(T)} values");
}
