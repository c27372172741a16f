using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Regional.TestKit;

namespace Regional.Load.Bench;

/// <summary>How fast the queue that the ingest left behind drains to the centre, beside iperf3 over the same line.</summary>
public sealed class LinkBench(BenchRegion region)
{
    public async Task<BenchRow> LoopbackAsync()
    {
        const string what = "edge → centre, loopback, queue draining";
        const string bar = "≥ 50 MB/s";
        var line = await IperfAsync(seconds: 2);
        if (await DrainAsync() is not var (rate, images)) return BenchRow.NotMeasured(what, "nothing was queued", bar);
        return new BenchRow(
            what, Text(rate) + $" ({images} images)", "", line is { } limit ? $"iperf3 {Text(limit)} (not the limit here: both ends sync to one disk)" : "iperf3 is not installed", null, bar);
    }

    public async Task<BenchRow> ShapedAsync(ShapedLine line)
    {
        var what = "edge → centre, " + line.Name;
        const string bar = "≥ 0.95 of iperf3";
        if (await IperfAsync(seconds: 6) is not { } limit) return BenchRow.NotMeasured(what, "iperf3 is not installed", bar);
        if (await DrainAsync() is not var (rate, images)) return BenchRow.NotMeasured(what, "nothing was queued", bar);
        return new BenchRow(what, Text(rate) + $" ({images} images)", "", "iperf3 " + Text(limit), rate / limit, bar);
    }

    private static string Text(double rate) => string.Create(CultureInfo.InvariantCulture, $"{rate:0.0} MB/s");

    /// <summary>MB/s of the whole queue, from the moment it may move until the centre has acknowledged its last image.</summary>
    private async Task<(double Rate, long Images)?> DrainAsync()
    {
        var (images, bytes) = await region.QueueAsync();
        if (images == 0) return null;
        var started = Stopwatch.GetTimestamp();
        await region.ResumeAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        while ((await region.QueueAsync()).Images > 0) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
        return (bytes / Stopwatch.GetElapsedTime(started).TotalSeconds / 1e6, images);
    }

    private static async Task<double?> IperfAsync(int seconds)
    {
        if (ExternalTool.Find("iperf3") is not { } iperf) return null;
        var port = LoopbackPort.Free().ToString(CultureInfo.InvariantCulture);
        await using var server = ToolProcess.Start(iperf, ["-s", "-1", "-B", "127.0.0.1", "-p", port, "--forceflush"]);
        await server.Output.FirstAsync(text => text.Contains("listening", StringComparison.OrdinalIgnoreCase));
        // The first second is TCP finding out how wide the line is.
        var result = await ExternalTool.RunAsync(iperf, ["-c", "127.0.0.1", "-p", port, "-O", "1", "-t", seconds.ToString(CultureInfo.InvariantCulture), "-J"]);
        return JsonDocument.Parse(result.Output).RootElement.GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble() / 8e6;
    }
}
