using FellowOakDicom;
using FellowOakDicom.Network;
using FellowOakDicom.Network.Client;
using Regional.Edge.Dicom;
using Regional.Edge.Tests.Support;
using Regional.TestKit.Modality;

namespace Regional.Edge.Tests.Dicom;

/// <summary>Extended negotiation, user identity and strangers (PS3.7 §D.3.3.5, §D.3.3.7; R4.3.2-1): what is not offered is not promised.</summary>
[Trait("Requirement", "R4.3.2-1")]
public sealed class NegotiationTests : IDisposable
{
    private const string Variable = "REGIONAL_TEST_PASSCODE";

    private static readonly EdgeSetup WithUsers = new()
    {
        EdgeLines = ["user-identity:", "  required: true", "  users:", $"    - {{ name: ct, passcode: \"env:{Variable}\" }}", "    - { name: guest }"],
    };

    public NegotiationTests() => Environment.SetEnvironmentVariable(Variable, "qingshi-1");

    public void Dispose() => Environment.SetEnvironmentVariable(Variable, null);

    [Fact]
    public async Task Storage_says_that_it_keeps_everything_and_queries_that_they_are_hierarchical()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var client = edge.Client("A_CT1");
        client.AdditionalExtendedNegotiations.Add(new DicomExtendedNegotiation(DicomUID.CTImageStorage, new DicomServiceApplicationInfo([2, 0, 1, 0, 1, 0])));
        client.AdditionalExtendedNegotiations.Add(
            new DicomExtendedNegotiation(DicomUID.StudyRootQueryRetrieveInformationModelFind, new DicomServiceApplicationInfo([1, 1, 1])));
        client.AdditionalExtendedNegotiations.Add(new DicomExtendedNegotiation(DicomUID.Verification, new DicomServiceApplicationInfo([1])));
        DicomAssociation? association = null;
        client.AssociationAccepted += (_, e) => association = e.Association;
        await client.AddRequestAsync(new DicomCEchoRequest());
        await client.SendAsync();

        byte[]? Answer(DicomUID sopClass) => association!.ExtendedNegotiations[sopClass].AcceptedApplicationInfo?.GetValues();
        Answer(DicomUID.CTImageStorage).ShouldBe([2, 0, 3, 0, 0, 0]);
        Answer(DicomUID.StudyRootQueryRetrieveInformationModelFind).ShouldBe([0, 0, 0]);
        Answer(DicomUID.Verification).ShouldBeNull();
    }

    [Theory]
    [InlineData(DicomUserIdentityType.UsernameAndPasscode, "ct", "qingshi-1", true)]
    [InlineData(DicomUserIdentityType.UsernameAndPasscode, "ct", "青石-2", false)]
    [InlineData(DicomUserIdentityType.UsernameAndPasscode, "nobody", "no such user", false)]
    [InlineData(DicomUserIdentityType.UsernameAndPasscode, "guest", "", false)]
    [InlineData(DicomUserIdentityType.Username, "ct", "", false)]
    [InlineData(DicomUserIdentityType.Username, "guest", "", true)]
    [InlineData(DicomUserIdentityType.Kerberos, "ct", "", false)]
    [InlineData(DicomUserIdentityType.Saml, "ct", "", false)]
    [InlineData(DicomUserIdentityType.Jwt, "ct", "", false)]
    [InlineData(null, "", "", false)]
    public async Task A_user_is_believed_by_name_and_passcode(DicomUserIdentityType? type, string name, string passcode, bool believed)
    {
        await using var edge = await EdgeUnderTest.StartAsync(WithUsers);
        (await AssociateAsync(edge, type, name, passcode)).ShouldBe(believed);
    }

    [Fact]
    public async Task Where_no_users_are_known_naming_one_is_refused()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        (await AssociateAsync(edge, DicomUserIdentityType.UsernameAndPasscode, "ct", "x")).ShouldBeFalse();
        (await AssociateAsync(edge, null, "", "")).ShouldBeTrue();
    }

    /// <summary>A stranger by title, and a known title from elsewhere, as DCMTK is told (PS3.8 §9.3.4).</summary>
    [SkippableFact]
    public async Task Echoscu_as_a_stranger_is_told_that_it_is_one_and_it_is_logged()
    {
        SharedData.Need("echoscu");
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { Profile = "production", Devices = [("A_CT1", "127.0.0.1"), ("A_DR1", "10.9.8.7")] });
        foreach (var calling in new[] { "STRANGER", "A_DR1" })
        {
            var echo = await Dcmtk.EchoAsync("127.0.0.1", edge.DicomPort, EdgeUnderTest.Ae, calling);
            echo.ExitCode.ShouldNotBe(0);
            echo.Output.ShouldContain("Calling AE Title Not Recognized");
        }

        (await Dcmtk.EchoAsync("127.0.0.1", edge.DicomPort, EdgeUnderTest.Ae, "A_CT1")).ExitCode.ShouldBe(0);
    }

    private static async Task<bool> AssociateAsync(EdgeUnderTest edge, DicomUserIdentityType? type, string name, string passcode)
    {
        var client = edge.Client("A_CT1");
        if (type is not null)
        {
            client.NegotiateUserIdentity(new DicomUserIdentityNegotiation
            {
                UserIdentityType = type, PositiveResponseRequested = true, PrimaryField = name, SecondaryField = type == DicomUserIdentityType.UsernameAndPasscode ? passcode : "",
            });
        }

        await client.AddRequestAsync(new DicomCEchoRequest());
        try
        {
            // The client itself fails where the positive answer that it asked for does not come.
            await client.SendAsync();
            return true;
        }
        catch (DicomAssociationRejectedException rejected)
        {
            rejected.RejectReason.ShouldBe(DicomRejectReason.NoReasonGiven);
            return false;
        }
    }
}
