using System.Text;
using FellowOakDicom;
using FellowOakDicom.IO.Buffer;
using Regional.Compat.Dicom.Tests.Support;

namespace Regional.Compat.Dicom.Tests;

/// <summary>Character sets (PS3.5 annexes H to K hold the examples).</summary>
public class CharsetTests
{
    /// <summary>Charsets, the bytes as hexadecimal, the text.</summary>
    public static TheoryData<string, string, string> Examples => new()
    {
        { "ISO_IR 100", "427563 5E 4AE972F46D65", "Buc^Jérôme" },
        { "ISO_IR 192", "57616E675E5869616F446F6E67 3D E78E8B5EE5B08FE4B89C", "Wang^XiaoDong=王^小东" },
        { "GB18030", "57616E675E5869616F446F6E67 3D CDF55ED0A1B6AB", "Wang^XiaoDong=王^小东" },
        { "GB18030", "95328539", "\U00020021" },
        { "GBK", "57616E67 3D CDF55ED0A1B6AB", "Wang=王^小东" },
        { "GB18030", "D65C", "謀" },
        { @"\ISO 2022 IR 87", "59616D6164615E546172 6F75 3D 1B2442 3B33 4544 1B2842 5E 1B2442 4240 4F3A 1B2842 3D 1B2442 245E 2440 1B2842", "Yamada^Tarou=山田^太郎=まだ" },
        { @"\ISO 2022 IR 149", "486F6E675E47696C646F6E67 3D 1B242943 FBF35E1B242943D1CED4D7 3D 1B242943C8AB5E1B242943B1E6B5BF", "Hong^Gildong=洪^吉洞=홍^길동" },
        { @"\ISO 2022 IR 58", "5A68616E675E5869616F446F6E67 3D 1B242941D5C55E1B242941D0A1B6AB 3D", "Zhang^XiaoDong=张^小东=" },
        { "ISO_IR 13", "D4CFC0DE5EC0DBB3", "ﾔﾏﾀﾞ^ﾀﾛｳ" },
        { "ISO_IR 144", "BBEEDACEEDE0", "ЛюкЮэр" },
        { "ISO-IR 100", "4AE9", "Jé" },
        { "unknown", "4A3F", "J?" },
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public void Names_are_read(string charsets, string hex, string text)
    {
        var read = Read(charsets, Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        read.GetString(DicomTag.PatientName).ShouldBe(text);
    }

    [Theory]
    [InlineData("ISO_IR 192")]
    [InlineData("GB18030")]
    [InlineData("GBK")]
    public void Chinese_names_are_written_and_read(string charset)
    {
        var dataset = Samples.Ct().AddOrUpdate(DicomTag.SpecificCharacterSet, charset).AddOrUpdate(DicomTag.PatientName, "Ouyang^Zhenhua=欧阳^振华");
        var read = Samples.Open(Samples.Bytes(new DicomFile(dataset))).Dataset;
        read.GetString(DicomTag.PatientName).ShouldBe("Ouyang^Zhenhua=欧阳^振华");
        read.GetDicomItem<DicomElement>(DicomTag.PatientName).Buffer.Data[15..17].ShouldBe(Encoding.GetEncoding(charset == "ISO_IR 192" ? "utf-8" : charset).GetBytes("欧")[..2]);
    }

    [Fact]
    public void Items_of_sequences_inherit_the_charset_or_have_their_own()
    {
        var dataset = Samples.Ct().AddOrUpdate(DicomTag.SpecificCharacterSet, "GB18030");
        dataset.Add(
            DicomTag.RequestAttributesSequence,
            new DicomDataset { { DicomTag.RequestedProcedureDescription, "头部平扫" } },
            new DicomDataset { { DicomTag.SpecificCharacterSet, "ISO_IR 192" }, { DicomTag.RequestedProcedureDescription, "胸部" } });
        var items = Samples.Open(Samples.Bytes(new DicomFile(dataset))).Dataset.GetSequence(DicomTag.RequestAttributesSequence).Items;
        items[0].GetString(DicomTag.RequestedProcedureDescription).ShouldBe("头部平扫");
        items[1].GetString(DicomTag.RequestedProcedureDescription).ShouldBe("胸部");
        items[0].GetDicomItem<DicomElement>(DicomTag.RequestedProcedureDescription).Length.ShouldBe(8u, "two bytes a character");
    }

    [Fact]
    public void Bytes_of_another_charset_are_kept_when_nothing_changes()
    {
        var bytes = Convert.FromHexString("5A68616E673D1B242941D5C55E1B242941D0A1");
        var read = Read(@"\ISO 2022 IR 58", bytes);
        using var stream = new MemoryStream();
        new DicomFile(read).Save(stream);
        Samples.Open(stream.ToArray()).Dataset.GetDicomItem<DicomElement>(DicomTag.PatientName).Buffer.Data[..bytes.Length].ShouldBe(bytes);
    }

    [Fact]
    public void A_fallback_serves_files_that_name_no_charset()
    {
        var bytes = Samples.FileOf([0x10, 0, 0x10, 0, (byte)'P', (byte)'N', 4, 0, 0xCD, 0xF5, 0xD0, 0xA1]);
        DicomFile.Open(new MemoryStream(bytes), Encoding.GetEncoding("gb18030")).Dataset.GetString(DicomTag.PatientName).ShouldBe("王小");
    }

    [Fact]
    public void Undecodable_bytes_do_not_make_an_object_unreadable() =>
        Read("ISO_IR 192", [0xff, 0xfe, 0x41, 0x20]).GetString(DicomTag.PatientName).ShouldEndWith("A");

    [Fact]
    public void Charsets_have_names_both_ways()
    {
        DicomEncoding.GetCharset(Encoding.UTF8).ShouldBe("ISO_IR 192");
        DicomEncoding.GetCharset(DicomEncoding.GetEncoding("GB18030")).ShouldBe("GB18030");
        DicomEncoding.GetCharset(DicomEncoding.GetEncoding("ISO_IR 100"), extended: true).ShouldBe("ISO 2022 IR 100");
        Should.Throw<ArgumentException>(() => DicomEncoding.GetCharset(Encoding.UTF32));
    }

    private static DicomDataset Read(string charsets, byte[] name)
    {
        var dataset = Samples.Ct().NotValidated();
        dataset.AddOrUpdate(new DicomCodeString(DicomTag.SpecificCharacterSet, charsets.Split('\\')));
        dataset.AddOrUpdate(new DicomPersonName(DicomTag.PatientName, DicomEncoding.GetEncodings(charsets.Split('\\')), new MemoryByteBuffer(name.Length % 2 == 0 ? name : [.. name, (byte)' '])));
        return Samples.Open(Samples.Bytes(new DicomFile(dataset))).Dataset;
    }
}
