using System.Collections;
using System.Text;

namespace FellowOakDicom;

/// <summary>
/// Items in tag order (PS3.5 section 7). Not thread-safe. What is added is validated unless the data set was read from bytes.
/// </summary>
public partial class DicomDataset : IEnumerable<DicomItem>, IEquatable<DicomDataset>
{
    /// <summary>A tree, not a sorted array: a file with its elements in reverse order must not cost quadratic time.</summary>
    private readonly SortedDictionary<DicomTag, DicomItem> _items = new();
    private DicomTransferSyntax _syntax;
    private bool _validateItems = true;

    public DicomDataset() : this(DicomTransferSyntax.ExplicitVRLittleEndian)
    {
    }

    public DicomDataset(DicomTransferSyntax internalTransferSyntax) => InternalTransferSyntax = internalTransferSyntax;

    public DicomDataset(params DicomItem[] items) : this((IEnumerable<DicomItem>)items)
    {
    }

    public DicomDataset(IEnumerable<DicomItem> items) : this(items, true)
    {
    }

    /// <summary>Sequences are copied with their items, elements are shared.</summary>
    internal DicomDataset(IEnumerable<DicomItem> items, bool validate) : this()
    {
        ValidateItems = validate;
        foreach (var item in items ?? [])
        {
            if (item is null) continue;

            var tag = GetPrivateTag(item.Tag);
            if (item is DicomSequence sequence)
            {
                var copies = sequence.Items.Where(nested => nested is not null).Select(nested => new DicomDataset(nested, validate)).ToArray();
                _items[tag] = new DicomSequence(tag, copies);
                continue;
            }

            if (ValidateItems) item.Validate();
            _items[tag] = item;
        }

        ValidateItems = true;
    }

    /// <summary>Whether <see cref="Equals(DicomDataset)"/> compares content or identity.</summary>
    public static bool CompareInstancesByContent { get; set; } = true;

    /// <summary>The syntax the data set was read in or is to be written in; nested data sets follow.</summary>
    public DicomTransferSyntax InternalTransferSyntax
    {
        get => _syntax;
        internal set
        {
            _syntax = value;
            foreach (var sequence in _items.Values.OfType<DicomSequence>())
            {
                foreach (var item in sequence.Items) item.InternalTransferSyntax = value;
            }
        }
    }

    [Obsolete("Without validation a data set can become invalid: see NotValidated() for the same on purpose.", false)]
    public bool AutoValidate
    {
        get => _validateItems;
        set => ValidateItems = value;
    }

    internal Encoding[] FallbackEncodings { get; set; } = DicomEncoding.DefaultArray;

    internal bool ValidateItems
    {
        get => _validateItems && DicomValidation.PerformValidation;
        set => _validateItems = value;
    }

    public static bool operator ==(DicomDataset a, DicomDataset b) => a is null ? b is null : a.Equals(b);

    public static bool operator !=(DicomDataset a, DicomDataset b) => !(a == b);

    /// <exception cref="DicomValidationException">An item breaks the rules of its VR.</exception>
    public void Validate()
    {
        foreach (var item in _items.Values) item.Validate();
    }

    public bool Contains(DicomTag tag)
    {
        if (!tag.IsPrivate) return _items.ContainsKey(tag);
        var actual = GetPrivateTag(tag, createTag: false);
        return actual is not null && _items.Keys.Any(key => key.Equals(actual));
    }

    /// <summary>Where the elements of the tag's creator stand in this data set; reserves a block when there is none yet.</summary>
    public DicomTag GetPrivateTag(DicomTag tag) => GetPrivateTag(tag, createTag: true);

    public DicomDataset Remove(params DicomTag[] tags)
    {
        foreach (var tag in tags)
        {
            var actual = GetPrivateTag(tag, createTag: false);
            if (actual is not null) _items.Remove(actual);
        }

        return this;
    }

    public DicomDataset Remove(Func<DicomItem, bool> selector)
    {
        foreach (var item in _items.Values.Where(selector).ToArray()) _items.Remove(item.Tag);
        return this;
    }

    public DicomDataset Clear()
    {
        _items.Clear();
        return this;
    }

    public DicomDataset CopyTo(DicomDataset destination)
    {
        destination?.AddOrUpdate(this);
        return this;
    }

    public DicomDataset CopyTo(DicomDataset destination, params DicomTag[] tags)
    {
        foreach (var tag in tags) destination?.AddOrUpdate(GetDicomItem<DicomItem>(tag));
        return this;
    }

    public DicomDataset CopyTo(DicomDataset destination, DicomMaskedTag mask)
    {
        destination?.AddOrUpdate(_items.Values.Where(item => mask.IsMatch(item.Tag)));
        return this;
    }

    public IEnumerator<DicomItem> GetEnumerator() => _items.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"DICOM Dataset [{_items.Count} items]";

    public override bool Equals(object obj) => obj is not null && (ReferenceEquals(this, obj) || (GetType() == obj.GetType() && Equals(obj as DicomDataset)));

    public bool Equals(DicomDataset other) =>
        CompareInstancesByContent ? DicomDatasetComparer.DefaultInstance.Equals(this, other) : ReferenceEquals(this, other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var item in _items.Values) hash.Add(item.Tag);
        return hash.ToHashCode();
    }

    /// <summary>Hook for data sets that take certain tags only.</summary>
    protected virtual void ValidateTag(DicomTag tag)
    {
    }

    internal DicomTag GetPrivateTag(DicomTag tag, bool createTag)
    {
        if (!tag.IsPrivate || tag.Element == 0x0000 || tag.PrivateCreator is null || tag.Element > 0xff) return tag;

        for (ushort block = 0x10; block <= 0xff; block++)
        {
            var creator = new DicomTag(tag.Group, block);
            if (_items.TryGetValue(creator, out var item))
            {
                if (item is DicomElement { Count: 1 } element && element.Get<string>(0) == tag.PrivateCreator.Creator) return InBlock(block);
            }
            else if (createTag)
            {
                Add(new DicomLongString(creator, tag.PrivateCreator.Creator));
                return InBlock(block);
            }
        }

        return null;

        DicomTag InBlock(ushort block) => new(tag.Group, (ushort)((block << 8) | (tag.Element & 0xff)), tag.PrivateCreator);
    }

    internal Encoding[] GetEncodingsForSerialization() =>
        TryGetValues<string>(DicomTag.SpecificCharacterSet, out var charsets) ? DicomEncoding.GetEncodings(charsets) : FallbackEncodings;

    /// <summary>Gives every text element the charset it is to be written in; nested data sets inherit theirs (PS3.3 section C.12.1.1.2).</summary>
    internal void OnBeforeSerializing()
    {
        var encodings = GetEncodingsForSerialization();
        foreach (var item in _items.Values)
        {
            if (item is DicomStringElement text) text.TargetEncodings = encodings;
            if (item is not DicomSequence sequence) continue;
            foreach (var nested in sequence.Items)
            {
                nested.FallbackEncodings = encodings;
                nested.OnBeforeSerializing();
            }
        }
    }
}
