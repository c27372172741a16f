using FellowOakDicom;
using FellowOakDicom.Imaging;
using FellowOakDicom.Imaging.Codec;
using FellowOakDicom.IO.Buffer;
using Regional.Imaging.Codecs;
using Regional.Imaging.Frames;

namespace Regional.Edge.Dicom;

/// <summary>
/// An image in explicit VR little endian, for a peer that does not take the syntax in which it is stored: what was compressed is decoded, what was
/// compressed lossily stays marked so. The stored bytes are not touched.
/// </summary>
internal static class DecodedForm
{
    /// <summary>Bytes of all frames of one image that are decoded in memory.</summary>
    private const long Most = 512L << 20;

    /// <summary>Sample arrangements that native pixels have as they are; chrominance shared by pixels, or of JPEG 2000's transforms, would need another name.</summary>
    private static readonly string[] Arrangements = ["MONOCHROME1", "MONOCHROME2", "PALETTE COLOR", "RGB", "YBR_FULL"];

    /// <summary>Whether images of a syntax can be decoded here at all.</summary>
    public static bool CanRead(DicomTransferSyntax syntax) => syntax.IsEncapsulated
        ? FrameCodecs.Find(syntax.UID.UID) is not null
        : syntax == DicomTransferSyntax.ExplicitVRBigEndian || syntax == DicomTransferSyntax.DeflatedExplicitVRLittleEndian;

    /// <summary>Null where a frame cannot be decoded, or they are too many.</summary>
    public static DicomFile? Of(DicomFile stored)
    {
        try
        {
            return Written(stored);
        }
        catch (Exception malformed) when (malformed is DicomException or ArgumentException or InvalidOperationException or FormatException or IOException or OverflowException)
        {
            // Whatever the library finds in it: this image is not sent so, the others are.
            return null;
        }
    }

    private static DicomFile? Written(DicomFile stored)
    {
        var syntax = stored.Dataset.InternalTransferSyntax;
        if (!syntax.IsEncapsulated)
            return new DicomFile(stored.Dataset.Clone(DicomTransferSyntax.ExplicitVRLittleEndian));
        if (FrameCodecs.Find(syntax.UID.UID) is not { } decoder || Decode(stored.Dataset, decoder) is not { } pixels)
            return null;
        // What came from a machine goes out as it came, valid or not.
        var plain = new DicomDataset(DicomTransferSyntax.ExplicitVRLittleEndian).NotValidated();
        plain.Add(stored.Dataset.Where(item => item.Tag.Group != DicomTag.PixelData.Group));
        if (plain.TryGetString(DicomTag.PhotometricInterpretation, out var arrangement))
            plain.AddOrUpdate(DicomTag.PhotometricInterpretation, FrameCodecs.DecodedPhotometric(syntax.UID.UID, arrangement));
        // Decoding brings nothing back: a reader has to know (PS3.3 §C.7.6.1.1.5).
        if (syntax.IsLossy)
            plain.AddOrUpdate(DicomTag.LossyImageCompression, "01");
        var buffer = new MemoryByteBuffer(pixels);
        plain.Add(stored.Dataset.GetSingleValue<ushort>(DicomTag.BitsAllocated) > 8
            ? new DicomOtherWord(DicomTag.PixelData, buffer)
            : new DicomOtherByte(DicomTag.PixelData, buffer));
        return new DicomFile(plain);
    }

    private static byte[]? Decode(DicomDataset dataSet, FrameDecoder decoder)
    {
        var source = DicomPixelData.Create(dataSet);
        var shape = new PixelShape(
            source.Height, source.Width, source.SamplesPerPixel, source.BitsAllocated, source.NumberOfFrames, source.PhotometricInterpretation.Value);
        if (!Arrangements.Contains(FrameCodecs.DecodedPhotometric(dataSet.InternalTransferSyntax.UID.UID, shape.PhotometricInterpretation)) || FrameCodecs.NativeLength(shape) is not { } length || length * source.NumberOfFrames > Most)
            return null;
        var pixels = new byte[(length * source.NumberOfFrames) + ((length * source.NumberOfFrames) & 1)];
        for (var frame = 0; frame < source.NumberOfFrames; frame++)
        {
            var decoded = decoder.Decode(source.GetFrame(frame).Data, shape, source.PlanarConfiguration == PlanarConfiguration.Planar);
            if (decoded.Problem != CodecProblem.None)
                return null;
            decoded.Pixels.CopyTo(pixels, frame * length);
        }

        return pixels;
    }
}
