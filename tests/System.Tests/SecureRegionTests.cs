using Regional.System.Tests.Support;
using Regional.TestKit;
using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;

namespace Regional.System.Tests;

/// <summary>The way of an image outside the demo: TLS from the modality to the centre's archive (R10.2.2-1, PS3.15 B.12).</summary>
[Trait("Requirement", "R10.2.2-1")]
public sealed class SecureRegionTests
{
    [SkippableFact]
    public async Task Storescu_over_tls_reaches_the_archive_of_the_centre_over_a_link_with_certificates()
    {
        Skip.If(!ExternalTool.Required && !Dcmtk.Installed, "storescu is not installed.");
        await using var region = new SecureRegion();
        await Task.WhenAll(region.StartCentreAsync(), region.StartEdgeAsync());
        using var folder = new TempFolder();
        var study = new PhantomStudy(new StudyRecipe { Seed = 960, Images = 12 });
        await study.SaveAsync(folder.Folder("study"));

        var sent = await Dcmtk.StoreAsync(
            "127.0.0.1", region.DicomPort, "TOWNSHIPA", [folder.File("study")], "A_CT1", default, "+tla", "+cf", region.AuthorityFile);
        sent.ExitCode.ShouldBe(0, sent.Output);
        await region.WhenDrainedAsync(12);

        var verified = await region.VerifyAsync();
        verified.ExitCode.ShouldBe(0, verified.Output);
        verified.Output.ShouldContain("Index: 12 instances");
    }
}
