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
            var ingest = new IngestBench(options);
            await ingest.PrepareAsync();
            await region.StartEdgeAsync();
            Console.WriteLine("Ingest …");
            rows.AddRange(await ingest.RunAsync(region.Edge.Host, region.Edge.Port, region.Edge.AeTitle));
            await region.StartCentreAsync();
            Console.WriteLine("Link …");
            rows.Add(await LinkBench.RunAsync(region));
            Console.WriteLine("Frames …");
            rows.Add(await new FrameBench(options, region).RunAsync());
        }

        foreach (var folder in options.Out.EnumerateDirectories()) folder.Delete(recursive: true);
        var text = Render(rows);
        Console.WriteLine(text);
        await File.WriteAllTextAsync(Path.Combine(options.Out.FullName, "bench.md"), text);
        return 0;
    }

    private static string Render(IEnumerable<BenchRow> rows)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} cores\n\n");
        text.Append("| what | ours | beside it | ratio | bar |\n| --- | --- | --- | --- | --- |\n");
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row.What} | {row.Ours} | {row.Beside} | {(row.Ratio is { } r ? r.ToString("0.00", CultureInfo.InvariantCulture) : "")} | {row.Bar} |\n");
        }

        return text.ToString();
    }
}
