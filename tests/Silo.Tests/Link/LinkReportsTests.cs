using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Regional.Actors;
using Regional.Devices;
using Regional.Link.V1;
using Regional.Projections;
using Regional.Silo.Hosting;
using Regional.Silo.Link;
using Regional.Silo.Tests.Hosting;
using Regional.Studies;
using Regional.TestKit.Phantoms;

namespace Regional.Silo.Tests.Link;

/// <summary>What a link says of a study counts for the exams of its own site, and for no other's.</summary>
[Trait("Requirement", "R4.2.3-3")]
public sealed class LinkReportsTests
{
    [Fact]
    public async Task Counts_of_a_study_come_from_the_link_of_its_own_site()
    {
        using var region = new SmallRegion();
        var phantom = new PhantomStudy(new StudyRecipe { Seed = 41, Images = 2 });
        var host = await region.Start();
        try
        {
            await host.Archive.Receive(phantom);
            var row = await host.Exam(phantom.StudyInstanceUid, 2);
            var exam = host.App.Services.GetRequiredService<IGrainFactory>().GetGrain<IStudyGrain>(row.StudyId);

            await Reports(host, region, "expert").Take(Progress(phantom, received: 1_000_000, notComing: 7), default);
            await Reports(host, region, "township-a").Take(Progress(phantom, received: 4, notComing: 1), default);

            var images = (await exam.Get()).Value!.Images.ShouldHaveSingleItem();
            (images.AtCentre, images.AtEdge, images.NotComing).ShouldBe((2, 4, 1));
        }
        finally
        {
            await SmallRegion.Stop(host);
        }
    }

    [Fact]
    [Trait("Requirement", "X4")]
    public async Task What_an_edge_hears_of_its_devices_is_theirs()
    {
        using var region = new SmallRegion();
        var host = await region.Start();
        try
        {
            var reports = Reports(host, region, "township-a");
            var asked = new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
            await reports.Take(Devices(asked, answers: true), default);
            await reports.Take(Devices(asked.AddMinutes(5), answers: false), default);
            await reports.Take(Devices(asked, answers: true), default);

            var device = host.App.Services.GetRequiredService<IGrainFactory>().GetGrain<IDeviceGrain>(GrainKeys.Device("township-a", "A_CT1"));
            var known = (await device.Get()).Value!;
            (known.LastEcho, known.Answers, known.LastImage).ShouldBe((asked.AddMinutes(5), false, null));
        }
        finally
        {
            await SmallRegion.Stop(host);
        }
    }

    private static Status Devices(DateTimeOffset asked, bool answers) => new()
    {
        Devices = { new DeviceStatus { AeTitle = "A_CT1", LastEcho = Timestamp.FromDateTimeOffset(asked), Answers = answers }, new DeviceStatus { AeTitle = "STATION" } },
    };

    private static StudyProgress Progress(PhantomStudy phantom, uint received, uint notComing) =>
        new() { StudyInstanceUid = phantom.StudyInstanceUid, ReceivedInstances = received, UploadedInstances = 2, NotComingInstances = notComing };

    private static LinkReports Reports(CentreHost host, SmallRegion region, string site)
    {
        var services = host.App.Services;
        return new LinkReports(
            services.GetRequiredService<IGrainFactory>(), services.GetRequiredService<IStudyKeys>(),
            new UploadPriorities(new LinkSessions(), services.GetRequiredService<IStudyReader>(), site), region.Cluster.Options.Sites.Single(one => one.Code == site),
            "link-of-" + site, TimeProvider.System, NullLogger.Instance);
    }
}
