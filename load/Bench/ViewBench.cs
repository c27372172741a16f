using System.Diagnostics;
using System.Globalization;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Regional.Load.Portal;
using Regional.Load.Region;
using Regional.TestKit;
using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;

namespace Regional.Load.Bench;

/// <summary>
/// A study as a viewer opens it: the series' instances, then every frame over six connections. A 300-slice CT from the edge of the site, the disk's
/// cache emptied of its packs; and a ward's retrieval of a 60-slice study from the centre (S2-1).
/// </summary>
public static class ViewBench
{
    private const int Connections = 6;

    public static async Task<IReadOnlyList<BenchRow>> RunAsync(BenchOptions options, BenchRegion region)
    {
        var ct = await SendAsync(region, seed: 777, images: options.Short ? 60 : 300);
        var ward = await SendAsync(region, seed: 778, images: 60);
        await region.DrainedAsync();
        await ForgetAsync(region.PackFiles);
        var (first, all, frames) = await OpenAsync(new Uri(region.Edge.Status, "/"), ct, token: null);
        using var reader = await PortalClient.SignInAsync(region.Map.Portal, "admin", options.Password);
        var retrieval = await OpenAsync(region.Map.Portal, ward, reader.Token);
        return
        [
            new BenchRow($"CT of {frames} slices from the local edge, cold: first image", Text(first), "", "", null, "≤ 0.5 s"),
            new BenchRow($"CT of {frames} slices from the local edge, cold: all", Text(all), "", "", null, "≤ 3 s for 300"),
            new BenchRow($"a ward's retrieval, {retrieval.Frames} slices from the centre, all", Text(retrieval.All), "", "", null, "≤ 3 s"),
        ];
    }

    private static string Text(TimeSpan took) => string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds:0.00} s");

    private static async Task<string> SendAsync(BenchRegion region, int seed, int images)
    {
        var study = new PhantomStudy(new StudyRecipe { Seed = seed, Images = images, PatientId = "V" + seed.ToString(CultureInfo.InvariantCulture) });
        var outcomes = await new FakeModality(region.Edge.Host, region.Edge.Port, region.Edge.AeTitle, study.Recipe.StationAe)
            .SendAsync(study.Images().Select(image => image.File), CancellationToken.None);
        return outcomes.All(outcome => outcome.Stored) ? study.StudyInstanceUid : throw new UsageException("The edge refused an image of the viewing measurement.");
    }

    /// <summary>Takes the packs out of the system's cache, where dd can; the files stay as they are.</summary>
    private static async Task ForgetAsync(IEnumerable<string> packs)
    {
        if (ExternalTool.Find("dd") is not { } dd) return;
        foreach (var pack in packs) await ExternalTool.RunAsync(dd, ["if=" + pack, "iflag=nocache", "count=0", "status=none"]);
    }

    private static async Task<(TimeSpan First, TimeSpan All, int Frames)> OpenAsync(Uri server, string study, string? token)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Connections }) { BaseAddress = server };
        if (token is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var started = Stopwatch.GetTimestamp();
        using var asked = new HttpRequestMessage(HttpMethod.Get, $"/dicom-web/studies/{study}/metadata") { Headers = { Accept = { new("application/dicom+json") } } };
        using var answer = await http.SendAsync(asked);
        answer.EnsureSuccessStatusCode();
        var instances = await answer.Content.ReadFromJsonAsync<JsonElement>();
        string[] paths = [.. instances.EnumerateArray().Select(i => $"/dicom-web/studies/{study}/series/{Uid(i, "0020000E")}/instances/{Uid(i, "00080018")}/frames/1")];
        await FrameAsync(http, paths[0]);
        var first = Stopwatch.GetElapsedTime(started);
        await Parallel.ForEachAsync(paths[1..], new ParallelOptions { MaxDegreeOfParallelism = Connections }, async (path, _) => await FrameAsync(http, path));
        return (first, Stopwatch.GetElapsedTime(started), paths.Length);

        static string Uid(JsonElement instance, string tag) => instance.GetProperty(tag).GetProperty("Value")[0].GetString()!;
    }

    private static async Task FrameAsync(HttpClient http, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", "multipart/related; type=\"application/octet-stream\"; transfer-syntax=*");
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        await response.Content.CopyToAsync(Stream.Null);
    }
}
