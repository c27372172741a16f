using System.Text.Json;
using FellowOakDicom;
using FellowOakDicom.IO.Buffer;
using FellowOakDicom.Serialization;
using Regional.Compat.Dicom.Tests.Support;

namespace Regional.Compat.Dicom.Tests;

/// <summary>DICOM JSON (PS3.18 annex F).</summary>
public class JsonTests
{
    /// <summary>One study of a search result, in the shape of PS3.18 section F.4.</summary>
    private const string StudyJson = """
        {
          "00080005": { "vr": "CS", "Value": [ "ISO_IR 192" ] },
          "00080020": { "vr": "DA", "Value": [ "20130409" ] },
          "00080030": { "vr": "TM", "Value": [ "131600.0000" ] },
          "00080050": { "vr": "SH", "Value": [ "11235813" ] },
          "00080056": { "vr": "CS", "Value": [ "ONLINE" ] },
          "00080061": { "vr": "CS", "Value": [ "CT", "PET" ] },
          "00080090": { "vr": "PN", "Value": [ { "Alphabetic": "^Bob^^Dr." } ] },
          "00081190": { "vr": "UR", "Value": [ "http://wado.example/studies/1.2.392" ] },
          "00090010": { "vr": "LO", "Value": [ "Vendor A" ] },
          "00091002": { "vr": "UN", "InlineBinary": "z0x9c8v7" },
          "00100010": { "vr": "PN", "Value": [ { "Alphabetic": "Wang^XiaoDong", "Ideographic": "王^小东" } ] },
          "00100020": { "vr": "LO", "Value": [ "12345" ] },
          "00100030": { "vr": "DA" },
          "00101002": { "vr": "SQ", "Value": [ { "00100020": { "vr": "LO", "Value": [ "54321" ] } } ] },
          "0020000D": { "vr": "UI", "Value": [ "1.2.392.200036.9116.2.2.2.1762893313.1029997326.945873" ] },
          "00201206": { "vr": "IS", "Value": [ 4 ] }
        }
        """;

    [Fact]
    public void The_example_of_the_standard_is_read()
    {
        var dataset = DicomJson.ConvertJsonToDicom(StudyJson);
        dataset.GetString(DicomTag.PatientName).ShouldBe("Wang^XiaoDong=王^小东");
        dataset.GetString(DicomTag.ReferringPhysicianName).ShouldBe("^Bob^^Dr.");
        dataset.GetValues<string>(DicomTag.ModalitiesInStudy).ShouldBe(["CT", "PET"]);
        dataset.GetValueCount(DicomTag.PatientBirthDate).ShouldBe(0);
        dataset.GetSequence(DicomTag.OtherPatientIDsSequence).Items[0].GetString(DicomTag.PatientID).ShouldBe("54321");
        dataset.GetSingleValue<int>(DicomTag.NumberOfStudyRelatedSeries).ShouldBe(4);
        dataset.GetValues<byte>(new DicomTag(0x0009, 0x0002, "Vendor A")).ShouldBe(Convert.FromBase64String("z0x9c8v7"));
    }

    [Fact]
    public void Reading_and_writing_gives_the_same_document()
    {
        var written = DicomJson.ConvertDicomToJson(DicomJson.ConvertJsonToDicom(StudyJson));
        JsonElement.DeepEquals(JsonDocument.Parse(written).RootElement, JsonDocument.Parse(StudyJson).RootElement).ShouldBeTrue(written);
    }

    [Fact]
    public void Numbers_tags_and_names_are_written_as_the_model_says()
    {
        var dataset = new DicomDataset
        {
            { DicomTag.PixelSpacing, "+0.50", "007" },
            { DicomTag.SliceThickness, "1e2" },
            { DicomTag.FrameIncrementPointer, DicomTag.FrameTime },
            { DicomTag.RealWorldValueSlope, double.NaN },
            { DicomTag.OtherPatientNames, "A^B", "", "C=D" },
            { DicomTag.StudyDescription, "" },
            { DicomTag.ReferencedStudySequence, new DicomDataset() },
        };
        using var json = JsonDocument.Parse(DicomJson.ConvertDicomToJson(dataset));
        string Raw(string tag) => json.RootElement.GetProperty(tag).GetRawText();

        Raw("00280030").ShouldBe("""{"vr":"DS","Value":[0.50,7]}""");
        Raw("00180050").ShouldBe("""{"vr":"DS","Value":[100]}""");
        Raw("00280009").ShouldBe("""{"vr":"AT","Value":["00181063"]}""");
        Raw("00409225").ShouldBe("""{"vr":"FD","Value":["NaN"]}""");
        Raw("00101001").ShouldBe("""{"vr":"PN","Value":[{"Alphabetic":"A^B"},null,{"Alphabetic":"C","Ideographic":"D"}]}""");
        Raw("00081030").ShouldBe("""{"vr":"LO"}""");
        Raw("00081110").ShouldBe("""{"vr":"SQ","Value":[{}]}""");
    }

    [Fact]
    public void Bad_numbers_fail_or_become_text()
    {
        var dataset = new DicomDataset().NotValidated().Add(DicomTag.SliceThickness, "thick");
        Should.Throw<FormatException>(() => DicomJson.ConvertDicomToJson(dataset));
        DicomJson.ConvertDicomToJson(dataset, numberSerializationMode: NumberSerializationMode.PreferablyAsNumber).ShouldContain("\"thick\"");
    }

    [Fact]
    public void Bulk_data_stays_where_it_is()
    {
        var dataset = new DicomDataset(new DicomOtherWord(DicomTag.PixelData, new BulkDataUriByteBuffer("http://example.org/bulk/1")));
        var json = DicomJson.ConvertDicomToJson(dataset);
        json.ShouldBe("""{"7FE00010":{"vr":"OW","BulkDataURI":"http://example.org/bulk/1"}}""");
        var buffer = DicomJson.ConvertJsonToDicom(json).GetDicomItem<DicomElement>(DicomTag.PixelData).Buffer.ShouldBeOfType<BulkDataUriByteBuffer>();
        buffer.BulkDataUri.ShouldBe("http://example.org/bulk/1");
        Should.Throw<InvalidOperationException>(() => buffer.Data);
    }

    [Fact]
    public void Keywords_arrays_and_converters_work()
    {
        DicomJson.ConvertDicomToJson(new DicomDataset { { DicomTag.PatientID, "1" } }, writeTagsAsKeywords: true).ShouldBe("""{"PatientID":{"vr":"LO","Value":["1"]}}""");
        DicomJson.ConvertJsonToDicomArray($"[{StudyJson},{StudyJson}]").Length.ShouldBe(2);
        var options = new JsonSerializerOptions { Converters = { new DicomJsonConverter() } };
        JsonSerializer.Deserialize<Envelope>(JsonSerializer.Serialize(new Envelope(Samples.Ct()), options), options)!.Dataset
            .GetString(DicomTag.PatientName).ShouldBe("Zhang^San=张^三");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"00100020":{"Value":["1"]}}""")]
    [InlineData("""{"00100020":"1"}""")]
    [InlineData("""{"NoSuchKeyword":{"vr":"LO"}}""")]
    [InlineData("""{"00280010":{"vr":"US","Value":["x"]}}""")]
    [InlineData("""{"00280010":{"vr":"US","Value":[70000]}}""")]
    [InlineData("""{"00280010":{"vr":"US","Value":{}}}""")]
    [InlineData("""{"7FE00010":{"vr":"OW","InlineBinary":"%%"}}""")]
    [InlineData("""{"00100010":{"vr":"PN","Value":["A^B"]}}""")]
    [InlineData("""{"00081110":{"vr":"SQ","Value":[1]}}""")]
    public void What_is_not_of_the_model_is_refused(string json) => Should.Throw<JsonException>(() => DicomJson.ConvertJsonToDicom(json));

    [Fact]
    public void Nesting_is_bounded()
    {
        var json = string.Concat(Enumerable.Repeat("""{"00081110":{"vr":"SQ","Value":[""", 100_000));
        Should.Throw<JsonException>(() => DicomJson.ConvertJsonToDicom(json));
    }

    private sealed record Envelope(DicomDataset Dataset);
}
