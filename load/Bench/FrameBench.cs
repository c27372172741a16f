using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Regional.Load.Portal;
using Regional.Load.Region;
using Regional.TestKit;

namespace Regional.Load.Bench;

/// <summary>WADO-RS single frames of 512×512×16 at the centre with wrk, four connections, beside a bare Kestrel endpoint that answers from memory.</summary>
public sealed partial class FrameBench(BenchOptions options, BenchRegion region)
{
    private const string What = "WADO-RS frames 512×512×16, centre";
    private const string Bar = "≥ 0.8 of the bare endpoint; ≥ 150/s";

    public async Task<BenchRow> RunAsync()
    {
        if (ExternalTool.Find("wrk") is not { } wrk) return new BenchRow(What, "not measured: wrk is not installed", "", null, Bar);
        using var reader = await PortalClient.SignInAsync(region.Map.Portal, "admin", options.Password);
        IReadOnlyList<string> frames;
        try
        {
            frames = await FramesAsync(reader.Token);
        }
        catch (HttpRequestException refused)
        {
            return new BenchRow(What, $"not measured: DICOMweb answered {refused.StatusCode}", "", null, Bar);
        }

        await using var bare = await BareAsync();
        var ours = await MeasureAsync(wrk, region.Map.Portal, frames, reader.Token);
        var theirs = await MeasureAsync(wrk, new Uri(bare.Urls.First()), ["/frame"], reader.Token);
        return new BenchRow(What, Text(ours), "bare Kestrel from memory " + Text(theirs), ours.Rate / theirs.Rate, Bar);
    }

    private static string Text((double Rate, string P99) run) => string.Create(CultureInfo.InvariantCulture, $"{run.Rate:0}/s, p99 {run.P99}");

    private static async Task<WebApplication> BareAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var frame = new byte[512 * 512 * 2];
        app.MapGet("/frame", async context =>
        {
            context.Response.ContentLength = frame.Length;
            await context.Response.Body.WriteAsync(frame);
        });
        await app.StartAsync();
        return app;
    }

    private async Task<IReadOnlyList<string>> FramesAsync(string token)
    {
        using var http = new HttpClient { BaseAddress = region.Map.Portal };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        http.DefaultRequestHeaders.Accept.ParseAdd("application/dicom+json");
        var found = await http.GetFromJsonAsync<JsonElement>("/dicom-web/instances?Modality=CT&limit=100&includefield=0020000D&includefield=0020000E");
        return [.. found.EnumerateArray().Select(i => $"/dicom-web/studies/{Uid(i, "0020000D")}/series/{Uid(i, "0020000E")}/instances/{Uid(i, "00080018")}/frames/1")];

        static string Uid(JsonElement instance, string tag) => instance.GetProperty(tag).GetProperty("Value")[0].GetString()!;
    }

    private async Task<(double Rate, string P99)> MeasureAsync(string wrk, Uri server, IReadOnlyList<string> paths, string token)
    {
        var script = Path.Combine(options.Out.FullName, "frames.lua");
        await File.WriteAllTextAsync(
            script,
            $$"""
            local paths = { {{string.Join(", ", paths.Select(p => $"\"{p}\""))}} }
            local i = 0
            request = function()
              i = i % #paths + 1
              return wrk.format("GET", paths[i], { ["Authorization"] = "Bearer {{token}}", ["Accept"] = "multipart/related; type=\"application/octet-stream\"" })
            end
            """);
        var run = await ExternalTool.RunAsync(wrk, ["-t1", "-c4", $"-d{options.FrameSeconds}s", "--latency", "-s", script, server.ToString()]);
        File.Delete(script);
        var rate = double.Parse(Rate().Match(run.Output).Groups[1].Value, CultureInfo.InvariantCulture);
        var bad = NotOk().Match(run.Output);
        if (bad.Success) throw new UsageException($"{bad.Groups[1].Value} of the frame requests were refused.");
        return (rate, P99().Match(run.Output).Groups[1].Value);
    }

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"99%\s+(\S+)")]
    private static partial Regex P99();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (\d+)")]
    private static partial Regex NotOk();
}
