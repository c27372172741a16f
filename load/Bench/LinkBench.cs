using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Regional.TestKit;

namespace Regional.Load.Bench;

/// <summary>How fast the queue that the ingest left behind drains to the centre, beside iperf3 on the same loopback.</summary>
public static class LinkBench
{
    public static async Task<BenchRow> RunAsync(BenchRegion region)
    {
        var line = await IperfAsync();
        var (images, bytes) = await region.QueueAsync();
        if (images == 0) return new BenchRow("edge → centre, queue draining", "nothing was queued", "", null, "");
        await region.ResumeAsync();
        var (_, first) = await DropAsync(region, bytes);
        var started = Stopwatch.GetTimestamp();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        while ((await region.QueueAsync()).Images > 0) await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, patience.Token);
        var rate = first / Stopwatch.GetElapsedTime(started).TotalSeconds / 1e6;
        return new BenchRow(
            "edge → centre, queue draining",
            string.Create(CultureInfo.InvariantCulture, $"{rate:0} MB/s ({images} images)"),
            line is { } limit ? string.Create(CultureInfo.InvariantCulture, $"iperf3 on loopback {limit:0} MB/s (not the limit here: both ends sync to one disk)") : "iperf3 is not installed",
            null,
            "≥ 50 MB/s");
    }

    /// <summary>Waits until the queue begins to move, so that connecting is not counted as transfer.</summary>
    private static async Task<(long Images, long Bytes)> DropAsync(BenchRegion region, long from)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            var now = await region.QueueAsync();
            if (now.Bytes < from) return now;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }

    private static async Task<double?> IperfAsync()
    {
        if (ExternalTool.Find("iperf3") is not { } iperf) return null;
        var port = LoopbackPort.Free().ToString(CultureInfo.InvariantCulture);
        await using var server = ToolProcess.Start(iperf, ["-s", "-1", "-B", "127.0.0.1", "-p", port, "--forceflush"]);
        await server.Output.FirstAsync(text => text.Contains("listening", StringComparison.OrdinalIgnoreCase));
        var result = await ExternalTool.RunAsync(iperf, ["-c", "127.0.0.1", "-p", port, "-t", "2", "-J"]);
        return JsonDocument.Parse(result.Output).RootElement.GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble() / 8e6;
    }
}
