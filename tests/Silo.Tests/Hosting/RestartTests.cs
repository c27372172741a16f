using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Regional.Actors;
using Regional.Projections;
using Regional.Reports;
using Regional.Silo.Archive;
using Regional.Silo.Backup;
using Regional.Silo.Hosting;
using Regional.Silo.Tests.Storage;
using Regional.Sites;
using Regional.Studies;
using Regional.TestKit.Phantoms;

namespace Regional.Silo.Tests.Hosting;

public sealed class RestartTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_centre_knew_it_knows_after_a_restart(bool onPostgres)
    {
        using var region = new SmallRegion(onPostgres ? await postgres.NewDatabase() : null);
        var phantom = new PhantomStudy(new StudyRecipe { Seed = 1, Images = 3 });
        var host = await region.Start();
        await host.Archive.Receive(phantom);
        var before = await host.Exam(phantom.StudyInstanceUid, 3);
        before.Phase.ShouldBe(ExamPhase.Unmatched);
        before.ReportPhase.ShouldBe(ReportPhase.Awaiting);
        await SmallRegion.Stop(host);

        host = await region.Start();
        try
        {
            (await host.Exam(phantom.StudyInstanceUid, 3)).StudyId.ShouldBe(before.StudyId);
            var grains = host.App.Services.GetRequiredService<IGrainFactory>();
            (await grains.GetGrain<IStudyGrain>(before.StudyId).Get()).Value.ShouldNotBeNull().Images.ShouldHaveSingleItem().AtCentre.ShouldBe(3);
            (await grains.GetGrain<ISiteGrain>(GrainKeys.Site("township-a")).Get()).Value.ShouldNotBeNull().Profile.Name.ShouldBe("青石镇中心卫生院");
            (await host.App.Services.GetRequiredService<IRegionReader>().Devices("township-a", default)).ShouldHaveSingleItem();

            // More of the same study, some of it twice: counted once.
            var more = new PhantomStudy(new StudyRecipe { Seed = 2, Images = 2, StudyInstanceUid = phantom.StudyInstanceUid });
            await host.Archive.Receive(more);
            await host.Exam(phantom.StudyInstanceUid, 5);
        }
        finally
        {
            await SmallRegion.Stop(host);
        }
    }

    [Fact]
    public async Task Events_that_nobody_carried_before_the_end_are_carried_after_the_start()
    {
        using var region = new SmallRegion();
        var phantom = new PhantomStudy(new StudyRecipe { Seed = 3, Images = 2 });
        await using (var database = CentreArchive.Database(region.Cluster))
        {
            // An archive without a centre around it: what a crash between the index's commit and the delivery leaves behind.
            await using var archive = await CentreArchive.Open(
                region.Cluster, database, new NoAlarms(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, default);
            await archive.Receive(phantom);
            (await archive.Index.GetTotalsAsync(default)).UndeliveredEvents.ShouldBeGreaterThan(0);
        }

        var host = await region.Start();
        await host.Exam(phantom.StudyInstanceUid, 2);
        await SmallRegion.Stop(host);
    }

    [Fact]
    public async Task A_second_centre_on_the_same_folder_is_refused()
    {
        using var region = new SmallRegion();
        var host = await region.Start();
        await Should.ThrowAsync<CentreInUseException>(() => CentreHost.Build(region.Cluster, TimeProvider.System, _ => { }));
        await SmallRegion.Stop(host);
    }

    private sealed class NoAlarms : Imaging.Packs.IPackAlarms
    {
        public void Raise(Imaging.Packs.PackAlarm alarm) => throw new InvalidOperationException(alarm.ToString());
    }
}
