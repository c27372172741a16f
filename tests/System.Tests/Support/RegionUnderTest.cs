using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Regional.TestKit;
using Regional.TestKit.Modality;

namespace Regional.System.Tests.Support;

/// <summary>
/// A region of real processes, as <c>./regional up</c> starts it: the demo's cluster.yaml with free ports and a folder of its own. Every process
/// can be killed (-9) and started again on its data.
/// </summary>
internal sealed partial class RegionUnderTest : IAsyncDisposable
{
    public static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);

    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, ToolProcess> _processes = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(5), ConnectTimeout = TimeSpan.FromSeconds(2) });

    /// <param name="linkThrough">Given the real port of the centre's link, the port where edges dial: a line that a test can cut.</param>
    public RegionUnderTest(Func<int, int>? linkThrough = null)
    {
        var text = File.ReadAllText(Product.ClusterFile);
        var ports = new Queue<int>(LoopbackPort.Free(40));
        Dictionary<string, int> given = [];
        int Port(string old) => given.TryGetValue(old, out var port) ? port : given[old] = ports.Dequeue();
        text = Address().Replace(text, match => match.Groups[1].Value + Port(match.Groups[2].Value).ToString(CultureInfo.InvariantCulture));
        text = SiloPort().Replace(text, match => match.Groups[1].Value + ports.Dequeue().ToString(CultureInfo.InvariantCulture));
        text = Reserve().Replace(text, "disk-reserve: 64MiB");
        text = Reference().Replace(text, match => match.Groups[1].Value + Product.Resolve(match.Groups[2].Value));
        CentrePort = Port("8080");
        LinkPort = Port("8081");
        CentreFile = _folder.File("cluster.yaml");
        File.WriteAllText(CentreFile, text);
        EdgeFile = CentreFile;
        if (linkThrough is not null)
        {
            EdgeFile = _folder.File("cluster.edges.yaml");
            File.WriteAllText(EdgeFile, text.Replace($"link: http://127.0.0.1:{LinkPort}", $"link: http://127.0.0.1:{linkThrough(LinkPort)}", StringComparison.Ordinal));
        }

        TownshipA = new SiteUnderTest("township-a", "TOWNSHIPA", Port("11112"), Port("8091"), _http, () => Log("township-a"));
        TownshipB = new SiteUnderTest("township-b", "TOWNSHIPB", Port("11113"), Port("8092"), _http, () => Log("township-b"));
    }

    public SiteUnderTest TownshipA { get; }

    public SiteUnderTest TownshipB { get; }

    public int CentrePort { get; }

    public int LinkPort { get; }

    public string Folder => _folder;

    private string CentreFile { get; }

    private string EdgeFile { get; }

    public static async Task<RegionUnderTest> StartAsync(Func<int, int>? linkThrough = null)
    {
        var region = new RegionUnderTest(linkThrough);
        await Task.WhenAll(region.StartCentreAsync(), region.StartEdgeAsync(region.TownshipA));
        return region;
    }

    /// <summary>Starts the centre on its data; ends when it is ready.</summary>
    public Task StartCentreAsync() => StartAsync("centre", Product.Centre, ["run", "--cluster", CentreFile], new Uri($"http://127.0.0.1:{CentrePort}/health/ready"));

    public Task StartEdgeAsync(SiteUnderTest site) =>
        StartAsync(site.Code, Product.Edge, ["run", "--cluster", EdgeFile, "--site", site.Code], new Uri(site.Http, "/health/ready"));

    /// <summary>kill -9.</summary>
    public Task KillCentreAsync() => KillAsync("centre");

    /// <summary>kill -9.</summary>
    public Task KillEdgeAsync(SiteUnderTest site) => KillAsync(site.Code);

    /// <summary>Re-hashes the packs and compares them with index and projections; the centre must not be running. The text ends with what was looked at.</summary>
    public Task<ToolResult> VerifyAsync() => ExternalTool.RunAsync(Dotnet(), [Product.Centre, "verify", "--cluster", CentreFile]);

    public Task<PortalUnderTest> SignInAsync(string user = "senior") => PortalUnderTest.SignInAsync(new Uri($"http://127.0.0.1:{CentrePort}"), user);

    /// <summary>Watches who else uses the machine from now on.</summary>
    public Bystanders WatchOthers()
    {
        lock (_processes)
            return new Bystanders([.. _processes.Values.Where(process => !process.HasExited).Select(process => process.Id)]);
    }

    /// <summary>What the processes said, for a failure's message.</summary>
    public string Log(string process)
    {
        lock (_processes)
            return _processes.TryGetValue(process, out var known) ? string.Join('\n', known.Output.Items.TakeLast(60)) : "(not started)";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.Values)
            await process.DisposeAsync();
        _http.Dispose();
        _folder.Dispose();
    }

    private async Task StartAsync(string name, string executable, string[] arguments, Uri ready)
    {
        var process = ToolProcess.Start(Dotnet(), [executable, .. arguments], _folder);
        ToolProcess? before;
        lock (_processes)
        {
            _processes.Remove(name, out before);
            _processes[name] = process;
        }

        if (before is not null)
            await before.DisposeAsync();
        using var patience = new CancellationTokenSource(StartPatience);
        while (true)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"{name} ended: {Log(name)}");
            try
            {
                if ((await _http.GetAsync(ready, patience.Token)).IsSuccessStatusCode)
                    return;
            }
            catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
            {
                if (patience.IsCancellationRequested)
                    throw new TimeoutException($"{name} was not ready in {StartPatience.TotalSeconds} s: {Log(name)}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, CancellationToken.None);
        }
    }

    private async Task KillAsync(string name)
    {
        ToolProcess process;
        lock (_processes)
            process = _processes[name];
        await process.KillAsync();
    }

    private static string Dotnet() => ExternalTool.Find("dotnet") ?? throw new InvalidOperationException("dotnet is not on the PATH.");

    [GeneratedRegex(@"(127\.0\.0\.1:)(\d+)")]
    private static partial Regex Address();

    [GeneratedRegex(@"((?:silo|gateway)-port: )\d+")]
    private static partial Regex SiloPort();

    [GeneratedRegex("disk-reserve: 2GiB")]
    private static partial Regex Reserve();

    [GeneratedRegex(@"(  - )(load/\S+\.yaml)")]
    private static partial Regex Reference();
}

/// <summary>One hospital's edge as its neighbours see it.</summary>
internal sealed record SiteUnderTest(string Code, string Ae, int DicomPort, int HttpPort, HttpClient Client, Func<string> Log)
{
    public Uri Http => new($"http://127.0.0.1:{HttpPort}");

    public FakeModality Modality => new("127.0.0.1", DicomPort, Ae);

    public async Task<JsonElement> StatusAsync() => await Client.GetFromJsonAsync<JsonElement>(new Uri(Http, "/status"));

    /// <summary>Ends when nothing waits for the centre any more.</summary>
    public Task WhenDrainedAsync(long received, TimeSpan? patience = null) => WhenAsync(
        status => status.GetProperty("queuedInstances").GetInt64() == 0 && status.GetProperty("receivedInstances").GetInt64() >= received, patience);

    public async Task WhenAsync(Func<JsonElement, bool> holds, TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? TimeSpan.FromSeconds(90));
        var last = "";
        while (!limit.IsCancellationRequested)
        {
            try
            {
                var status = await StatusAsync();
                if (holds(status))
                    return;
                last = status.ToString();
            }
            catch (HttpRequestException away)
            {
                // The edge is being started again.
                last = away.Message;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, CancellationToken.None);
        }

        throw new TimeoutException($"{Code} stayed at {last}\n{Log()}");
    }
}
