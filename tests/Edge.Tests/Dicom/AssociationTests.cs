using Regional.Edge.Tests.Support;
using Regional.TestKit.Modality;

namespace Regional.Edge.Tests.Dicom;

/// <summary>Who may speak to an edge (R4.3.2-1): default deny, refused with the reason of PS3.8 §9.3.4.</summary>
[Trait("Requirement", "R4.3.2-1")]
public sealed class AssociationTests
{
    private const string CtImage = "1.2.840.10008.5.1.4.1.1.2";
    private const byte Rejected = 3;
    private static readonly EdgeSetup Production = new() { Profile = "production", Devices = [("A_CT1", "127.0.0.1"), ("A_DR1", "10.9.8.7")] };

    [Fact]
    public async Task Unknown_called_title_is_refused_for_good_with_reason_7()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        (await Answer(edge, "SOMEBODY", "A_CT1")).ShouldBe((Rejected, (byte)1, (byte)1, (byte)7));
    }

    [Fact]
    public async Task Production_refuses_an_unknown_calling_title_with_reason_3()
    {
        await using var edge = await EdgeUnderTest.StartAsync(Production);
        (await Answer(edge, EdgeUnderTest.Ae, "STRANGER")).ShouldBe((Rejected, (byte)1, (byte)1, (byte)3));
    }

    [Fact]
    public async Task Production_refuses_a_registered_title_from_another_address()
    {
        await using var edge = await EdgeUnderTest.StartAsync(Production);
        (await Answer(edge, EdgeUnderTest.Ae, "A_DR1")).ShouldBe((Rejected, (byte)1, (byte)1, (byte)3));
    }

    [Fact]
    public async Task Production_takes_the_registered_device_from_its_address()
    {
        await using var edge = await EdgeUnderTest.StartAsync(Production);
        (await edge.Modality.SendAsync([StoreTests.Small(1).File]))[0].Stored.ShouldBeTrue();
    }

    [SkippableFact]
    public async Task Echoscu_is_told_that_the_called_title_is_unknown()
    {
        SharedData.Need("echoscu");
        await using var edge = await EdgeUnderTest.StartAsync();
        var echo = await Dcmtk.EchoAsync("127.0.0.1", edge.DicomPort, "NOBODY");
        echo.ExitCode.ShouldNotBe(0);
        echo.Output.ShouldContain("Called AE Title Not Recognized");
    }

    /// <summary>A service nobody offers is refused in its presentation context; the association itself stands (PS3.8 §9.3.3.2).</summary>
    [Fact]
    public async Task Unknown_service_is_refused_in_its_context()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        await using var line = await RawAssociation.ConnectAsync(edge.DicomPort);
        (await line.OpenAsync(EdgeUnderTest.Ae, "A_CT1", "1.2.840.10008.5.1.4.31")).ShouldBeFalse();
        (await line.ReleaseAsync()).ShouldBeTrue();
    }

    private static async Task<(byte Pdu, byte Result, byte Source, byte Reason)> Answer(EdgeUnderTest edge, string called, string calling)
    {
        await using var line = await RawAssociation.ConnectAsync(edge.DicomPort);
        var (type, body) = await line.RequestAsync(called, calling, CtImage);
        return (type, body[1], body[2], body[3]);
    }
}
