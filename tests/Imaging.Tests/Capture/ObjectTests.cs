using FellowOakDicom;
using Regional.Imaging.Capture;
using Regional.TestKit;
using Regional.TestKit.Captures;

namespace Regional.Imaging.Tests.Capture;

/// <summary>R4.2.4-1: what captured files become is valid DICOM of the right class, with the exam's identity, and always the same.</summary>
public sealed class ObjectTests
{
    private static readonly byte[] Jpeg = new JpegBytes { Components = 3 }.Write(64, 48, (x, y, c) => 40 + 20 * x + 5 * y + c);
    private static readonly byte[] Grey = new JpegBytes().Write(64, 48, (x, y, _) => 40 + 20 * x + 5 * y);
    private static readonly byte[] Png = PngBytes.Write(33, 17, 8, 2, false, (x, y, c) => (x * 7 + y * 3 + c * 50) & 255);
    private static readonly byte[] DeepPng = PngBytes.Write(33, 17, 16, 0, false, (x, y, _) => (x * 701 + y * 3) & 65535);

    public static TheoryData<string, string, string> Objects => new()
    {
        { "jpeg", "XC", "1.2.840.10008.5.1.4.1.1.77.1.4" },
        { "jpeg", "US", "1.2.840.10008.5.1.4.1.1.6.1" },
        { "grey", "US", "1.2.840.10008.5.1.4.1.1.6.1" },
        { "jpeg", "ES", "1.2.840.10008.5.1.4.1.1.77.1.1" },
        { "jpeg", "GM", "1.2.840.10008.5.1.4.1.1.77.1.2" },
        { "grey", "DX", "1.2.840.10008.5.1.4.1.1.7" },
        { "jpeg", "OT", "1.2.840.10008.5.1.4.1.1.7" },
        { "png", "US", "1.2.840.10008.5.1.4.1.1.6.1" },
        { "png", "XC", "1.2.840.10008.5.1.4.1.1.77.1.4" },
        { "png", "OT", "1.2.840.10008.5.1.4.1.1.7" },
        { "deep", "US", "1.2.840.10008.5.1.4.1.1.7" },
        { "bmp", "US", "1.2.840.10008.5.1.4.1.1.6.1" },
        { "pdf", "DX", "1.2.840.10008.5.1.4.1.1.104.1" },
        { "avc", "ES", "1.2.840.10008.5.1.4.1.1.77.1.1.1" },
        { "avc", "US", "1.2.840.10008.5.1.4.1.1.3.1" },
        { "avc", "DX", "1.2.840.10008.5.1.4.1.1.77.1.4.1" },
        { "hevc", "GM", "1.2.840.10008.5.1.4.1.1.77.1.2.1" },
    };

    [SkippableTheory]
    [MemberData(nameof(Objects))]
    public async Task Every_object_is_valid_and_of_the_class_that_its_modality_says(string file, string modality, string sopClass)
    {
        using var folder = new TempFolder();
        // The validator does not know HEVC's syntax; the data set is the same under another name.
        var path = await Captured.SaveAsync(folder.File("o.dcm"), File(file), Captured.Subject(modality), file == "hevc" ? "1.2.840.10008.1.2.4.102" : null);
        (await Captured.OpenAsync(path)).GetSingleValue<string>(DicomTag.SOPClassUID).ShouldBe(sopClass);
        await Captured.ShouldBeValidAsync(path);
    }

    [SkippableTheory]
    [InlineData("XC", null, null)]
    [InlineData("US", null, null)]
    [InlineData("OT", "HEAD", null)]
    [InlineData("XC", "KNEE", "B")]
    public async Task An_object_of_whom_nothing_is_known_is_valid_too(string modality, string? bodyPart, string? side)
    {
        var subject = Captured.Subject(modality);
        subject = subject with
        {
            Patient = new CapturedPatient("", "township-a", "", null, "", null),
            Exam = subject.Exam with { AccessionNumber = "", Description = "", BodyPart = bodyPart, Side = side },
        };
        using var folder = new TempFolder();
        await Captured.ShouldBeValidAsync(await Captured.SaveAsync(folder.File("o.dcm"), Png, subject));
    }

    [Fact]
    public async Task Patient_and_exam_are_those_of_the_worklist_in_their_own_script()
    {
        using var folder = new TempFolder();
        var data = await Captured.OpenAsync(await Captured.SaveAsync(folder.File("o.dcm"), Png));
        data.GetString(DicomTag.SpecificCharacterSet).ShouldBe("ISO_IR 192");
        data.GetString(DicomTag.PatientName).ShouldBe("Wang^Xiaoming=王晓明");
        data.GetString(DicomTag.PatientID).ShouldBe("QS-0042");
        data.GetString(DicomTag.IssuerOfPatientID).ShouldBe("township-a");
        data.GetString(DicomTag.PatientBirthDate).ShouldBe("19680309");
        data.GetString(DicomTag.AccessionNumber).ShouldBe("QS2611280042");
        data.GetString(DicomTag.StudyDescription).ShouldBe("膝关节正侧位DR");
        data.GetString(DicomTag.BodyPartExamined).ShouldBe("KNEE");
        data.GetString(DicomTag.Laterality).ShouldBe("R");
        data.GetString(DicomTag.StationName).ShouldBe("A_CAM1");
        data.GetString(DicomTag.ContentDate).ShouldBe("20261128");
        data.GetString(DicomTag.ContentTime).ShouldStartWith("094112");
        data.GetString(DicomTag.TimezoneOffsetFromUTC).ShouldBe("+0800");
    }

    [Fact]
    public void The_same_file_of_the_same_exam_is_the_same_object_and_of_another_exam_another()
    {
        var first = Captured.Convert(Png);
        var again = Captured.Convert(Png);
        again.DataSet.ShouldBe(first.DataSet);
        again.Result.ShouldBe(first.Result);
        var subject = Captured.Subject();
        var other = Captured.Convert(Png, subject with { Exam = subject.Exam with { StudyUid = CaptureUid.Of("study", "study:other") } }).Result;
        var (one, two) = ((CaptureResult.Converted)first.Result, other.ShouldBeOfType<CaptureResult.Converted>());
        two.SopInstanceUid.ShouldNotBe(one.SopInstanceUid);
        one.SopInstanceUid.ShouldStartWith("2.25.");
        Packs.UidRuleOf(one.SopInstanceUid).ShouldBeTrue();
    }

    [Fact]
    public async Task A_name_cannot_escape_its_element()
    {
        var subject = Captured.Subject(pinyin: null);
        subject = subject with { Patient = subject.Patient with { Name = "王\\晓=明^\u001b$)C<b>\r\n", Id = new string('9', 80) } };
        using var folder = new TempFolder();
        var data = await Captured.OpenAsync(await Captured.SaveAsync(folder.File("o.dcm"), Png, subject));
        data.GetString(DicomTag.PatientName).ShouldBe("王晓 明 $)C<b>");
        data.GetString(DicomTag.PatientID).ShouldBe(new string('9', 64));
    }

    [Fact]
    public async Task A_document_and_a_video_come_out_byte_for_byte()
    {
        using var folder = new TempFolder();
        var pdf = PdfBytes.Write();
        var data = await Captured.OpenAsync(await Captured.SaveAsync(folder.File("d.dcm"), pdf));
        var length = data.GetSingleValue<uint>(DicomTag.EncapsulatedDocumentLength);
        data.GetValues<byte>(DicomTag.EncapsulatedDocument).Take((int)length).ShouldBe(pdf);

        var video = new Mp4Bytes { Frames = 31, SoundCodec = "mp4a" }.Write();
        var (result, dataSet) = Captured.Convert(video, Captured.Subject("ES"));
        result.ShouldBeOfType<CaptureResult.Converted>().TransferSyntaxUid.ShouldBe("1.2.840.10008.1.2.4.102");
        dataSet.AsSpan().IndexOf(video).ShouldBeGreaterThan(0);
        dataSet.AsSpan(^8..).ToArray().ShouldBe((byte[])[0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]);
    }

    [Theory]
    [InlineData(66, 0x40, 30, "1.2.840.10008.1.2.4.102")]
    [InlineData(77, 0, 41, "1.2.840.10008.1.2.4.102")]
    [InlineData(100, 0, 42, "1.2.840.10008.1.2.4.104")]
    [InlineData(100, 0, 51, null)]
    [InlineData(66, 0, 30, null)]
    [InlineData(110, 0, 40, null)]
    public void The_transfer_syntax_follows_from_profile_and_level(byte profile, byte flags, byte level, string? syntax)
    {
        var result = Captured.Convert(new Mp4Bytes { Level = (profile, flags, level) }.Write()).Result;
        if (syntax is null) result.ShouldBe(new CaptureResult.Refused(CaptureRule.VideoProfile));
        else result.ShouldBeOfType<CaptureResult.Converted>().TransferSyntaxUid.ShouldBe(syntax);
    }

    private static byte[] File(string name) => name switch
    {
        "jpeg" => Jpeg,
        "grey" => Grey,
        "png" => Png,
        "deep" => DeepPng,
        "bmp" => BmpBytes.Write(31, 9, 24, false, (x, y) => (uint)(x * 8000 + y)),
        "pdf" => PdfBytes.Write(),
        "avc" => new Mp4Bytes { SoundCodec = "mp4a" }.Write(),
        _ => new Mp4Bytes { Codec = "hvc1", Level = (1, 0, 120) }.Write(),
    };

    private static class Packs
    {
        public static bool UidRuleOf(string uid) => Regional.Imaging.Packs.UidRule.IsValid(uid);
    }
}
