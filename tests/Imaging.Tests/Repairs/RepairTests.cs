using System.Collections.Immutable;
using System.Text;
using FellowOakDicom;
using Regional.Imaging.Cluster;
using Regional.Imaging.Frames;
using Regional.Imaging.Headers;
using Regional.Imaging.Repairs;

namespace Regional.Imaging.Tests.Repairs;

/// <summary>A device's profile as rules: what they change of a header that is read, and what they leave (X4).</summary>
[Trait("Requirement", "X4")]
public sealed class RepairTests
{
    private static readonly DateTimeOffset Received = new(2026, 3, 1, 2, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("GB18030", "")]
    [InlineData("GBK", "")]
    [InlineData("GB18030", "GB2312")]
    [InlineData("GB18030", "ISO_IR 100")]
    [InlineData("ISO_IR 192", "")]
    [InlineData("ISO_IR 192", "GB18030")]
    public void Texts_are_read_in_the_charset_that_the_device_really_writes(string written, string declared)
    {
        var dataSet = Header(written, declared);
        var notes = new Repair { Charset = written, CharsetAlways = declared is "ISO_IR 100" or "GB18030" }.Apply(dataSet, Received);

        dataSet.GetString(DicomTag.PatientName).ShouldBe("李建军");
        dataSet.GetValues<string>(DicomTag.OtherPatientNames).ShouldBe(["王 芳", "小嶋"]);
        dataSet.GetString(DicomTag.AdditionalPatientHistory).ShouldBe("胸痛\\三天");
        dataSet.GetSequence(DicomTag.RequestAttributesSequence).Items[0].GetString(DicomTag.ScheduledProcedureStepDescription).ShouldBe("头颅平扫");
        notes.Repaired.ShouldBe(["SpecificCharacterSet"]);
    }

    [Fact]
    public void A_charset_that_is_declared_rightly_stays()
    {
        var dataSet = Header("ISO_IR 192", "ISO_IR 192");
        new Repair { Charset = "GB18030" }.Apply(dataSet, Received).Repaired.ShouldBeEmpty();
        dataSet.GetString(DicomTag.PatientName).ShouldBe("李建军");
    }

    [Theory]
    [InlineData(NameForm.Pinyin, "LI JIANJUN", "LI^JIANJUN")]
    [InlineData(NameForm.Pinyin, "LI, JIAN JUN", "LI^JIAN JUN")]
    [InlineData(NameForm.Pinyin, "LI_JIANJUN=李建军", "LI^JIANJUN=李建军")]
    [InlineData(NameForm.Pinyin, "LI^JIAN JUN", "LI^JIAN JUN")]
    [InlineData(NameForm.Pinyin, "LI", "LI")]
    [InlineData(NameForm.Characters, "张　三", "张三")]
    [InlineData(NameForm.Characters, "欧阳 修", "欧阳修")]
    [InlineData(NameForm.Characters, "Li Jianjun=李 建军", "Li Jianjun=李建军")]
    [InlineData(NameForm.AsSent, "LI JIANJUN", "LI JIANJUN")]
    public void Names_are_brought_to_the_form_of_the_standard(NameForm form, string sent, string read)
    {
        var dataSet = new DicomDataset().NotValidated().Add(DicomTag.PatientName, sent);
        new Repair { Names = form }.Apply(dataSet, Received).Repaired.Count.ShouldBe(sent == read ? 0 : 1);
        dataSet.GetString(DicomTag.PatientName).ShouldBe(read);
    }

    [Theory]
    [InlineData("8h", null, "20260301", "180000", "20260301", "100000")]
    [InlineData("-8h", null, "20260228", "200000", "20260301", "040000")]
    [InlineData(null, "2d", "20000101", "001500", "20260301", "100000")]
    [InlineData(null, "2d", "20260227", "120000", "20260227", "120000")]
    [InlineData("8h", "2d", "20260301", "180000", "20260301", "100000")]
    [InlineData(null, "2d", "", "", "20260301", "100000")]
    [InlineData("8h", null, "00010101", "000000", "00010101", "000000")]
    [InlineData("8h", null, "yesterday", "", "yesterday", "")]
    public void A_wrong_clock_is_set_right_and_an_unbelievable_one_gives_way_to_receipt(
        string? skew, string? limit, string date, string time, string readDate, string readTime)
    {
        var profile = new DeviceProfileOptions { ClockSkew = skew, ClockLimit = limit is null ? null : TimeSpan.FromDays(2) };
        var dataSet = new DicomDataset().NotValidated().Add(DicomTag.StudyDate, date).Add(DicomTag.StudyTime, time).Add(DicomTag.SeriesDate, date);

        profile.ToRepair(TimeSpan.FromHours(8)).Apply(dataSet, Received);

        (dataSet.GetString(DicomTag.StudyDate), dataSet.GetString(DicomTag.StudyTime)).ShouldBe((readDate, readTime));
    }

    [Fact]
    public void What_a_device_leaves_out_is_filled_and_what_it_must_say_is_told()
    {
        var profile = new DeviceProfileOptions
        {
            PatientIdIssuer = "QS", Missing = new() { ["BodyPartExamined"] = "CHEST", ["InstitutionName"] = "青石镇中心卫生院", ["Modality"] = "CR" },
            Required = ["PatientID", "AccessionNumber"],
        };
        var dataSet = new DicomDataset().NotValidated().Add(DicomTag.PatientID, "P1").Add(DicomTag.Modality, "DX").Add(DicomTag.BodyPartExamined, "");

        var notes = profile.ToRepair(TimeSpan.Zero).Apply(dataSet, Received);

        (dataSet.GetString(DicomTag.IssuerOfPatientID), dataSet.GetString(DicomTag.BodyPartExamined), dataSet.GetString(DicomTag.Modality)).ShouldBe(("QS", "CHEST", "DX"));
        dataSet.GetString(DicomTag.InstitutionName).ShouldBe("青石镇中心卫生院");
        notes.Repaired.ShouldBe(["InstitutionName", "BodyPartExamined", "IssuerOfPatientID"], ignoreOrder: true);
        notes.Lacking.ShouldBe(["AccessionNumber"]);
    }

    [Fact]
    public void Rules_stand_as_text_and_read_the_same_again()
    {
        var repair = new Repair
        {
            Charset = "ISO_IR 192", CharsetAlways = true, Names = NameForm.Characters, PatientIdIssuer = "青石=;%", ClockSkew = TimeSpan.FromSeconds(-90),
            ClockLimit = TimeSpan.FromDays(2), LocalOffset = TimeSpan.FromHours(8),
            Missing = ImmutableSortedDictionary<uint, string>.Empty.Add(0x00180015, "CHEST").Add(0x00080080, "青石镇; a=b"), Required = [0x00100020, 0x00080050],
        };
        Repair.Decode(repair.Encode()).ShouldBe(repair);
        Repair.Decode("").ShouldBe(Repair.None);
        Repair.None.Encode().ShouldBe("");
        Repair.Decode(repair.Encode() + ";later=1").ShouldBe(repair, "a newer build's rule is none of this build's");
        foreach (var broken in new[] { "cs", "=1", "sk=soon", "li=", "rq=1", "mGGGG=x", ";" }) Repair.Decode(broken).ShouldBeNull(broken);
    }

    [Fact]
    public void A_profile_that_cannot_be_is_told_with_everything_else_at_start()
    {
        var yaml = File.ReadAllText(RepositoryFiles.Find("cluster.yaml")).Replace(
            "{ ae-title: A_CT1,",
            "{ profile: { charset: GB2312, charset-wrong: true, names: latin, clock-skew: soon, clock-limit: 1m, missing: { PatientID: X }, required: [SOPInstanceUID] }, ae-title: A_CT1,",
            StringComparison.Ordinal);
        var faults = Should.Throw<ClusterFileException>(() => ClusterFile.Parse(yaml, RepositoryFiles.Find("."), ClusterPart.Edge("township-a"))).Faults;
        faults.Select(fault => fault.Name).ShouldBe(
            new[] { "charset", "names", "clock-skew", "clock-limit", "missing", "required" }.Select(name => $"sites[township-a].devices[A_CT1].profile.{name}"), ignoreOrder: true);
    }

    private static DicomDataset Header(string written, string declared)
    {
        var encoding = DicomEncoding.GetEncoding(written);
        var data = new DataSetBytes();
        if (declared.Length > 0) data.Text(0x00080005, "CS", declared);
        var bytes = data.Text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2")
            .Text(0x00100010, "PN", "李建军", encoding)
            .Text(0x00101001, "PN", "王 芳\\小嶋", encoding)
            .Text(0x001021B0, "LT", "胸痛\\三天", encoding)
            .Head(0x00400275, "SQ", 0xFFFFFFFF).Item().Text(0x00400007, "LO", "头颅平扫", encoding).ItemEnd().SequenceEnd().ToArray();
        ReadAt read = (offset, buffer) =>
        {
            var count = Math.Min(buffer.Length, bytes.Length - (int)offset);
            bytes.AsSpan((int)offset, count).CopyTo(buffer);
            return count;
        };
        return HeaderReader.Read(read, new DataSetLayout { Problem = DataSetProblem.None, HeaderLength = bytes.Length, IndexableLength = bytes.Length }, bytes.Length, TransferSyntaxes.ExplicitLittleEndian).ShouldNotBeNull();
    }
}
