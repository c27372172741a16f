using System.Collections.Concurrent;
using Regional.System.Tests.Support;
using Regional.TestKit.Lines;
using Regional.TestKit.Phantoms;

namespace Regional.System.Tests;

/// <summary>
/// kill -9 of edge and of centre at seeded random moments of an ingest, and lines cut at seeded random bytes (issue 2, "Crash tests"; proof.md 1
/// and 4): every acknowledged image is there once, pixel hash equal. The page cache survives a kill; lost syncs are tested on the file layer of
/// Imaging.Tests.
/// </summary>
[Trait("Requirement", "R4.3.1-6")]
[Trait("Requirement", "R7.3.2-1")]
[Trait("Requirement", "R10.2.2-1")]
public sealed class CrashTests
{
    // Of each, so forty together.
    private const int Kills = 20;
    private const int ImagesOfStudy = 6;

    [Fact]
    public async Task Edge_and_centre_killed_twenty_times_each_every_acknowledged_image_is_at_the_centre_once()
    {
        var random = new Random(20260302);
        await using var region = await RegionUnderTest.StartAsync();
        await using var sender = new RestlessModality(region.TownshipA, Seed: 40_000);

        for (var kill = 0; kill < Kills; kill++)
        {
            // The moments: some more images acknowledged, then a fraction of what one image takes, for each end its own; now and then the one dies
            // while the other is still coming up.
            await sender.WhenAcknowledgedAsync(sender.Acknowledged.Count + random.Next(1, 6));
            var (edge, centre) = (TimeSpan.FromMicroseconds(random.Next(0, 20_000)), TimeSpan.FromMicroseconds(random.Next(0, 20_000)));
            await Task.WhenAll(KillEdge(edge), KillCentre(kill % 4 == 3 ? centre * 20 : centre));
        }

        async Task KillEdge(TimeSpan moment)
        {
            await Task.Delay(moment, TimeProvider.System);
            await region.KillEdgeAsync(region.TownshipA);
            await region.StartEdgeAsync(region.TownshipA);
        }

        async Task KillCentre(TimeSpan moment)
        {
            await Task.Delay(moment, TimeProvider.System);
            await region.KillCentreAsync();
            await region.StartCentreAsync();
        }

        await sender.FinishAsync();
        await region.TownshipA.WhenDrainedAsync(sender.Acknowledged.Count, TimeSpan.FromMinutes(2));
        await AllThereOnceAsync(region, sender);

        // And below the public surface: every record of the packs re-hashed, index and projections compared with them.
        await region.KillCentreAsync();
        var verified = await region.VerifyAsync();
        verified.ExitCode.ShouldBe(0, verified.Output);
    }

    [Fact]
    public async Task Line_cut_at_random_bytes_brings_everything_once()
    {
        const int Cuts = 20;
        var random = new Random(20260303);
        CuttableLine? line = null;
        await using var region = await RegionUnderTest.StartAsync(
            port => (line = new CuttableLine(port, connection => connection < Cuts ? random.NextInt64(1, 1_000_000) : null)).Port);
        await using var held = line!;
        await using var sender = new RestlessModality(region.TownshipA, Seed: 50_000);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (line!.Cuts < Cuts)
        {
            patience.Token.ThrowIfCancellationRequested();
            await sender.WhenAcknowledgedAsync(sender.Acknowledged.Count + 3);
            // Nothing left to send: telemetry alone would take its time to reach the next cut.
            if (sender.Acknowledged.Count > 250)
                line.Cut();
        }

        await sender.FinishAsync();
        await region.TownshipA.WhenDrainedAsync(sender.Acknowledged.Count, TimeSpan.FromMinutes(2));
        await AllThereOnceAsync(region, sender);
    }

    private static async Task AllThereOnceAsync(RegionUnderTest region, RestlessModality sender)
    {
        await using var portal = await region.SignInAsync();
        sender.Acknowledged.Count.ShouldBeGreaterThan(20);
        foreach (var study in sender.Acknowledged.Values.GroupBy(image => image.Study))
        {
            var instances = await portal.InstancesAsync(study.Key);
            instances.Select(i => i.Sop).ShouldBeUnique();
            study.Select(image => image.Sop).Except(instances.Select(i => i.Sop)).ShouldBeEmpty($"acknowledged images of {study.Key} are not at the centre");
            foreach (var image in study)
            {
                var (series, sop) = instances.Single(i => i.Sop == image.Sop);
                (await portal.PixelHashAsync(study.Key, series, sop)).ShouldBe(image.PixelSha256);
            }

            await portal.WhenOnReadingListAsync(study.Key, row => row.GetProperty("imagesAtCentre").GetInt32() == instances.Count);
        }

        var status = await region.TownshipA.StatusAsync();
        status.GetProperty("conflicts").GetInt64().ShouldBe(0);
        status.GetProperty("refused").GetInt64().ShouldBe(0);
    }

    /// <summary>A modality that sends without end, image by image, and sends again what got no Success, as modalities do.</summary>
    private sealed class RestlessModality : IAsyncDisposable
    {
        private readonly SiteUnderTest _site;
        private readonly CancellationTokenSource _stopping = new();
        private readonly Task _sending;
        private volatile TaskCompletionSource _acknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public RestlessModality(SiteUnderTest site, int Seed)
        {
            _site = site;
            _sending = SendAsync(Seed);
        }

        public ConcurrentDictionary<string, (string Study, string Sop, string PixelSha256)> Acknowledged { get; } = new();

        public async Task WhenAcknowledgedAsync(int count)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
            while (true)
            {
                var next = _acknowledged.Task;
                if (Acknowledged.Count >= count)
                    return;
                await await Task.WhenAny(next.WaitAsync(patience.Token), _sending);
            }
        }

        /// <summary>Ends after the image that is under way.</summary>
        public async Task FinishAsync()
        {
            await _stopping.CancelAsync();
            await _sending;
        }

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync();
            await _sending.ContinueWith(_ => { }, TaskScheduler.Default);
            _stopping.Dispose();
        }

        private async Task SendAsync(int seed)
        {
            for (var n = 0; !_stopping.IsCancellationRequested; n++)
            {
                var study = Study(seed + n);
                foreach (var image in study)
                {
                    if (_stopping.IsCancellationRequested)
                        return;
                    if (!await SendUntilStoredAsync(image))
                        return;
                    Acknowledged[image.SopInstanceUid] = (image.File.Dataset.GetSingleValue<string>(FellowOakDicom.DicomTag.StudyInstanceUID), image.SopInstanceUid, image.PixelSha256);
                    Interlocked.Exchange(ref _acknowledged, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
                }
            }
        }

        /// <summary>Several small chest images that share one study.</summary>
        private static List<PhantomImage> Study(int seed)
        {
            var uid = new PhantomStudy(new StudyRecipe { Seed = seed, Kind = PhantomKind.ChestDr, Matrix = 64 }).StudyInstanceUid;
            return [.. Enumerable.Range(0, ImagesOfStudy).SelectMany(i => new PhantomStudy(new StudyRecipe
            {
                Seed = (seed * 1000) + i, Kind = PhantomKind.ChestDr, Matrix = 200, StudyInstanceUid = uid, PatientId = $"P{seed}",
            }).Images())];
        }

        private async Task<bool> SendUntilStoredAsync(PhantomImage image)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
            while (!patience.IsCancellationRequested)
            {
                try
                {
                    using var once = new CancellationTokenSource(TimeSpan.FromSeconds(20));
                    if ((await _site.Modality.SendAsync([image.File], once.Token))[0].Stored)
                        return true;
                }
                catch (Exception killed) when (killed is not OutOfMemoryException)
                {
                    if (_stopping.IsCancellationRequested)
                        return false;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
            }

            throw new TimeoutException($"{image.SopInstanceUid} was never answered Success.\n{_site.Log()}");
        }
    }
}
