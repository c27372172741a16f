using System.Globalization;
using System.Text.RegularExpressions;
using Regional.Load.Region;
using Regional.TestKit;

namespace Regional.Load.Bench;

/// <summary>What a run of wrk says.</summary>
/// <param name="Rate">Answers a second.</param>
/// <param name="P99">Latency, as wrk writes it.</param>
public sealed record WrkRun(double Rate, string P99)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rate:0}/s, p99 {P99}");
}

/// <summary>wrk with four connections, going round a list of paths.</summary>
public sealed partial class Wrk(string program, BenchOptions options)
{
    public static Wrk? Find(BenchOptions options) => ExternalTool.Find("wrk") is { } program ? new Wrk(program, options) : null;

    /// <exception cref="UsageException">An answer was no success: the figure would mean nothing.</exception>
    public async Task<WrkRun> RunAsync(Uri server, IReadOnlyList<string> paths, string? token)
    {
        var script = Path.Combine(options.Out.FullName, "frames.lua");
        var authorization = token is null ? "" : $"[\"Authorization\"] = \"Bearer {token}\", ";
        await File.WriteAllTextAsync(
            script,
            $$"""
            local paths = { {{string.Join(", ", paths.Select(p => $"\"{p}\""))}} }
            local i = 0
            request = function()
              i = i % #paths + 1
              return wrk.format("GET", paths[i], { {{authorization}}["Accept"] = "multipart/related; type=\"application/octet-stream\"" })
            end
            """);
        var run = await ExternalTool.RunAsync(program, ["-t1", "-c4", $"-d{options.FrameSeconds}s", "--latency", "-s", script, server.ToString()]);
        File.Delete(script);
        if (NotOk().Match(run.Output) is { Success: true } bad) throw new UsageException($"{bad.Groups[1].Value} of the requests to {server} were refused.");
        return new WrkRun(double.Parse(Rate().Match(run.Output).Groups[1].Value, CultureInfo.InvariantCulture), P99().Match(run.Output).Groups[1].Value);
    }

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"99%\s+(\S+)")]
    private static partial Regex P99();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (\d+)")]
    private static partial Regex NotOk();
}
