using System.Net;
using System.Text.Json;
using Regional.Edge.Hosting;
using Regional.Edge.Tests.Dicom;
using Regional.Edge.Tests.Support;
using Regional.Imaging.Cluster;

namespace Regional.Edge.Tests.Hosting;

/// <summary>What an edge shows to its own hospital over HTTP (design §6), and to whom not (R4.2.5-1 on site).</summary>
[Trait("Requirement", "R4.2.5-1")]
public sealed class LocalDoorTests
{
    [Fact]
    public async Task Health_status_metrics_and_page_answer_on_this_machine()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        await edge.Modality.SendAsync([StoreTests.Small(51).File]);
        await edge.WhenQueueAsync(totals => totals.Received == 1);

        (await edge.Http.GetAsync(new Uri("/health/live", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await edge.Http.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
        var status = JsonDocument.Parse(await edge.Http.GetStringAsync(new Uri("/status", UriKind.Relative))).RootElement;
        status.GetProperty("site").GetString().ShouldBe(EdgeUnderTest.Site);
        status.GetProperty("queuedInstances").GetInt64().ShouldBe(1);
        status.GetProperty("online").GetBoolean().ShouldBeFalse();
        (await edge.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative))).ShouldContain("regional_edge_queued_instances{site=\"township-a\"} 1");
        (await edge.Http.GetStringAsync(new Uri("/", UriKind.Relative))).ShouldContain("青石镇中心卫生院");
    }

    [Fact]
    public async Task Local_dicomweb_serves_the_demo_to_this_machine()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var image = StoreTests.Small(52);
        await edge.Modality.SendAsync([image.File]);
        var instance = (await edge.FindAsync(image.SopInstanceUid)).ShouldNotBeNull();

        var studies = JsonDocument.Parse(await edge.Http.GetStringAsync(new Uri("/dicom-web/studies", UriKind.Relative))).RootElement;
        studies.GetArrayLength().ShouldBe(1);
        var frame = await edge.Http.GetAsync(new Uri(
            $"/dicom-web/studies/{instance.StudyUid}/series/{instance.SeriesUid}/instances/{instance.SopInstanceUid}/frames/1", UriKind.Relative));
        frame.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Local_dicomweb_is_closed_outside_the_demo()
    {
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { Profile = "production" });
        var image = StoreTests.Small(53);
        (await edge.Modality.SendAsync([image.File]))[0].Stored.ShouldBeTrue();
        var instance = (await edge.FindAsync(image.SopInstanceUid)).ShouldNotBeNull();

        (await edge.Http.GetStringAsync(new Uri("/dicom-web/studies", UriKind.Relative)).ContinueWith(t => t.IsCompletedSuccessfully ? t.Result : "", TaskScheduler.Default))
            .ShouldNotContain(instance.StudyUid);
        (await edge.Http.GetAsync(new Uri($"/dicom-web/studies/{instance.StudyUid}", UriKind.Relative))).StatusCode
            .ShouldBeOneOf(HttpStatusCode.NotFound, HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_second_process_on_the_same_folder_is_refused()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        await Should.ThrowAsync<EdgeInUseException>(() => EdgeHost.Build(ClusterFile.Parse(edge.Yaml, edge.Folder, ClusterPart.Edge(EdgeUnderTest.Site)), EdgeUnderTest.Site));
        (await edge.Modality.EchoAsync()).ShouldBe((ushort)0);
    }

    [Fact]
    public async Task An_unknown_site_is_refused_by_name()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var fault = Should.Throw<ClusterFileException>(() => ClusterFile.Parse(edge.Yaml, edge.Folder, ClusterPart.Edge("nowhere")));
        fault.Faults.Single().Value.ShouldBe("nowhere");
    }
}
