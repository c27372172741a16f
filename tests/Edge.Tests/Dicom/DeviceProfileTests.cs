using System.Text;
using System.Text.Json;
using FellowOakDicom;
using FellowOakDicom.Network;
using Regional.Edge.Tests.Support;
using Regional.Imaging.Repairs;
using Regional.TestKit.Modality;

namespace Regional.Edge.Tests.Dicom;

/// <summary>What a cheap device sends is read rightly everywhere, and its bytes stay as they came (X4, workflow.md 9).</summary>
[Trait("Requirement", "X4")]
public sealed class DeviceProfileTests
{
    private const string Study = "2.25.770001";

    [Theory]
    [InlineData("GB18030", "", null)]
    [InlineData("GBK", "", "{ charset: GBK }")]
    [InlineData("GB18030", "GB2312", "{ charset: GB18030 }")]
    [InlineData("GB18030", "ISO_IR 100", "{ charset: GB18030, charset-wrong: true }")]
    [InlineData("ISO_IR 192", "", "{ charset: ISO_IR 192 }")]
    public async Task Chinese_is_right_on_every_path_and_the_bytes_are_the_devices(string written, string declared, string? profile)
    {
        await using var centre = await FakeCentre.StartAsync();
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { DeviceProfile = profile, Centre = centre.Port });
        var image = Image("2.25.88001", written, declared);

        await SendAsync(edge, "2.25.88001", image);

        (await edge.StoredHashAsync("2.25.88001")).ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(image)));
        var study = (await edge.Archive.Index.GetStudyAsync(Study, default)).ShouldNotBeNull();
        (study.PatientName, study.StudyDescription).ShouldBe(("王^芳", "胸部正位"));
        var found = await edge.FindAsync(Peer.Query(DicomQueryRetrieveLevel.Study, (DicomTag.SpecificCharacterSet, "ISO_IR 192"), (DicomTag.PatientName, "王*")));
        found.Values(DicomTag.PatientName).ShouldBe(["王^芳"]);
        Name(await edge.Http.GetStringAsync(new Uri("/dicom-web/studies?PatientName=王*", UriKind.Relative))).ShouldBe("王^芳");
        Name(await edge.Http.GetStringAsync(new Uri($"/dicom-web/studies/{Study}/metadata", UriKind.Relative))).ShouldBe("王^芳");

        // The centre is told the rules with the same bytes.
        await edge.WhenQueueAsync(totals => totals.Received == 1 && totals.Instances == 0);
        var uploaded = centre.Stored["2.25.88001"];
        uploaded.Bytes.ShouldBe(image);
        Repair.Decode(uploaded.Begin.Repair).ShouldNotBeNull().Charset.ShouldBe(profile is null ? "" : written);
    }

    [Fact]
    public async Task A_profile_is_one_devices_own_and_holds_for_what_came_while_it_did()
    {
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { DeviceProfile = "{ names: pinyin, required: [AccessionNumber] }" });
        await SendAsync(edge, "2.25.88002", Named("2.25.88002", "2.25.88102", "LI JIANJUN"));
        await SendAsync(edge, "2.25.88003", Named("2.25.88003", "2.25.88103", "LI JIANJUN"), "UNKNOWN");
        (await NameAsync(edge, "2.25.88102")).ShouldBe("LI^JIANJUN");
        (await NameAsync(edge, "2.25.88103")).ShouldBe("LI JIANJUN");

        // The index is derived again, by an edge that has forgotten the profile.
        await edge.StopAsync();
        File.Delete(Path.Combine(edge.Folder, "data", "edge", EdgeUnderTest.Site, "index.db"));
        await edge.StartAgainAsync(edge.Yaml.Replace("names: pinyin, ", "", StringComparison.Ordinal));
        (await NameAsync(edge, "2.25.88102")).ShouldBe("LI^JIANJUN");
    }

    private static async Task<string> NameAsync(EdgeUnderTest edge, string study)
    {
        await edge.StoredInstancesAsync();
        return (await edge.Archive.Index.GetStudyAsync(study, default)).ShouldNotBeNull().PatientName;
    }

    private static async Task SendAsync(EdgeUnderTest edge, string sopInstance, byte[] image, string callingAe = "A_CT1")
    {
        await using var line = await RawAssociation.ConnectAsync(edge.DicomPort);
        (await line.OpenAsync(EdgeUnderTest.Ae, callingAe, DataSetText.SecondaryCapture)).ShouldBeTrue();
        (await line.StoreAsync(DataSetText.SecondaryCapture, sopInstance, image)).ShouldBe((ushort)0);
        await edge.StoredInstancesAsync();
    }

    private static byte[] Named(string sopInstance, string study, string name) => new DataSetText()
        .Ui(0x0008, 0x0016, DataSetText.SecondaryCapture).Ui(0x0008, 0x0018, sopInstance).Short(0x0010, 0x0010, "PN", Encoding.ASCII.GetBytes(name))
        .Ui(0x0020, 0x000D, study).Ui(0x0020, 0x000E, study + ".1").Bytes;

    private static byte[] Image(string sopInstance, string written, string declared)
    {
        var encoding = DicomEncoding.GetEncoding(written);
        var data = new DataSetText();
        if (declared.Length > 0)
            data.Short(0x0008, 0x0005, "CS", Padded(Encoding.ASCII.GetBytes(declared)));
        return data.Ui(0x0008, 0x0016, DataSetText.SecondaryCapture).Ui(0x0008, 0x0018, sopInstance)
            .Short(0x0008, 0x1030, "LO", Padded(encoding.GetBytes("胸部正位"))).Short(0x0010, 0x0010, "PN", Padded(encoding.GetBytes("王^芳")))
            .Ui(0x0020, 0x000D, Study).Ui(0x0020, 0x000E, "2.25.770002").Bytes;
    }

    private static byte[] Padded(byte[] value) => value.Length % 2 == 0 ? value : [.. value, (byte)' '];

    private static string? Name(string json)
    {
        var name = JsonDocument.Parse(json).RootElement[0].GetProperty("00100010").GetProperty("Value")[0];
        return name.TryGetProperty("Ideographic", out var characters) ? characters.GetString() : name.GetProperty("Alphabetic").GetString();
    }
}
