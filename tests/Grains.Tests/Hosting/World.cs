using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.TestingHost;
using Regional.Actors;
using Regional.CriticalValues;
using Regional.Feeds;
using Regional.Projections;
using Regional.Reading;
using Regional.Sites;
using Regional.Studies;
using Regional.TestKit;

namespace Regional.Grains.Tests.Hosting;

/// <summary>A cluster of one with the region's sites configured, its seams in hand and its clock moved by the test.</summary>
internal sealed class World : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<string, World> Worlds = new();
    private readonly string id = Guid.NewGuid().ToString("N");
    private readonly Listener listener = new();
    private IFeedObserver? reference;

    public ManualTimeProvider Time { get; } = new();

    public Projected Projected { get; } = new();

    public Notes Notes { get; } = new();

    public Keys Keys { get; } = new();

    public ByteStorage Storage { get; } = new();

    public ErrorLogScope Errors { get; } = new(LogLevel.Warning);

    public TestCluster Cluster { get; private set; } = null!;

    public IGrainFactory Grains => Cluster.GrainFactory;

    /// <summary>What a portal process hears.</summary>
    public EventCollector<FeedItem> Feed => listener.Items;

    public IReadingListGrain List => Grains.GetGrain<IReadingListGrain>(GrainKeys.ReadingList(People.Centre));

    public ISiteGrain Site => Grains.GetGrain<ISiteGrain>(GrainKeys.Site(People.Township));

    public static async Task<World> Start(SigningPolicy signing = SigningPolicy.Double)
    {
        var world = new World();
        Worlds[world.id] = world;
        var builder = new TestClusterBuilder(1);
        builder.Options.ServiceId = "regional";
        builder.Properties["world"] = world.id;
        builder.AddSiloBuilderConfigurator<Configurator>();
        world.Cluster = builder.Build();
        await world.Cluster.DeployAsync();
        await world.Configure(People.Township, "QS", signing);
        await world.Configure(People.Centre, "YX", signing);
        world.reference = world.Grains.CreateObjectReference<IFeedObserver>(world.listener);
        await world.Subscribe();
        return world;
    }

    /// <summary>Time passes at a site where somebody sits in front of a page all the while.</summary>
    public async Task PassWithPeople(TimeSpan by)
    {
        var until = Time.GetUtcNow() + by;
        while (Time.GetUtcNow() < until)
        {
            await TownshipIsThere();
            var left = until - Time.GetUtcNow();
            await Pass(left < TimeSpan.FromSeconds(30) ? left : TimeSpan.FromSeconds(30));
        }

        await TownshipIsThere();
    }

    /// <summary>Time passes; the portal renews its subscription, as it does every 30 s.</summary>
    public async Task Pass(TimeSpan by)
    {
        await Subscribe();
        Time.Advance(by);
        await Subscribe();
    }

    /// <summary>What was just beginning when the silo ended says so: activations, messages on their way, the reading of reminders.</summary>
    private void ExpectEndings() => Errors.Expect(line =>
        line.Category is "Orleans.Embedded.GrainCatalog" or "Orleans.Messaging" or "Orleans.Runtime.SiloLifecycleSubject"
            or "Orleans.Runtime.ReminderService.LocalReminderService"
        && line.Failure is OperationCanceledException or InvalidOperationException or SiloUnavailableException or TimeoutException);

    private Task Subscribe() => Grains.GetGrain<IFeedGrain>(GrainKeys.RegionFeed).Subscribe("portal-1", reference!);

    public IStudyGrain Study(string studyId) => Grains.GetGrain<IStudyGrain>(studyId);

    public IStudyGrain NewStudy(out string studyId) => Study(studyId = GrainKeys.NewStudy(Time));

    public ICriticalValueGrain NewCritical(out string criticalId) =>
        Grains.GetGrain<ICriticalValueGrain>(criticalId = GrainKeys.NewCriticalValue(Time));

    /// <summary>The centre dies without a word and starts again on what it had written; timers and subscriptions are gone.</summary>
    public async Task Crash()
    {
        ExpectEndings();
        await Cluster.KillSiloAsync(Cluster.Primary!);
        await Cluster.StartAdditionalSiloAsync();
        await Subscribe();
    }

    /// <summary>The wake of the reminder service, without waiting for it.</summary>
    public static Task Remind(IGrain grain) => grain.AsReference<IRemindable>().ReceiveReminder("wake", default);

    /// <summary>Somebody of the township sits in front of a page, and its edge is connected.</summary>
    public async Task TownshipIsThere()
    {
        await Site.LinkOpened("link-1", "boot-1", "1.0", TimeSpan.Zero);
        await Site.Presence("portal-1", ["nurse-a"]);
    }

    public ImagesArrived Batch(string uid, int total, long sequence = 1, string? accession = null, string? localId = null, string modality = "CT") => new(
        "archive", sequence, People.Township, uid, total, 1, modality, "A_CT1", new Patients.PatientLabel("张三", "M", new DateOnly(1960, 5, 1)),
        localId, accession, "HEAD", "HEAD", Time.GetUtcNow(), Time.GetUtcNow());

    public async ValueTask DisposeAsync()
    {
        ExpectEndings();
        await Cluster.StopAllSilosAsync();
        await Cluster.DisposeAsync();
        Worlds.TryRemove(id, out _);
        GC.KeepAlive(listener);
        Errors.Verify();
    }

    private Task<SiteSnapshot> Configure(string code, string prefix, SigningPolicy signing) => Grains.GetGrain<ISiteGrain>(GrainKeys.Site(code)).Configure(
        new SiteProfile(
            code, code, code, "township", prefix, [new RosterEntry("nurse-a", "陈雪", Role.Nurse, "8101", 0)],
            new Agreement(People.Centre, signing, ["senior"], TimeSpan.FromHours(2), TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(15))));

    private sealed class Listener : IFeedObserver
    {
        public EventCollector<FeedItem> Items { get; } = new();

        public Task Changed(FeedBatch batch)
        {
            foreach (var item in batch.Items) Items.Add(item);
            return Task.CompletedTask;
        }
    }

    private sealed class Configurator : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            var world = Worlds[siloBuilder.Configuration["world"]!];
            siloBuilder.UseInMemoryReminderService();
            siloBuilder.ConfigureLogging(logging => logging.AddProvider(world.Errors.Provider));
            siloBuilder.Services
                // Grains and their timers live in the test's time; the engine under them does not stand still with it: a directory
                // that waits on a clock nobody moves never finds a grain.
                .AddKeyedSingleton<TimeProvider>(TimeProviderNames.Grains, world.Time)
                .AddSingleton<IProjectionWriter>(world.Projected)
                .AddSingleton<IStudyReader>(world.Projected)
                .AddSingleton<IPatientReader>(world.Projected)
                .AddSingleton<IDueTable>(world.Notes)
                .AddSingleton<IStudyKeys>(world.Keys)
                .AddGrainStorage(Regional.Storage.RegionalStorage.Name, (_, _) => world.Storage)
                .AddRegionalGrains();
        }
    }
}
