using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;
using Regional.Load.Portal;
using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;

namespace Regional.Load.Scenarios;

/// <summary>
/// Townships send studies nobody announced to their edges at a fixed rate, while readers sign in, look at the list and claim. Two figures
/// matter: C-STORE of a study, and the time from the last acknowledged image to the study's place on a reader's list (bar: 1 s).
/// </summary>
public sealed class TownshipUpload(TownshipUploadOptions options)
{
    private static readonly TimeSpan ListPatience = TimeSpan.FromSeconds(60);

    /// <summary>What a township sends: many films and clips, fewer scans (demo-data, "a day").</summary>
    private static readonly PhantomKind[] Mix =
        [PhantomKind.ChestDr, PhantomKind.AbdomenUs, PhantomKind.ChestDr, PhantomKind.HeadCt, PhantomKind.AbdomenUs];

    private readonly PhantomPool pool = new(options.Images);
    private int next = options.Seed ?? (int)(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() % 20_000_000) * 100;
    private ListWatcher? watcher;
    private PortalClient? watching;

    public NodeStats Run() =>
        NBomberRunner
            .RegisterScenarios(options.Readers > 0 ? [Uploads(), Readers()] : [Uploads()])
            .WithTestSuite("Regional")
            .WithTestName("township-upload")
            .WithReportFolder(options.ReportFolder)
            .WithReportFileName("township-upload")
            .WithReportFormats(ReportFormat.Html, ReportFormat.Md)
            .Run();

    private ScenarioProps Uploads() =>
        Scenario.Create("township-upload", UploadAsync)
            .WithInit(async _ =>
            {
                pool.Prepare();
                watching = await PortalClient.SignInAsync(options.Region.Portal, options.ReaderAccounts[0], options.Password);
                watcher = await ListWatcher.StartAsync(options.Region.Portal, watching);
            })
            .WithClean(async _ =>
            {
                if (watcher is not null) await watcher.DisposeAsync();
                watching?.Dispose();
            })
            .WithWarmUpDuration(options.WarmUp)
            .WithLoadSimulations(Simulation.Inject(
                rate: 1, interval: TimeSpan.FromMinutes(1) / Math.Max(1, options.StudiesPerMinute), during: options.Duration))
            .WithThresholds(
                Threshold.Create(s => s.Fail.Request.Count == 0),
                Threshold.Create("on the reader's list", s => s.Ok.Latency.Percent95 <= 1000));

    private ScenarioProps Readers() =>
        Scenario.Create("readers", ReadAsync)
            .WithWarmUpDuration(options.WarmUp)
            .WithLoadSimulations(Simulation.KeepConstant(options.Readers, options.Duration));

    private async Task<IResponse> UploadAsync(IScenarioContext context)
    {
        var seed = Interlocked.Increment(ref next);
        var modality = seed % Math.Max(1, options.Modalities);
        var edge = options.Region.Edge(options.Sites[modality % options.Sites.Count]);
        var station = FormattableString.Invariant($"LOAD{modality:00}");
        var study = pool.Make(Mix[seed % Mix.Length], seed, station);
        var listed = watcher!.WhenListedAsync(study.StudyInstanceUid, study.Files.Count);

        await Step.Run("c-store study", context, async () =>
        {
            var outcomes = await new FakeModality(edge.Host, edge.Port, edge.AeTitle, station).SendAsync(study.Files, context.ScenarioCancellationToken);
            var refused = outcomes.FirstOrDefault(o => !o.Stored);
            return refused is null
                ? Response.Ok(statusCode: "0000", sizeBytes: study.Bytes)
                : Response.Fail(statusCode: refused.Status?.ToString("X4", System.Globalization.CultureInfo.InvariantCulture) ?? "none", message: "not stored");
        });
        await Step.Run("on the reader's list", context, async () =>
        {
            await listed.WaitAsync(ListPatience);
            return Response.Ok();
        });
        return Response.Ok(sizeBytes: study.Bytes);
    }

    private async Task<IResponse> ReadAsync(IScenarioContext context)
    {
        if (!context.ScenarioInstanceData.TryGetValue("reader", out var kept))
        {
            var account = options.ReaderAccounts[context.ScenarioInfo.InstanceNumber % options.ReaderAccounts.Count];
            await Step.Run("sign in", context, async () =>
            {
                kept = await PortalClient.SignInAsync(options.Region.Portal, account, options.Password, context.ScenarioCancellationToken);
                return Response.Ok(statusCode: "200");
            });
            context.ScenarioInstanceData["reader"] = kept!;
        }

        var reader = (PortalClient)kept!;
        var lines = (await Step.Run("reading list", context, async () =>
            Response.Ok(payload: await reader.GetAsync<StudyLines>("/api/studies?view=reading&limit=50"), statusCode: "200"))).Payload.Value.Items;

        // Readers do not all reach for the first line.
        var free = lines.Where(l => l.ReaderId is null).ToList();
        if (free.Count > 0)
        {
            var wanted = free[context.Random.Next(free.Count)];
            await ClaimAsync(context, reader, wanted.StudyId);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(500 + context.Random.Next(1000)), TimeProvider.System, context.ScenarioCancellationToken);
        return Response.Ok();
    }

    private static async Task ClaimAsync(IScenarioContext context, PortalClient reader, string studyId)
    {
        var path = PortalClient.Study(studyId) + "/report/";
        var claim = await Step.Run("claim", context, async () =>
        {
            try
            {
                return Response.Ok(payload: (await reader.PostAsync<ClaimAnswer>(path + "claim")).Ticket, statusCode: "200");
            }
            catch (PortalRefusedException refusal) when (refusal.Status == System.Net.HttpStatusCode.Conflict)
            {
                // Another was faster: an answer, not a failure.
                return Response.Ok<ClaimTicket>(statusCode: "409");
            }
        });
        if (claim.Payload.IsNone()) return;
        await Step.Run("release", context, async () =>
        {
            await reader.PostAsync<object>(path + "release", new { token = claim.Payload.Value.Token });
            return Response.Ok(statusCode: "200");
        });
    }
}
