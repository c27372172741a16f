using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Regional.Load.Bench;

/// <summary>The whole measurement, as ratios, on one machine in one run.</summary>
public static class BenchRun
{
    public static async Task<int> RunAsync(BenchOptions options)
    {
        var rows = new List<BenchRow>();
        await using (var region = BenchRegion.Prepare(options))
        {
            var corpus = await Corpus.MakeAsync(options);
            if (options.ShapedLine) await LineAsync(options, region, corpus, rows);
            else await LocalAsync(options, region, corpus, rows);
        }

        foreach (var folder in options.Out.EnumerateDirectories()) folder.Delete(recursive: true);
        var text = Render(rows, options.ShapedLine);
        Console.WriteLine(text);
        await File.WriteAllTextAsync(Path.Combine(options.Out.FullName, "bench.md"), text);
        return 0;
    }

    private static async Task LocalAsync(BenchOptions options, BenchRegion region, Corpus corpus, List<BenchRow> rows)
    {
        await using var orthanc = await OrthancPeer.StartAsync(options.Out.FullName);
        var start = await region.StartEdgeAsync();
        await region.PauseAsync();
        Console.WriteLine("Ingest …");
        rows.AddRange(await new IngestBench(options, region, corpus, orthanc).RunAsync());
        rows.Add(StartRow("edge", start));
        rows.Add(new BenchRow("memory of the edge under load, peak", region.EdgeCost.Memory, "", "", null, "≤ 300 MiB"));
        rows.Add(StartRow("centre", await region.StartCentreAsync()));
        Console.WriteLine("Link …");
        rows.Add(await new LinkBench(region).LoopbackAsync());
        Console.WriteLine("Frames …");
        rows.Add(await new FrameBench(options, region, orthanc).LocalAsync());
        Console.WriteLine("Reading list …");
        rows.Add(await ListBench.RunAsync(options, region));
        Console.WriteLine("Viewing …");
        rows.AddRange(await ViewBench.RunAsync(options, region));
        rows.Add(new BenchRow("memory of the centre under load, peak", region.CentreCost.Memory, "", "", null, "≤ 1 GiB"));
    }

    private static async Task LineAsync(BenchOptions options, BenchRegion region, Corpus corpus, List<BenchRow> rows)
    {
        await region.StartEdgeAsync();
        await region.PauseAsync();
        await region.StartCentreAsync();
        await corpus.SendAsync(region.Edge.Host, region.Edge.Port, region.Edge.AeTitle, associations: 1, options.Images);
        await using var line = await ShapedLine.OpenAsync();
        Console.WriteLine("Link over the shaped line …");
        rows.Add(await new LinkBench(region).ShapedAsync(line));
        Console.WriteLine("Frames over the shaped line …");
        rows.Add(await new FrameBench(options, region, orthanc: null).ShapedAsync(line));
    }

    private static BenchRow StartRow(string who, TimeSpan took) => new(
        $"start to ready, {who}", string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds:0.0} s"), "", "", null, "≤ 5 s");

    private static string Render(IEnumerable<BenchRow> rows, bool isSecondPart)
    {
        var text = new StringBuilder();
        if (!isSecondPart)
        {
            text.Append(CultureInfo.InvariantCulture, $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} cores\n\n");
            text.Append(BenchRow.Head);
        }

        foreach (var row in rows) text.Append(row);
        return text.ToString();
    }
}
