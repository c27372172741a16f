using System.Net;
using System.Text.Json;
using Regional.Imaging.Packs;
using Regional.Imaging.Tests.Index;

namespace Regional.Imaging.Tests.DicomWeb;

/// <summary>QIDO-RS beyond the index: <c>includefield</c>, times, lists, pages (PS3.18 §8.3.4, §10.6). R4.2.5-1, R4.3.1-6.</summary>
[Trait("Requirement", "R4.3.1-6")]
public sealed class SearchFieldsTests
{
    private static readonly Slice Head = new(1, 2, 3);

    /// <summary>Attributes that the index does not keep, at each level.</summary>
    private static byte[] Bytes(Slice slice) => new DataSetBytes()
        .Text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2").Text(0x00080018, "UI", slice.SopInstanceUid)
        .Text(0x00080020, "DA", "20260301").Text(0x00080030, "TM", "101500").Text(0x00080060, "CS", "CT").Text(0x00080070, "LO", "<b>ACME</b>")
        .Head(0x00081032, "SQ", 0xFFFFFFFF).Item().Text(0x00080100, "SH", "CT1").ItemEnd().SequenceEnd()
        .Text(0x00100010, "PN", "<script>alert(1)</script>").Text(0x00101010, "AS", "061Y").Text(0x00180050, "DS", "5.0")
        .Text(0x0020000D, "UI", slice.StudyUid).Text(0x0020000E, "UI", slice.SeriesUid).Text(0x00200013, "IS", "3")
        .Element(0x00291010, "OB", new byte[4000]).ToArray();

    private static async Task<DicomWebHost> HostAsync()
    {
        var host = await DicomWebHost.StartAsync();
        (await host.Fixture.StoreAsync(Head.Identity, Bytes(Head))).ShouldBeOfType<StoreResult.Stored>();
        return host;
    }

    [Theory]
    [InlineData("studies?includefield=PatientAge&includefield=00081032.00080100,StudyDescription", "00101010,00081032", "00080070,00180050", null)]
    [InlineData("studies?includefield=all", "00101010,00081032", "00080070,00180050,00291010", null)]
    [InlineData("studies?includefield=Manufacturer,PatientComments", "00104000", "00080070", "includefield=Manufacturer")]
    [InlineData("series?includefield=Manufacturer,PatientAge", "00080070,00101010", "00180050", null)]
    [InlineData("series?includefield=all", "00080070,00101010", "00180050,00291010", null)]
    [InlineData("instances?includefield=SliceThickness", "00180050", "00080070,00101010", null)]
    [InlineData("instances?includefield=all", "00080070,00101010,00180050,00291010", "7FE00010", null)]
    [InlineData("instances?includefield=PixelData,nonsense,..%2Fa", "", "7FE00010", "includefield=PixelData, includefield=nonsense, includefield=(unknown)")]
    public async Task Attributes_of_the_level_come_from_the_stored_header(string path, string there, string absent, string? warning)
    {
        await using var host = await HostAsync();
        using var answer = await host.GetAsync(path);
        var warnings = answer.Headers.TryGetValues("Warning", out var values) ? string.Join(';', values) : null;
        if (warning is null) warnings.ShouldBeNull();
        else warnings.ShouldNotBeNull().ShouldContain(warning);
        var row = (await DicomWebTests.ArrayAsync(answer)).ShouldHaveSingleItem();
        foreach (var tag in there.Split(',', StringSplitOptions.RemoveEmptyEntries)) row.TryGetProperty(tag, out _).ShouldBeTrue(tag);
        foreach (var tag in absent.Split(',')) row.TryGetProperty(tag, out _).ShouldBeFalse(tag);
        var names = row.EnumerateObject().Select(attribute => attribute.Name).ToList();
        names.ShouldBe(names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Values_are_theirs_and_markup_in_them_stays_text()
    {
        await using var host = await HostAsync();
        using var answer = await host.GetAsync("instances?includefield=all");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/dicom+json");
        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldNotContain("<script>");
        var row = JsonDocument.Parse(text).RootElement[0];
        row.GetProperty("00100010").GetProperty("Value")[0].GetProperty("Alphabetic").GetString().ShouldBe("<script>alert(1)</script>");
        row.GetProperty("00081032").GetProperty("Value")[0].GetProperty("00080100").GetProperty("Value")[0].GetString().ShouldBe("CT1");
        using var bulk = await host.GetAsync(row.GetProperty("00291010").GetProperty("BulkDataURI").GetString()!, "application/octet-stream");
        (await bulk.Content.ReadAsByteArrayAsync()).Length.ShouldBe(4000);
    }

    [Theory]
    [InlineData("studies?StudyDate=20260301&StudyTime=1015", 1)]
    [InlineData("studies?StudyDate=20260228-20260301&StudyTime=100000-103000", 1)]
    [InlineData("studies?StudyDate=-20260228", 0)]
    [InlineData("studies?StudyDate=20260301-", 1)]
    [InlineData("studies?StudyInstanceUID=1.2.3,1.2.840.99.1", 1)]
    [InlineData("studies?0020000D=1.2.3&0020000D=1.2.840.99.1", 1)]
    [InlineData("studies?StudyInstanceUID=1.2.3%5C1.2.840.99.1", 1)]
    [InlineData("instances?SOPClassUID=1.2.840.10008.5.1.4.1.1.2", 1)]
    [InlineData("studies/1.2.840.99.1/series?StudyInstanceUID=1.2.3", 0)]
    [InlineData("studies?offset=1", 0)]
    [InlineData("studies?limit=5000", 1)]
    public async Task Ranges_lists_and_pages_match_as_the_standard_says(string path, int matches)
    {
        await using var host = await HostAsync();
        (await DicomWebTests.ArrayAsync(await host.GetAsync(path))).Count.ShouldBe(matches);
    }

    [Fact]
    public async Task A_page_is_capped_whatever_is_asked_and_says_where_it_goes_on()
    {
        await using var host = await DicomWebHost.StartAsync();
        for (var number = 1; number <= 203; number++) await host.StoreAsync(new Slice(1, 1, number));
        using var capped = await host.GetAsync("instances?limit=1000000&includefield=all");
        capped.Headers.GetValues("Warning").ShouldHaveSingleItem().ShouldContain("offset=200");
        (await DicomWebTests.ArrayAsync(capped)).Count.ShouldBe(200);
        (await DicomWebTests.ArrayAsync(await host.GetAsync("instances?offset=200&includefield=all"))).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_refusal_names_the_parameter_and_the_rule_and_never_the_value()
    {
        await using var host = await DicomWebHost.StartAsync();
        using var answer = await host.GetAsync("studies?PatientBirthDate=secret");
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldContain("PatientBirthDate");
        text.ShouldContain("YYYYMMDD");
        text.ShouldNotContain("secret");
    }
}
