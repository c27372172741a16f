using Regional.System.Tests.Support;
using Regional.TestKit.Phantoms;

namespace Regional.System.Tests;

/// <summary>The services of the region, each asked at its own door of the running processes.</summary>
public sealed class ServicesTests
{
    /// <summary>
    /// R4.1-2: intake (DICOM at the edge), image (DICOMweb at the edge and at the centre), web (REST with its description) and monitoring (health,
    /// metrics, the region's page). Audio and video belong to consultations and are not claimed yet.
    /// </summary>
    [Fact]
    [Trait("Requirement", "R4.1-2")]
    public async Task Intake_image_web_and_monitoring_services_answer_at_their_doors()
    {
        await using var region = await RegionUnderTest.StartAsync();
        using var anybody = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{region.CentrePort}") };
        var study = new PhantomStudy(new StudyRecipe { Seed = 970, Images = 3 });
        var images = study.Images().ToList();

        // Intake: acknowledged at the hospital, carried to the centre.
        (await region.TownshipA.Modality.SendAsync(images.Select(i => i.File))).ShouldAllBe(outcome => outcome.Stored);
        await region.TownshipA.WhenDrainedAsync(images.Count);

        // Image: pixels as sent, to those who signed in and to nobody else.
        await IngestTests.HoldsAsync(region, study, images);
        (await anybody.GetAsync($"/dicom-web/studies/{study.StudyInstanceUid}/instances")).StatusCode.ShouldBe(global::System.Net.HttpStatusCode.Unauthorized);

        // Web: the description and what it describes.
        (await anybody.GetStringAsync("/openapi/v1.json")).ShouldContain("\"/api/studies\"");
        await using var portal = await region.SignInAsync("admin");
        (await portal.GetAsync("/api/auth/me")).GetProperty("roles").EnumerateArray().ShouldContain(role => role.GetString() == "administrator");

        // Monitoring: of each process, and of the region in one place.
        (await anybody.GetAsync("/health/ready")).EnsureSuccessStatusCode();
        (await anybody.GetStringAsync("/metrics")).ShouldContain("regional_archive_events");
        (await region.TownshipA.StatusAsync()).GetProperty("receivedInstances").GetInt64().ShouldBe(images.Count);
        var site = (await portal.GetAsync("/api/sites")).EnumerateArray().Select(row => row.GetProperty("site"))
            .Single(row => row.GetProperty("profile").GetProperty("code").GetString() == "township-a");
        site.GetProperty("online").GetBoolean().ShouldBeTrue();
    }
}
