namespace Regional.Imaging.Frames;

/// <summary>Why a data set is not read any further.</summary>
public enum DataSetProblem
{
    None,

    /// <summary>An element, item or fragment claims more bytes than there are.</summary>
    Truncated,

    /// <summary>Sequences nested deeper than <see cref="DataSetWalker.MaxDepth"/>.</summary>
    TooDeep,

    /// <summary>More elements before the pixel data than <see cref="DataSetWalker.MaxElements"/>.</summary>
    TooManyElements,

    /// <summary>Something else than elements where elements should be: no VR, a stray delimiter.</summary>
    Malformed,

    /// <summary>A deflated data set that inflates to more than the bound, or is not deflate.</summary>
    BadDeflate
}

/// <summary>A range of bytes of a data set.</summary>
public readonly record struct ByteRange(long Offset, long Length)
{
    public long End => Offset + Length;
}

/// <summary>One top-level element.</summary>
/// <param name="Tag">Group and element as one number, 0x0020000D for Study Instance UID.</param>
/// <param name="Vr">Two letters; empty in implicit VR.</param>
/// <param name="Value">Where its value stands; length -1 when undefined.</param>
public readonly record struct TopElement(uint Tag, string Vr, ByteRange Value);

/// <summary>Where the four UIDs stand that say which object a data set is; length 0 where one is absent.</summary>
public readonly record struct IdentityRanges(ByteRange SopClass, ByteRange SopInstance, ByteRange Study, ByteRange Series);

/// <summary>Where things stand in a data set, found without keeping any value.</summary>
public sealed record DataSetLayout
{
    public required DataSetProblem Problem { get; init; }

    /// <summary>Bytes before the first element of group 7FE0, or all of them: what a parser is given. Ends at an element's border; with a problem, before the top-level element that has it.</summary>
    public required long HeaderLength { get; init; }

    /// <summary>As <see cref="HeaderLength"/>, but ending also before group 0050 and before the first value above 1 MiB: enough for the index.</summary>
    public required long IndexableLength { get; init; }

    /// <summary>Values of SOP Class, SOP Instance, Study Instance and Series Instance UID at the top level.</summary>
    public IdentityRanges Identity { get; init; }

    /// <summary>The native pixel data's value (PS3.5 §8.1), or null.</summary>
    public ByteRange? NativePixels { get; init; }

    /// <summary>The encapsulated pixel data's fragments without the offset table item (PS3.5 §A.4), or null.</summary>
    public IReadOnlyList<ByteRange>? Fragments { get; init; }

    /// <summary>The basic offset table item's value; empty when the item has no bytes.</summary>
    public ByteRange BasicOffsetTable { get; init; }

    /// <summary>Extended offset table (7FE0,0001) and lengths (7FE0,0002), or null.</summary>
    public ByteRange? ExtendedOffsets { get; init; }

    public ByteRange? ExtendedLengths { get; init; }

    /// <summary>Top-level elements with binary values, for bulk data access.</summary>
    public IReadOnlyList<TopElement> Bulk { get; init; } = [];

    /// <summary>For a deflated data set: the inflated bytes that the offsets of this layout refer to. Else null: they refer to the record's data.</summary>
    public ReadOnlyMemory<byte>? Inflated { get; init; }
}

/// <summary>Reads bytes by position; less than asked only at the end.</summary>
public delegate int ReadAt(long offset, Span<byte> buffer);
