using FellowOakDicom.IO.Buffer;

namespace FellowOakDicom;

public partial class DicomDataset
{
    /// <summary>The item, or null when it is absent or of another class.</summary>
    public T GetDicomItem<T>(DicomTag tag) where T : DicomItem => Find(tag) as T;

    /// <exception cref="DicomDataException">Absent, or no sequence.</exception>
    public DicomSequence GetSequence(DicomTag tag) =>
        Require(tag) as DicomSequence ?? throw new DicomDataException($"{tag} is no sequence");

    public bool TryGetSequence(DicomTag tag, out DicomSequence sequence)
    {
        sequence = Find(tag) as DicomSequence;
        return sequence is not null;
    }

    public bool TryGetNonEmptySequence(DicomTag tag, out DicomSequence sequence)
    {
        sequence = Find(tag) is DicomSequence { Items.Count: > 0 } found ? found : null;
        return sequence is not null;
    }

    /// <exception cref="DicomDataException">Absent.</exception>
    public int GetValueCount(DicomTag tag) => Require(tag) switch
    {
        DicomElement element => element.Count,
        DicomSequence sequence => sequence.Items.Count,
        _ => throw NoValues(),
    };

    /// <exception cref="DicomDataException">Absent, no element, or no value of that index.</exception>
    public T GetValue<T>(DicomTag tag, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        RefuseArray<T>("One value was asked for as an array: GetValues gives arrays");

        var element = RequireElement(tag);
        if (typeof(IByteBuffer).IsAssignableFrom(typeof(T))) return (T)element.Buffer;
        if (index >= element.Count)
            throw new DicomDataException($"{tag} has {element.Count} values, number {index} was asked for (counted from 0)");
        return element.Get<T>(index);
    }

    public bool TryGetValue<T>(DicomTag tag, int index, out T elementValue)
    {
        elementValue = default;
        return index >= 0 && !typeof(T).IsArray && Find(tag) is DicomElement element && index < element.Count
            && TryConvert(element, index, out elementValue);
    }

    public T GetValueOrDefault<T>(DicomTag tag, int index, T defaultValue) => TryGetValue<T>(tag, index, out var value) ? value : defaultValue;

    /// <summary>All values; as bytes, the whole value field.</summary>
    /// <exception cref="DicomDataException">Absent, or no element.</exception>
    public T[] GetValues<T>(DicomTag tag)
    {
        RefuseArray<T>("The element type is asked for, not the array's");
        var element = RequireElement(tag);
        return typeof(T) == typeof(byte) ? (T[])(object)element.Buffer.Data : element.Get<T[]>(-1);
    }

    public bool TryGetValues<T>(DicomTag tag, out T[] values)
    {
        values = null;
        return !typeof(T).IsArray && Find(tag) is DicomElement element && TryConvert(element, -1, out values);
    }

    /// <exception cref="DicomDataException">Absent, no element, or not exactly one value.</exception>
    public T GetSingleValue<T>(DicomTag tag)
    {
        RefuseArray<T>("One value was asked for as an array: GetValues gives arrays");
        var element = RequireElement(tag);
        if (typeof(IByteBuffer).IsAssignableFrom(typeof(T))) return (T)element.Buffer;
        if (element.Count != 1) throw new DicomDataException($"{tag} has {element.Count} values where one is expected");
        return element.Get<T>(0);
    }

    public bool TryGetSingleValue<T>(DicomTag tag, out T value)
    {
        value = default;
        return !typeof(T).IsArray && Find(tag) is DicomElement { Count: 1 } element && TryConvert(element, 0, out value);
    }

    public T GetSingleValueOrDefault<T>(DicomTag tag, T defaultValue) => TryGetSingleValue<T>(tag, out var value) ? value : defaultValue;

    /// <summary>All values of a text element with backslashes between; the first value of a binary one.</summary>
    /// <exception cref="DicomDataException">Absent, or no element.</exception>
    public string GetString(DicomTag tag) => RequireElement(tag).Get<string>(-1);

    public bool TryGetString(DicomTag tag, out string stringValue)
    {
        stringValue = null;
        if (Find(tag) is not DicomElement element) return false;
        try
        {
            stringValue = element.Count == 0 ? string.Empty : element.Get<string>(-1);
            return true;
        }
        catch (DicomDataException)
        {
            return false;
        }
    }

    /// <summary>The attributes that apply to one frame of an enhanced object: shared functional groups, then the frame's own (PS3.3 C.7.6.16).</summary>
    public DicomDataset FunctionalGroupValues(int frame)
    {
        var values = new DicomDataset { ValidateItems = ValidateItems };
        if (TryGetNonEmptySequence(DicomTag.SharedFunctionalGroupsSequence, out var shared)) Collect(shared.Items[0]);
        if (TryGetSequence(DicomTag.PerFrameFunctionalGroupsSequence, out var perFrame) && frame < perFrame.Items.Count) Collect(perFrame.Items[frame]);
        return values;

        void Collect(DicomDataset groups)
        {
            foreach (var group in groups.OfType<DicomSequence>())
            {
                if (group.Tag == DicomTag.ReferencedImageSequence) values.AddOrUpdate(group);
                else if (group.Items.Count > 0) values.AddOrUpdate((IEnumerable<DicomItem>)group.Items[0]);
            }
        }
    }

    private static bool TryConvert<T>(DicomElement element, int index, out T value)
    {
        try
        {
            value = element.Get<T>(index);
            return true;
        }
        catch (Exception)
        {
            // The value field is of foreign origin: whatever conversion fails on it, the answer is "no such value".
            value = default;
            return false;
        }
    }

    private static void RefuseArray<T>(string message)
    {
        if (typeof(T).IsArray) throw new DicomDataException(message);
    }

    private static DicomDataException NoValues() => new("The item is no element and has no values");

    private DicomItem Find(DicomTag tag)
    {
        var actual = GetPrivateTag(tag, createTag: false);
        return actual is not null && _items.TryGetValue(actual, out var item) ? item : null;
    }

    private DicomItem Require(DicomTag tag) => Find(tag) ?? throw new DicomDataException($"The data set has no {tag}");

    private DicomElement RequireElement(DicomTag tag) => Require(tag) as DicomElement ?? throw NoValues();
}
