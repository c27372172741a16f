using FellowOakDicom.IO.Buffer;

namespace FellowOakDicom.Imaging;

/// <summary>The frames of a data set's pixel data as they are encoded (PS3.5 section 8).</summary>
public abstract class DicomPixelData
{
    protected DicomPixelData(DicomDataset dataset)
    {
        Dataset = dataset;
        Syntax = dataset.InternalTransferSyntax;
    }

    public DicomDataset Dataset { get; }

    public DicomTransferSyntax Syntax { get; }

    public ushort Width
    {
        get => Dataset.GetSingleValue<ushort>(DicomTag.Columns);
        set => Set(DicomTag.Columns, value);
    }

    public ushort Height
    {
        get => Dataset.GetSingleValue<ushort>(DicomTag.Rows);
        set => Set(DicomTag.Rows, value);
    }

    /// <summary>1 when the data set does not say.</summary>
    public int NumberOfFrames
    {
        get => Dataset.GetSingleValueOrDefault(DicomTag.NumberOfFrames, 1);
        set => Dataset.AddOrUpdate(new DicomIntegerString(DicomTag.NumberOfFrames, value));
    }

    public BitDepth BitDepth => new(BitsAllocated, BitsStored, HighBit, PixelRepresentation == PixelRepresentation.Signed);

    public ushort BitsAllocated => Dataset.GetSingleValue<ushort>(DicomTag.BitsAllocated);

    public ushort BitsStored
    {
        get => Dataset.GetSingleValue<ushort>(DicomTag.BitsStored);
        set
        {
            if (value > BitsAllocated) throw new DicomImagingException($"{value} bits stored in {BitsAllocated} allocated");
            Set(DicomTag.BitsStored, value);
        }
    }

    public ushort HighBit
    {
        get => Dataset.GetSingleValue<ushort>(DicomTag.HighBit);
        set
        {
            if (value >= BitsAllocated) throw new DicomImagingException($"High bit {value} in {BitsAllocated} allocated");
            Set(DicomTag.HighBit, value);
        }
    }

    public ushort SamplesPerPixel
    {
        get => Dataset.GetSingleValueOrDefault(DicomTag.SamplesPerPixel, (ushort)1);
        set => Set(DicomTag.SamplesPerPixel, value);
    }

    public PixelRepresentation PixelRepresentation
    {
        get => Dataset.GetSingleValue<PixelRepresentation>(DicomTag.PixelRepresentation);
        set => Set(DicomTag.PixelRepresentation, (ushort)value);
    }

    public PlanarConfiguration PlanarConfiguration
    {
        get => Dataset.GetSingleValueOrDefault(DicomTag.PlanarConfiguration, PlanarConfiguration.Interleaved);
        set => Set(DicomTag.PlanarConfiguration, (ushort)value);
    }

    /// <summary>Null when absent or not of the standard.</summary>
    public PhotometricInterpretation PhotometricInterpretation
    {
        get => Dataset.GetSingleValueOrDefault<PhotometricInterpretation>(DicomTag.PhotometricInterpretation, null);
        set => Dataset.AddOrUpdate(new DicomCodeString(DicomTag.PhotometricInterpretation, value.Value));
    }

    public bool IsLossy => Dataset.GetSingleValueOrDefault(DicomTag.LossyImageCompression, string.Empty) == "01";

    public string LossyCompressionMethod => Dataset.GetSingleValue<string>(DicomTag.LossyImageCompressionMethod);

    public decimal LossyCompressionRatio => Dataset.GetSingleValue<decimal>(DicomTag.LossyImageCompressionRatio);

    public int BytesAllocated => (BitsAllocated - 1) / 8 + 1;

    /// <summary>Bytes of one frame without compression.</summary>
    /// <exception cref="DicomImagingException">More than an array holds.</exception>
    public int UncompressedFrameSize
    {
        get
        {
            long pixels = (long)Width * Height;
            if (BitsAllocated == 1) return Checked((pixels - 1) / 8 + 1);

            // Subsampled chrominance comes in pairs of columns (PS3.3 section C.7.6.3.1.2).
            var photometric = PhotometricInterpretation;
            var subsampled = photometric == PhotometricInterpretation.YbrFull422 || photometric == PhotometricInterpretation.YbrPartial422
                || photometric == PhotometricInterpretation.YbrPartial420;
            if (subsampled && Width % 2 != 0) pixels = (Width + 1L) * Height;
            var samples = photometric == PhotometricInterpretation.YbrFull422 && !Syntax.IsEncapsulated ? 2 : SamplesPerPixel;
            return Checked(BytesAllocated * samples * pixels);
        }
    }

    /// <exception cref="DicomImagingException">No pixel data, or of a kind that has no frames.</exception>
    public static DicomPixelData Create(DicomDataset dataset, bool newPixelData = false)
    {
        if (!newPixelData)
        {
            return dataset.GetDicomItem<DicomItem>(DicomTag.PixelData) switch
            {
                null => throw new DicomImagingException("The data set has no pixel data"),
                DicomFragmentSequence fragments => new EncapsulatedPixelData(dataset, fragments),
                DicomElement element and (DicomOtherByte or DicomOtherWord) => new NativePixelData(dataset, element),
                var other => throw new DicomImagingException($"Pixel data in a {other.ValueRepresentation} item has no frames"),
            };
        }

        var bits = dataset.GetSingleValue<ushort>(DicomTag.BitsAllocated);
        if (dataset.InternalTransferSyntax.IsEncapsulated)
        {
            if (bits > 16) throw new DicomImagingException($"{bits} bits allocated: compressed pixel data has at most 16");
            DicomFragmentSequence fragments = bits > 8 ? new DicomOtherWordFragment(DicomTag.PixelData) : new DicomOtherByteFragment(DicomTag.PixelData);
            dataset.AddOrUpdate(fragments);
            return new EncapsulatedPixelData(dataset, fragments) { NumberOfFrames = 0 };
        }

        // PS3.5 annexes A.1 and A.2: OW always in implicit VR, OB for up to eight bits in explicit VR.
        var word = bits > 8 || !dataset.InternalTransferSyntax.IsExplicitVR;
        DicomElement item = word
            ? new DicomOtherWord(DicomTag.PixelData, new CompositeByteBuffer())
            : new DicomOtherByte(DicomTag.PixelData, new CompositeByteBuffer());
        dataset.AddOrUpdate(item);
        return new NativePixelData(dataset, item) { NumberOfFrames = 0 };
    }

    /// <summary>The encoded bytes of a frame, counted from 0.</summary>
    /// <exception cref="IndexOutOfRangeException">No such frame.</exception>
    public abstract IByteBuffer GetFrame(int frame);

    public abstract void AddFrame(IByteBuffer data);

    private protected void RequireFrame(int frame)
    {
        if (frame < 0 || frame >= NumberOfFrames) throw new IndexOutOfRangeException("There is no frame of that number");
    }

    private static int Checked(long size) =>
        size is >= 0 and <= int.MaxValue ? (int)size : throw new DicomImagingException($"A frame of {size} bytes is more than can be held");

    private void Set(DicomTag tag, ushort value) => Dataset.AddOrUpdate(new DicomUnsignedShort(tag, value));
}

/// <summary>Frames one behind the other.</summary>
internal sealed class NativePixelData : DicomPixelData
{
    private readonly DicomElement _element;
    private readonly IByteBuffer _padding = new MemoryByteBuffer([0]);

    public NativePixelData(DicomDataset dataset, DicomElement element) : base(dataset) => _element = element;

    public override IByteBuffer GetFrame(int frame)
    {
        RequireFrame(frame);
        var size = UncompressedFrameSize;
        IByteBuffer buffer = new RangeByteBuffer(_element.Buffer, (long)size * frame, size);
        return Syntax.SwapPixelData && _element is DicomOtherWord ? new SwapByteBuffer(buffer, 2) : buffer;
    }

    public override void AddFrame(IByteBuffer data)
    {
        var composite = _element.Buffer as CompositeByteBuffer
            ?? throw new DicomImagingException("Frames are added only to pixel data made by Create(dataset, true)");
        composite.Buffers.Remove(_padding);
        composite.Buffers.Add(Syntax.SwapPixelData && _element is DicomOtherWord ? new SwapByteBuffer(data, 2) : data);
        if ((composite.Size & 1) == 1) composite.Buffers.Add(_padding);
        NumberOfFrames++;
    }
}

/// <summary>Frames in fragments: one each, or found through the offset table.</summary>
internal sealed class EncapsulatedPixelData : DicomPixelData
{
    private const int ItemHeader = 8;

    private readonly DicomFragmentSequence _element;

    public EncapsulatedPixelData(DicomDataset dataset, DicomFragmentSequence element) : base(dataset) => _element = element;

    public override IByteBuffer GetFrame(int frame)
    {
        RequireFrame(frame);
        var fragments = _element.Fragments;
        var count = fragments.Count > 0 && fragments[^1].Size == 0 ? fragments.Count - 1 : fragments.Count;
        if (NumberOfFrames == 1) return count == 1 ? fragments[0] : new CompositeByteBuffer(fragments.Take(count));
        if (count == NumberOfFrames) return fragments[frame];
        if (_element.OffsetTable.Count != NumberOfFrames)
        {
            throw new DicomImagingException(
                "Without an offset table the fragments cannot be told apart into frames");
        }

        return FromOffsetTable(frame, count);
    }

    public override void AddFrame(IByteBuffer data)
    {
        NumberOfFrames++;
        var position = _element.Fragments.Sum(fragment => fragment.Size + ItemHeader);

        // The table holds 32-bit offsets; beyond them there is none (PS3.5 annex A.4).
        if (position < uint.MaxValue) _element.OffsetTable.Add((uint)position);
        else _element.OffsetTable.Clear();
        _element.Fragments.Add(EvenLengthBuffer.Create(data));
    }

    private CompositeByteBuffer FromOffsetTable(int frame, int count)
    {
        var offsets = _element.OffsetTable;
        long start = offsets[frame];
        var stop = frame + 1 < offsets.Count ? offsets[frame + 1] : long.MaxValue;
        var composite = new CompositeByteBuffer();
        long position = 0;
        for (var i = 0; i < count && position < stop; i++)
        {
            if (position >= start) composite.Buffers.Add(_element.Fragments[i]);
            position += ItemHeader + _element.Fragments[i].Size;
            if (position > start && composite.Buffers.Count == 0)
                throw new DicomImagingException("The offset table points inside a fragment");
        }

        if (composite.Buffers.Count == 0 || (position < stop && stop != long.MaxValue))
            throw new DicomImagingException("The offset table points behind the last fragment");
        return composite;
    }
}
