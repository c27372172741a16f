using System.Globalization;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Regional.Load.Portal;

namespace Regional.Load.Bench;

/// <summary>WADO-RS single frames of 512×512×16 at the centre, four connections, beside Orthanc's DICOMweb and a bare Kestrel endpoint that answers from memory.</summary>
public sealed class FrameBench(BenchOptions options, BenchRegion region, OrthancPeer? orthanc)
{
    public async Task<BenchRow> LocalAsync()
    {
        const string what = "WADO-RS frames 512×512×16, centre";
        const string bar = "≥ min(5 × Orthanc, 0.8 × bare Kestrel); ≥ 150/s";
        if (Wrk.Find(options) is not { } wrk) return BenchRow.NotMeasured(what, "wrk is not installed", bar);
        using var reader = await PortalClient.SignInAsync(region.Map.Portal, "admin", options.Password);
        var ours = await FramesAsync(region.Map.Portal, "/dicom-web", reader.Token);
        var theirs = orthanc is null ? [] : await FramesAsync(orthanc.Http, "/dicom-web", null);
        await using var bare = await BareEndpoint.StartAsync();
        var servers = new List<(string Name, Uri Address, IReadOnlyList<string> Paths, string? Token)>
        {
            ("bare", new Uri(bare.Urls.First()), [BareEndpoint.Path], null),
            ("ours", region.Map.Portal, ours, reader.Token),
        };
        if (theirs.Count > 0) servers.Add(("Orthanc", orthanc!.Http, theirs, null));

        // The first thousands are compiled for.
        await wrk.RunAsync(region.Map.Portal, ours, reader.Token);
        var runs = servers.ToDictionary(s => s.Name, _ => new List<WrkRun>(), StringComparer.Ordinal);
        var (frames, processor) = (0.0, 0.0);
        foreach (var server in Samples.ThereAndBack(servers, options.Repeats))
        {
            var before = region.CentreCost.Processor;
            var run = await wrk.RunAsync(server.Address, server.Paths, server.Token);
            runs[server.Name].Add(run);
            if (server.Name == "ours") (frames, processor) = (frames + (run.Rate * options.FrameSeconds), processor + region.CentreCost.Processor - before);
        }

        var (own, kestrel) = (Middle(runs["ours"]), Middle(runs["bare"]));
        return new BenchRow(
            what, string.Create(CultureInfo.InvariantCulture, $"{own}, {processor / frames * 1000:0.00} ms processor a frame"),
            runs.TryGetValue("Orthanc", out var peer) ? string.Create(CultureInfo.InvariantCulture, $"Orthanc {Middle(peer)} (ours {own.Rate / Middle(peer).Rate:0.0} ×)") : "",
            $"bare Kestrel from memory {kestrel}", own.Rate / kestrel.Rate, bar);
    }

    /// <summary>What the line carries is the limit.</summary>
    public async Task<BenchRow> ShapedAsync(ShapedLine line)
    {
        var what = "WADO-RS frames 512×512×16, " + line.Name;
        const string bar = "≥ 30/s";
        const double carried = 200e6 / 8 / (512 * 512 * 2);
        if (Wrk.Find(options) is not { } wrk) return BenchRow.NotMeasured(what, "wrk is not installed", bar);
        using var reader = await PortalClient.SignInAsync(region.Map.Portal, "admin", options.Password);
        var paths = await FramesAsync(region.Map.Portal, "/dicom-web", reader.Token);
        var runs = new List<WrkRun>();
        for (var i = 0; i < options.Repeats; i++) runs.Add(await wrk.RunAsync(region.Map.Portal, paths, reader.Token));
        var own = Middle(runs);
        return new BenchRow(what, own.ToString(), "", string.Create(CultureInfo.InvariantCulture, $"the line {carried:0}/s"), own.Rate / carried, bar);
    }

    private static WrkRun Middle(List<WrkRun> runs) => runs.OrderBy(run => run.Rate).ElementAt(runs.Count / 2);

    private static async Task<IReadOnlyList<string>> FramesAsync(Uri server, string root, string? token)
    {
        using var http = new HttpClient { BaseAddress = server };
        if (token is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        http.DefaultRequestHeaders.Accept.ParseAdd("application/dicom+json");
        var found = await http.GetFromJsonAsync<JsonElement>(root + "/instances?Modality=CT&limit=100&includefield=0020000D&includefield=0020000E");
        return [.. found.EnumerateArray().Select(i => $"{root}/studies/{Uid(i, "0020000D")}/series/{Uid(i, "0020000E")}/instances/{Uid(i, "00080018")}/frames/1")];

        static string Uid(JsonElement instance, string tag) => instance.GetProperty(tag).GetProperty("Value")[0].GetString()!;
    }
}
