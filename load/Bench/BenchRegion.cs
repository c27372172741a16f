using System.Diagnostics;
using System.Globalization;
using System.Net.Http;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Regional.Load.Region;
using Regional.TestKit;

namespace Regional.Load.Bench;

/// <summary>A region of its own: free ports, an empty data folder, real processes.</summary>
public sealed partial class BenchRegion : IAsyncDisposable
{
    private readonly BenchOptions options;
    private readonly FileInfo cluster;
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly List<ToolProcess> processes = [];
    private ToolProcess? edge;
    private ToolProcess? centre;

    private BenchRegion(BenchOptions options, FileInfo cluster)
    {
        this.options = options;
        this.cluster = cluster;
        Map = RegionMap.Load(cluster);
    }

    public RegionMap Map { get; }

    /// <summary>The edge that is measured: the first site's.</summary>
    public EdgeAddress Edge => Map.Edges[0];

    /// <summary>Empties the folder and writes the cluster file: every address becomes a free one on loopback, every path absolute.</summary>
    public static BenchRegion Prepare(BenchOptions options)
    {
        if (options.Out.Exists) options.Out.Delete(recursive: true);
        options.Out.Create();
        var ports = new Dictionary<string, string>(StringComparer.Ordinal);
        var text = Address().Replace(File.ReadAllText(options.Cluster.FullName), address =>
        {
            if (!ports.TryGetValue(address.Value, out var free)) ports[address.Value] = free = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{LoopbackPort.Free()}");
            return free;
        });
        text = Data().Replace(text, "data: " + Path.Combine(options.Out.FullName, "data"));
        text = Reference().Replace(text, file => $"{file.Groups[1].Value}{Path.GetFullPath(file.Groups[2].Value, options.Cluster.DirectoryName!)}");
        var written = new FileInfo(Path.Combine(options.Out.FullName, "cluster.yaml"));
        File.WriteAllText(written.FullName, text);
        return new BenchRegion(options, written);
    }

    /// <summary>What the edge has used so far.</summary>
    public ProcessCost EdgeCost => ProcessCost.Of(edge!.Id);

    /// <summary>What the centre has used so far.</summary>
    public ProcessCost CentreCost => ProcessCost.Of(centre!.Id);

    /// <summary>The packs of the edge and of the centre, as files.</summary>
    public IReadOnlyList<string> PackFiles => Directory.GetFiles(Path.Combine(options.Out.FullName, "data"), "*.pack", SearchOption.AllDirectories);

    /// <summary>How long it took until it was ready.</summary>
    public async Task<TimeSpan> StartEdgeAsync()
    {
        var started = Stopwatch.GetTimestamp();
        edge = Start(options.Edge, "--site", Edge.Code);
        await ReadyAsync(edge, Edge.Status);
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>How long it took until it was ready.</summary>
    public async Task<TimeSpan> StartCentreAsync()
    {
        var started = Stopwatch.GetTimestamp();
        centre = Start(options.Silo);
        await ReadyAsync(centre, Map.Portal);
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Ends when the centre has acknowledged everything, and the edge's own index has followed.</summary>
    public async Task DrainedAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, patience.Token);
        }
        while ((await QueueAsync()).Images > 0);
    }

    public Task PauseAsync() => SwitchAsync("/uploads/pause");

    public Task ResumeAsync() => SwitchAsync("/uploads/resume");

    /// <summary>The edge takes its switches only with this header, which no foreign page can send.</summary>
    private async Task SwitchAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Edge.Status, path)) { Headers = { { "X-Regional-Edge", "1" } } };
        (await http.SendAsync(request)).EnsureSuccessStatusCode();
    }

    /// <summary>Images and bytes that the centre has not acknowledged.</summary>
    public async Task<(long Images, long Bytes)> QueueAsync()
    {
        var status = await http.GetFromJsonAsync<JsonElement>(new Uri(Edge.Status, "/status"));
        return (status.GetProperty("queuedInstances").GetInt64(), status.GetProperty("queuedBytes").GetInt64());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes) await process.DisposeAsync();
        http.Dispose();
    }

    [GeneratedRegex(@"\d+\.\d+\.\d+\.\d+:\d+")]
    private static partial Regex Address();

    [GeneratedRegex(@"^data: .*$", RegexOptions.Multiline)]
    private static partial Regex Data();

    [GeneratedRegex(@"^(\s+- )(\S+\.yaml)$", RegexOptions.Multiline)]
    private static partial Regex Reference();

    private ToolProcess Start(FileInfo program, params string[] more)
    {
        var dotnet = ExternalTool.Find("dotnet") ?? throw new UsageException("dotnet is not on the PATH.");
        var process = ToolProcess.Start(dotnet, [program.FullName, "run", "--cluster", cluster.FullName, .. more]);
        processes.Add(process);
        return process;
    }

    private async Task ReadyAsync(ToolProcess process, Uri address)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(address, "/health/ready"), patience.Token);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            if (process.HasExited) throw new UsageException("A process did not start: " + string.Join(Environment.NewLine, process.Output.Items.TakeLast(5)));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
        }
    }
}
