using System.Diagnostics;
using System.Globalization;
using Regional.Load.Region;
using Regional.TestKit;
using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;

namespace Regional.Load.Bench;

/// <summary>
/// C-STORE of CT slices by DCMTK's storescu, over one and four associations, into the edge and into <c>storescp --ignore</c> in turns (median
/// of three), beside what the disk can append and sync, and beside Orthanc where it is installed.
/// </summary>
public sealed class IngestBench(BenchOptions options)
{
    private const int SliceBytes = (512 * 512 * 2) + 2048;
    private const int Slices = 20;
    private readonly string corpus = Path.Combine(options.Out.FullName, "corpus");

    public async Task PrepareAsync()
    {
        for (var sender = 0; sender < 4; sender++)
        {
            await new PhantomStudy(new StudyRecipe { Seed = 100 + sender, Images = Slices }).SaveAsync(Path.Combine(corpus, sender.ToString(CultureInfo.InvariantCulture)));
        }
    }

    public async Task<IReadOnlyList<BenchRow>> RunAsync(string host, int port, string calledAe)
    {
        var sink = LoopbackPort.Free();
        var storescp = ExternalTool.Find("storescp") ?? throw new UsageException("storescp (DCMTK) is needed for the ingest figures.");
        await using var ignore = ToolProcess.Start(storescp, ["--ignore", "--fork", "-pdu", "131072", sink.ToString(CultureInfo.InvariantCulture)]);
        await ignore.WhenListeningAsync(sink);
        await using var orthanc = await OrthancPeer.StartAsync(options.Out.FullName);
        await SendAsync(host, port, calledAe, associations: 1);

        var synced = Append(recordsASync: 1);
        var grouped = Append(recordsASync: 4);
        var rows = new List<BenchRow>();
        foreach (var associations in (int[])[1, 4])
        {
            var ignored = new List<double>();
            var ours = new List<double>();
            foreach (var toEdge in (bool[])[false, true, true, false, false, true])
            {
                if (toEdge) ours.Add(await SendAsync(host, port, calledAe, associations));
                else ignored.Add(await SendAsync("127.0.0.1", sink, "ANY", associations));
            }

            var peer = orthanc is null ? null : $"Orthanc {Text(await SendAsync("127.0.0.1", orthanc.Port, "ANY", associations))}, ";
            var (rate, ceiling) = (Median(ours), Median(ignored));
            var limit = associations == 1 ? 1 / ((1 / ceiling) + (1 / synced)) : Math.Min(ceiling, grouped);
            rows.Add(new BenchRow(
                $"durable C-STORE, {associations} association{(associations == 1 ? "" : "s")}",
                Text(rate),
                $"{peer}storescp --ignore {Text(ceiling)}, append and sync {Text(associations == 1 ? synced : grouped)}",
                rate / limit,
                associations == 1 ? "≥ 0.9 of 1 ÷ (1 ÷ ignore + 1 ÷ sync)" : "≥ 3 × Orthanc, or 0.8 of the group-synced append limit"));
        }

        return rows;
    }

    private static string Text(double rate) => string.Create(CultureInfo.InvariantCulture, $"{rate:0} images/s");

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>Images a second. UIDs are invented by the sender, so that nothing is a duplicate.</summary>
    private async Task<double> SendAsync(string host, int port, string calledAe, int associations)
    {
        var repeat = Math.Max(1, options.Images / Slices / associations);
        var started = Stopwatch.GetTimestamp();
        var results = await Task.WhenAll(Enumerable.Range(0, associations).Select(sender => Dcmtk.RunAsync(
            "storescu",
            [
                "-pdu", "131072", "-aec", calledAe, "+sd", "-R", "--repeat", Number(repeat), "+IS", "1", "+IR", Number(Slices),
                host, Number(port), Path.Combine(corpus, Number(sender)),
            ])));
        var elapsed = Stopwatch.GetElapsedTime(started);
        if (results.FirstOrDefault(r => r.ExitCode != 0) is { } failed) throw new UsageException("storescu failed: " + failed.Output);
        return associations * repeat * Slices / elapsed.TotalSeconds;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Records a second that can be appended to one file when each group is synced before the next begins.</summary>
    private double Append(int recordsASync)
    {
        var path = Path.Combine(options.Out.FullName, "append.tmp");
        var record = new byte[SliceBytes];
        Random.Shared.NextBytes(record);
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose);
        long at = 0;
        var records = 0;
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(2))
        {
            for (var i = 0; i < recordsASync; i++, at += record.Length, records++) RandomAccess.Write(file, record, at);
            RandomAccess.FlushToDisk(file);
        }

        return records / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
