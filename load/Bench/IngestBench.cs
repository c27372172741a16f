using System.Diagnostics;
using System.Globalization;
using Regional.Load.Region;
using Regional.TestKit;

namespace Regional.Load.Bench;

/// <summary>
/// C-STORE of CT slices by DCMTK's storescu, over one and four associations, into <c>storescp --ignore</c>, the edge and, where it is installed,
/// Orthanc, there and back; beside what the disk can append and sync.
/// </summary>
public sealed class IngestBench(BenchOptions options, BenchRegion region, Corpus corpus, OrthancPeer? orthanc)
{
    private enum Into
    {
        Sink,
        Edge,
        Orthanc,
    }

    public async Task<IReadOnlyList<BenchRow>> RunAsync()
    {
        var sink = LoopbackPort.Free();
        var storescp = ExternalTool.Find("storescp") ?? throw new UsageException("storescp (DCMTK) is needed for the ingest figures.");
        await using var ignore = ToolProcess.Start(storescp, ["--ignore", "--fork", "-pdu", "131072", sink.ToString(CultureInfo.InvariantCulture)]);
        await ignore.WhenListeningAsync(sink);
        // The first thousand are compiled for.
        await corpus.SendAsync(region.Edge.Host, region.Edge.Port, region.Edge.AeTitle, associations: 1, options.Short ? options.Images : 1000);
        return [await RunAsync(1, sink), await RunAsync(4, sink)];
    }

    private async Task<BenchRow> RunAsync(int associations, int sink)
    {
        var rates = new Dictionary<Into, List<double>> { [Into.Sink] = [], [Into.Edge] = [], [Into.Orthanc] = [] };
        var appended = new List<double>();
        var (sent, processor) = (0, 0.0);
        Into[] which = orthanc is null ? [Into.Sink, Into.Edge] : [Into.Sink, Into.Edge, Into.Orthanc];
        foreach (var into in Samples.ThereAndBack(which, options.Repeats))
        {
            var before = region.EdgeCost.Processor;
            var (images, rate) = into switch
            {
                Into.Sink => await corpus.SendAsync("127.0.0.1", sink, "ANY", associations, options.Images),
                Into.Edge => await corpus.SendAsync(region.Edge.Host, region.Edge.Port, region.Edge.AeTitle, associations, options.Images),
                _ => await corpus.SendAsync("127.0.0.1", orthanc!.Port, "ANY", associations, options.Images),
            };
            rates[into].Add(rate);
            if (into == Into.Edge) (sent, processor) = (sent + images, processor + region.EdgeCost.Processor - before);
            if (into == Into.Sink) appended.Add(Append(associations));
        }

        var (ours, ceiling, synced) = (Samples.Median(rates[Into.Edge]), Samples.Median(rates[Into.Sink]), Samples.Median(appended));
        var limit = associations == 1 ? 1 / ((1 / ceiling) + (1 / synced)) : Math.Min(ceiling, synced);
        return new BenchRow(
            $"durable C-STORE, {associations} association{(associations == 1 ? "" : "s")}",
            string.Create(CultureInfo.InvariantCulture, $"{Text(ours)}, {processor / sent * 1000:0.0} ms processor an image"),
            orthanc is null ? "" : string.Create(CultureInfo.InvariantCulture, $"Orthanc {Text(Samples.Median(rates[Into.Orthanc]))} (ours {ours / Samples.Median(rates[Into.Orthanc]):0.0} ×)"),
            $"{Text(limit)}: storescp --ignore {Text(ceiling)}, append and sync {Text(synced)}",
            ours / limit,
            associations == 1 ? "≥ 0.9 of 1 ÷ (1 ÷ ignore + 1 ÷ sync)" : "≥ 3 × Orthanc, or 0.8 of the group-synced append limit");
    }

    private static string Text(double rate) => string.Create(CultureInfo.InvariantCulture, $"{rate:0} images/s");

    /// <summary>Records a second that can be appended to one file when each group is synced before the next begins.</summary>
    private double Append(int recordsASync)
    {
        var path = Path.Combine(options.Out.FullName, "append.tmp");
        var record = new byte[Corpus.SliceBytes];
        Random.Shared.NextBytes(record);
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose);
        long at = 0;
        var records = 0;
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(0.5))
        {
            for (var i = 0; i < recordsASync; i++, at += record.Length, records++) RandomAccess.Write(file, record, at);
            RandomAccess.FlushToDisk(file);
        }

        return records / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
