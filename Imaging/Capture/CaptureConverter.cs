using Regional.Imaging.Capture.Documents;
using Regional.Imaging.Capture.Stills;
using Regional.Imaging.Capture.Videos;

namespace Regional.Imaging.Capture;

/// <summary>
/// Makes a DICOM data set of a picture, a document or a video (R4.2.4-1). Pure: from a stream and a subject to a stream, equal input to equal bytes and
/// equal UIDs. A baseline JPEG, a PDF and an MP4 go in as they are; PNG and BMP are unpacked. What a file is, its first bytes say.
/// </summary>
public static class CaptureConverter
{
    private const string ExplicitLittleEndian = "1.2.840.10008.1.2.1";
    private const string JpegBaseline = "1.2.840.10008.1.2.4.50";

    /// <param name="source">Seekable, read from its begin.</param>
    /// <param name="subject">Its station is part of the object's UID: the same file through two doors is two objects, through one door one.</param>
    /// <param name="target">Takes the data set without file meta information. After a refusal what it holds is of no use.</param>
    public static CaptureResult Convert(Stream source, CaptureSubject subject, Stream target, CaptureLimits? limits = null)
    {
        try
        {
            var kind = CaptureFormat.Detect(source);
            var bounds = limits ?? CaptureLimits.Default;
            if (source.Length > CaptureFormat.Largest(kind, bounds)) return new CaptureResult.Refused(CaptureRule.TooLarge);
            var instance = CaptureUid.Of("instance", subject.Exam.StudyUid, subject.Station.Name, CaptureUid.ContentOf(source));
            source.Position = 0;
            return kind switch
            {
                CaptureKind.Jpeg => Jpeg(Whole(source), subject, instance, target),
                CaptureKind.Png => Unpacked(kind, PngPicture.Read(source, bounds), subject, instance, target),
                CaptureKind.Bmp => Unpacked(kind, BmpPicture.Read(Whole(source), bounds), subject, instance, target),
                CaptureKind.Pdf => Pdf(Whole(source), subject, instance, target),
                _ => Video(source, subject, instance, target),
            };
        }
        catch (CaptureRefusedException refused)
        {
            return new CaptureResult.Refused(refused.Rule);
        }
    }

    private static CaptureResult.Converted Jpeg(byte[] file, CaptureSubject subject, string instance, Stream target)
    {
        var picture = JpegPicture.Read(file);
        var sopClass = CaptureClass.OfStill(subject.Station.Modality, 8);
        // A camera's clock has no zone: it is the hospital's.
        var at = picture.Exif.TakenAt is { } taken ? new DateTimeOffset(taken, subject.CapturedAt.Offset) : subject.CapturedAt;
        var (list, result) = Begin(CaptureKind.Jpeg, subject, sopClass, subject.Station.Modality, instance, JpegBaseline, at);
        var photometric = picture.Components == 1 ? "MONOCHROME2" : picture.IsRgb ? "RGB" : "YBR_FULL_422";
        CaptureModules.Image(list, subject, sopClass, picture.Width, picture.Height, picture.Components, 8, photometric);
        CaptureModules.Lossy(list, "ISO_10918_1", (double)picture.Width * picture.Height * picture.Components / picture.Bytes.Length);
        CaptureModules.Camera(list, picture.Exif);
        list.Write(target, 0, CaptureModules.PixelData);
        Encapsulated(target, picture.Bytes.Length, () => target.Write(picture.Bytes));
        return result;
    }

    private static CaptureResult.Converted Unpacked(CaptureKind kind, Raster raster, CaptureSubject subject, string instance, Stream target)
    {
        var sopClass = CaptureClass.OfStill(subject.Station.Modality, raster.Bits);
        var (list, result) = Begin(kind, subject, sopClass, subject.Station.Modality, instance, ExplicitLittleEndian, subject.CapturedAt);
        CaptureModules.Image(list, subject, sopClass, raster.Width, raster.Height, raster.Samples, raster.Bits, raster.Samples == 1 ? "MONOCHROME2" : "RGB");
        list.Write(target, 0, CaptureModules.PixelData);
        var odd = raster.Pixels.Length % 2;
        ElementList.Head(target, CaptureModules.PixelData, raster.Bits == 8 ? "OB" : "OW", checked((uint)(raster.Pixels.Length + odd)));
        target.Write(raster.Pixels);
        if (odd == 1) target.WriteByte(0);
        return result;
    }

    private static CaptureResult.Converted Pdf(byte[] file, CaptureSubject subject, string instance, Stream target)
    {
        PdfInspection.Check(file);
        var (list, result) = Begin(CaptureKind.Pdf, subject, CaptureClass.EncapsulatedPdf, "DOC", instance, ExplicitLittleEndian, subject.CapturedAt);
        CaptureModules.Document(list, subject, subject.CapturedAt, file.Length);
        list.Write(target, 0, CaptureModules.EncapsulatedDocument);
        ElementList.Head(target, CaptureModules.EncapsulatedDocument, "OB", (uint)(file.Length + file.Length % 2));
        target.Write(file);
        if (file.Length % 2 == 1) target.WriteByte(0);
        list.Write(target, CaptureModules.EncapsulatedDocument + 1, uint.MaxValue);
        return result;
    }

    private static CaptureResult.Converted Video(Stream source, CaptureSubject subject, string instance, Stream target)
    {
        var video = Mp4Video.Read(source);
        var (sopClass, modality) = CaptureClass.OfVideo(subject.Station.Modality);
        var (list, result) = Begin(CaptureKind.Mp4, subject, sopClass, modality, instance, video.TransferSyntaxUid, subject.CapturedAt);
        CaptureModules.Image(list, subject, sopClass, video.Width, video.Height, 3, 8, "YBR_PARTIAL_420");
        CaptureModules.Cine(list, video);
        CaptureModules.Lossy(list, video.Method, (double)video.Width * video.Height * 1.5 * video.Frames / source.Length);
        list.Write(target, 0, CaptureModules.PixelData);
        source.Position = 0;
        Encapsulated(target, source.Length, () => source.CopyTo(target));
        return result;
    }

    private static (ElementList List, CaptureResult.Converted Result) Begin(
        CaptureKind kind, CaptureSubject subject, string sopClass, string modality, string instance, string syntax, DateTimeOffset at)
    {
        var series = CaptureUid.Of("series", subject.Exam.StudyUid, subject.Session, sopClass, modality);
        return (
            CaptureModules.Common(subject, sopClass, modality, instance, series, at),
            new CaptureResult.Converted(kind, subject.Exam.StudyUid, series, instance, sopClass, syntax, modality));
    }

    /// <summary>Pixel data of undefined length: an empty offset table, one fragment (PS3.5 §A.4).</summary>
    private static void Encapsulated(Stream target, long length, Action content)
    {
        ElementList.Head(target, CaptureModules.PixelData, "OB", uint.MaxValue);
        ElementList.ItemHead(target, 0);
        ElementList.ItemHead(target, checked((uint)(length + length % 2)));
        content();
        if (length % 2 == 1) target.WriteByte(0);
        ElementList.SequenceEnd(target);
    }

    private static byte[] Whole(Stream source)
    {
        var bytes = new byte[source.Length];
        source.ReadExactly(bytes);
        return bytes;
    }
}
