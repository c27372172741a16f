using System.Diagnostics;
using System.Globalization;
using Regional.Load.Portal;
using Regional.Load.Scenarios;
using Regional.Load.Region;
using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;

namespace Regional.Load.Bench;

/// <summary>
/// From the last image's answer at the edge until the study is on the reader's list with all its images: the way to the centre included, so more
/// than the bar asks.
/// </summary>
public static class ListBench
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<BenchRow> RunAsync(BenchOptions options, BenchRegion region)
    {
        using var reader = await PortalClient.SignInAsync(region.Map.Portal, new TownshipUploadOptions { Region = region.Map }.ReaderAccounts[0], options.Password);
        await using var watcher = await ListWatcher.StartAsync(region.Map.Portal, reader);
        var took = new List<double>();
        for (var i = 0; i < (options.Short ? 2 : 10); i++)
        {
            var study = new PhantomStudy(new StudyRecipe { Seed = 900 + i, Images = 20, PatientId = "B" + i.ToString(CultureInfo.InvariantCulture) });
            var files = study.Images().Select(image => image.File).ToList();
            var listed = watcher.WhenListedAsync(study.StudyInstanceUid, files.Count);
            var outcomes = await new FakeModality(region.Edge.Host, region.Edge.Port, region.Edge.AeTitle, study.Recipe.StationAe).SendAsync(files, CancellationToken.None);
            var answered = Stopwatch.GetTimestamp();
            if (outcomes.Any(outcome => !outcome.Stored)) throw new UsageException("The edge refused an image of the list measurement.");
            await listed.WaitAsync(Patience);
            took.Add(Stopwatch.GetElapsedTime(answered).TotalMilliseconds);
        }

        return new BenchRow(
            "last image answered at the edge → on the reader's list",
            string.Create(CultureInfo.InvariantCulture, $"median {Samples.Median(took):0} ms, worst {took.Max():0} ms"), "", "", null, "≤ 1 s from the centre's acknowledgement");
    }
}
