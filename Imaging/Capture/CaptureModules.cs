using Regional.Imaging.Capture.Stills;
using Regional.Imaging.Capture.Videos;

namespace Regional.Imaging.Capture;

/// <summary>The modules of PS3.3 that captured objects have, written from a subject. Nothing in them depends on when or where the conversion runs.</summary>
internal static class CaptureModules
{
    public const uint PixelData = 0x7FE00010;
    public const uint EncapsulatedDocument = 0x00420011;

    /// <summary>Patient, study, series, equipment and SOP common (PS3.3 C.7.1 to C.7.5, C.12).</summary>
    public static ElementList Common(CaptureSubject subject, string sopClass, string modality, string instanceUid, string seriesUid, DateTimeOffset at)
    {
        var (patient, exam, station) = (subject.Patient, subject.Exam, subject.Station);
        var list = new ElementList();
        list.Text(0x00080005, "CS", "ISO_IR 192");
        list.Text(0x00080016, "UI", sopClass);
        list.Text(0x00080018, "UI", instanceUid);
        list.Date(0x00080020, exam.At);
        list.Time(0x00080030, exam.At);
        list.Date(0x00080023, at);
        list.Time(0x00080033, at);
        list.Text(0x00080050, "SH", exam.AccessionNumber);
        if (exam.AccessionNumber.Length > 0) list.Sequence(0x00080051, Issuer(exam.AccessionIssuer));
        list.Text(0x00080060, "CS", modality);
        list.Text(0x00080070, "LO", "Regional");
        list.Text(0x00080080, "LO", subject.Station.Institution);
        list.Text(0x00080090, "PN", "");
        list.Text(0x00080201, "SH", Offset(at));
        list.Text(0x00081010, "SH", station.Name);
        if (exam.Description.Length > 0) list.Text(0x00081030, "LO", exam.Description);
        list.Text(0x0008103E, "LO", subject.SeriesDescription);
        list.Text(0x00081090, "LO", "Capture");
        list.Name(0x00100010, patient.Name, patient.Pinyin);
        list.Text(0x00100020, "LO", patient.Id);
        if (patient.Id.Length > 0 && patient.Issuer.Length > 0) list.Text(0x00100021, "LO", patient.Issuer);
        list.Text(0x00100030, "DA", patient.BirthDate?.ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture));
        list.Text(0x00100040, "CS", patient.Sex is "M" or "F" or "O" ? patient.Sex : "");
        if (exam.BodyPart is { Length: > 0 } part) list.Text(0x00180015, "CS", part);
        list.Text(0x00181020, "LO", "1");
        list.Text(0x0020000D, "UI", exam.StudyUid);
        list.Text(0x0020000E, "UI", seriesUid);
        list.Text(0x00200010, "SH", exam.AccessionNumber);
        list.Number(0x00200011, SeriesNumber(sopClass));
        list.Number(0x00200013, subject.Number);
        return list;
    }

    /// <summary>Conversion type, for what has no equipment of its own class (PS3.3 C.8.6.1).</summary>
    public static void SecondaryCaptureEquipment(ElementList list, CaptureStation station) => list.Text(0x00080064, "CS", station.Conversion);

    /// <summary>General image, image pixel and what the class asks beside them (PS3.3 C.7.6.1, C.7.6.3, C.8.6.2, C.8.5.6, C.8.12.1).</summary>
    public static void Image(ElementList list, CaptureSubject subject, string sopClass, int width, int height, int samples, int bits, string photometric)
    {
        if (sopClass == CaptureClass.SecondaryCapture) SecondaryCaptureEquipment(list, subject.Station);
        else list.Texts(0x00080008, "CS", "ORIGINAL", "PRIMARY");
        list.Text(0x00200020, "CS", "");
        var side = subject.Exam.Side is "R" or "L" ? subject.Exam.Side : "";
        if (side.Length > 0 || AnatomicRegion.MayBePaired(subject.Exam.BodyPart, CaptureClass.IsVisibleLight(sopClass))) list.Text(0x00200060, "CS", side);
        list.Short(0x00280002, samples);
        list.Text(0x00280004, "CS", photometric);
        if (samples == 3) list.Short(0x00280006, 0);
        list.Short(0x00280010, height);
        list.Short(0x00280011, width);
        list.Short(0x00280100, bits);
        list.Short(0x00280101, bits);
        list.Short(0x00280102, bits - 1);
        list.Short(0x00280103, 0);
        list.Text(0x00282110, "CS", "00");
        if (!CaptureClass.IsVisibleLight(sopClass)) return;
        list.Sequence(0x00400555);
        list.Sequence(0x00082218, AnatomicRegion.Of(subject.Exam.BodyPart));
    }

    public static void Lossy(ElementList list, string method, double ratio)
    {
        list.Text(0x00282110, "CS", "01");
        list.Decimal(0x00282112, Math.Max(1, ratio));
        list.Text(0x00282114, "CS", method);
    }

    /// <summary>What a camera says of itself and of how its picture is to be held.</summary>
    public static void Camera(ElementList list, ExifFacts exif)
    {
        if (exif.Maker.Length > 0) list.Text(0x00080070, "LO", exif.Maker);
        if (exif.Model.Length > 0) list.Text(0x00081090, "LO", exif.Model);
        if (exif.Orientation > 1) list.Text(0x00204000, "LT", $"EXIF orientation {exif.Orientation}");
    }

    /// <summary>Multi-frame and cine (PS3.3 C.7.6.6, C.7.6.5).</summary>
    public static void Cine(ElementList list, Mp4Video video)
    {
        list.Decimal(0x00181063, video.FrameTime);
        var rate = Math.Clamp((long)Math.Round(1000 / video.FrameTime), 1, 1000);
        list.Number(0x00082144, rate);
        list.Number(0x00180040, rate);
        list.Number(0x00280008, video.Frames);
        list.Tag(0x00280009, 0x00181063);
        list.Decimal(0x00181066, 0);
        if (video.Turned) list.Text(0x00204000, "LT", "The MP4 container turns the picture for display");
    }

    /// <summary>Encapsulated document (PS3.3 C.24.2). Its text may show whose it is: it counts as burned in.</summary>
    public static void Document(ElementList list, CaptureSubject subject, DateTimeOffset at, long length)
    {
        SecondaryCaptureEquipment(list, subject.Station);
        list.Text(0x0008002A, "DT", at.ToString("yyyyMMddHHmmss", System.Globalization.CultureInfo.InvariantCulture) + Offset(at));
        list.Text(0x00280301, "CS", "YES");
        list.Sequence(0x0040A043);
        list.Text(0x00420010, "ST", "");
        list.Text(0x00420012, "LO", "application/pdf");
        list.Long(0x00420015, checked((uint)length));
    }

    private static ElementList Issuer(string site)
    {
        var item = new ElementList();
        item.Text(0x00400031, "UT", site);
        return item;
    }

    private static string Offset(DateTimeOffset at) =>
        (at.Offset < TimeSpan.Zero ? "-" : "+") + at.Offset.ToString("hhmm", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Beyond what modalities number, so that captures stand after a study's own series.</summary>
    private static int SeriesNumber(string sopClass) => sopClass switch
    {
        CaptureClass.EncapsulatedPdf => 903,
        CaptureClass.UltrasoundMultiframe or CaptureClass.EndoscopicVideo or CaptureClass.MicroscopicVideo or CaptureClass.PhotographicVideo => 902,
        _ => 901,
    };
}
