using FellowOakDicom;
using Regional.Imaging.Frames;
using Regional.Imaging.Headers;

namespace Regional.Imaging.Rendering;

/// <summary>Takes what a display needs out of a parsed header. What cannot be read counts as absent; nothing throws.</summary>
internal static class DisplayReader
{
    public static PixelDescription Pixels(DicomDataset dataSet)
    {
        var shape = FactReader.Shape(FactReader.Read(dataSet));
        var stored = Unsigned(dataSet, DicomTag.BitsStored) is var bits and > 0 ? bits : shape.BitsAllocated;
        var high = dataSet.Contains(DicomTag.HighBit) ? Unsigned(dataSet, DicomTag.HighBit) : stored - 1;
        var isSigned = Unsigned(dataSet, DicomTag.PixelRepresentation) == 1;
        int? padding = Word(dataSet, DicomTag.PixelPaddingValue, isSigned);
        var limit = Word(dataSet, DicomTag.PixelPaddingRangeLimit, isSigned) ?? padding;
        return new(
            shape, stored, high, isSigned, Unsigned(dataSet, DicomTag.PlanarConfiguration) == 1,
            padding is { } a && limit is { } b ? Math.Min(a, b) : null, padding is { } c && limit is { } d ? Math.Max(c, d) : null,
            Aspect(dataSet),
            shape.PhotometricInterpretation == "MONOCHROME1" || Safely(() => dataSet.TryGetString(DicomTag.PresentationLUTShape, out var text) && text.Trim() == "INVERSE", false));
    }

    /// <param name="frame">From 1. Values of functional groups go before those of the data set itself.</param>
    public static FrameDisplay Display(DicomDataset dataSet, PixelDescription pixels, int frame)
    {
        var modality = Group(dataSet, frame, DicomTag.PixelValueTransformationSequence) ?? dataSet;
        var slope = Number(modality, DicomTag.RescaleSlope) is { } s and not 0 ? s : 1;
        var intercept = Number(modality, DicomTag.RescaleIntercept) ?? 0;
        var modalityLut = Safely(() => FirstItem(dataSet, DicomTag.ModalityLUTSequence) is { } item
            ? LookupTableReader.Read(item, DicomTag.LUTDescriptor, DicomTag.LUTData, pixels.IsSigned)
            : null, null);
        var voi = Group(dataSet, frame, DicomTag.FrameVOILUTSequence) ?? dataSet;
        var isSigned = modalityLut is null && (pixels.IsSigned || intercept < 0 || slope < 0);
        var voiLut = Safely(() => FirstItem(voi, DicomTag.VOILUTSequence) is { } item
            ? LookupTableReader.Read(item, DicomTag.LUTDescriptor, DicomTag.LUTData, isSigned)
            : null, null);
        return new(slope, intercept, modalityLut, Window(voi), voiLut);
    }

    public static Palette? Palette(DicomDataset dataSet, PixelDescription pixels)
    {
        LookupTable? Read(DicomTag descriptor, DicomTag data, DicomTag segmented) =>
            Safely(() => LookupTableReader.Read(dataSet, descriptor, data, pixels.IsSigned, segmented), null);
        var red = Read(DicomTag.RedPaletteColorLookupTableDescriptor, DicomTag.RedPaletteColorLookupTableData, DicomTag.SegmentedRedPaletteColorLookupTableData);
        var green = Read(DicomTag.GreenPaletteColorLookupTableDescriptor, DicomTag.GreenPaletteColorLookupTableData, DicomTag.SegmentedGreenPaletteColorLookupTableData);
        var blue = Read(DicomTag.BluePaletteColorLookupTableDescriptor, DicomTag.BluePaletteColorLookupTableData, DicomTag.SegmentedBluePaletteColorLookupTableData);
        return red is not null && green is not null && blue is not null ? new(red, green, blue) : null;
    }

    private static DisplayWindow? Window(DicomDataset dataSet)
    {
        if (Number(dataSet, DicomTag.WindowCenter) is not { } center || Number(dataSet, DicomTag.WindowWidth) is not { } width) return null;
        var function = Safely(() => dataSet.TryGetString(DicomTag.VOILUTFunction, out var text) ? text.Trim() : "", "") switch
        {
            "SIGMOID" => WindowFunction.Sigmoid,
            "LINEAR_EXACT" => WindowFunction.LinearExact,
            _ => WindowFunction.Linear
        };
        var window = new DisplayWindow(center, width, function);
        return window.IsValid ? window : null;
    }

    /// <summary>Pixel Aspect Ratio says it outright (height, width); else the spacing of rows and columns does (PS3.3 §C.7.6.3.1.7).</summary>
    private static double Aspect(DicomDataset dataSet)
    {
        var pair = Pair(dataSet, DicomTag.PixelAspectRatio) ?? Pair(dataSet, DicomTag.PixelSpacing)
            ?? (Group(dataSet, 1, DicomTag.PixelMeasuresSequence) is { } measures ? Pair(measures, DicomTag.PixelSpacing) : null)
            ?? Pair(dataSet, DicomTag.ImagerPixelSpacing) ?? Pair(dataSet, DicomTag.NominalScannedPixelSpacing);
        return pair is var (height, width) && height / width is >= 0.01 and <= 100 ? height / width : 1;
    }

    private static (double, double)? Pair(DicomDataset dataSet, DicomTag tag) => Safely<(double, double)?>(
        () => dataSet.TryGetValues<double>(tag, out var values) && values.Length >= 2 && values[0] > 0 && values[1] > 0 ? (values[0], values[1]) : null, null);

    /// <summary>The item of a functional group: the frame's own, else the one that all frames share; null when there is neither.</summary>
    private static DicomDataset? Group(DicomDataset dataSet, int frame, DicomTag tag) => Safely(
        () => (Item(dataSet, DicomTag.PerFrameFunctionalGroupsSequence, frame - 1) is { } own ? FirstItem(own, tag) : null)
            ?? (FirstItem(dataSet, DicomTag.SharedFunctionalGroupsSequence) is { } shared ? FirstItem(shared, tag) : null),
        null);

    private static DicomDataset? FirstItem(DicomDataset dataSet, DicomTag tag) => Item(dataSet, tag, 0);

    private static DicomDataset? Item(DicomDataset dataSet, DicomTag tag, int index) =>
        dataSet.TryGetSequence(tag, out var sequence) && index < sequence.Items.Count ? sequence.Items[index] : null;

    private static double? Number(DicomDataset dataSet, DicomTag tag) => Safely<double?>(
        () => dataSet.TryGetValues<double>(tag, out var values) && values.Length > 0 && double.IsFinite(values[0]) ? values[0] : null, null);

    private static int Unsigned(DicomDataset dataSet, DicomTag tag) => Safely(() => dataSet.TryGetSingleValue<ushort>(tag, out var value) ? value : 0, 0);

    private static int? Word(DicomDataset dataSet, DicomTag tag, bool isSigned) => Safely<int?>(
        () => LookupTableReader.Words(dataSet, tag) is [var word, ..] ? isSigned ? (short)word : word : null, null);

    private static T Safely<T>(Func<T> read, T otherwise)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is DicomException or FormatException or ArgumentException or InvalidOperationException or OverflowException or InvalidCastException)
        {
            return otherwise;
        }
    }
}
