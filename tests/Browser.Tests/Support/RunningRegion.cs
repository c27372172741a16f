using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Regional.TestKit;
using Regional.TestKit.Modality;

namespace Regional.Browser.Tests.Support;

/// <summary>All tests share one region and run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class RegionCollection : ICollectionFixture<RunningRegion>
{
    public const string Name = "region";
}

/// <summary>A whole region: the centre and three edges as processes of their own on free ports and an empty data folder, and a browser.</summary>
public sealed partial class RunningRegion : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    private readonly TempFolder folder = new("regional-browser-");
    private readonly Dictionary<string, ToolProcess> processes = [];
    private readonly Dictionary<string, int> dicomPorts = [];
    private readonly HttpClient probe = new() { Timeout = TimeSpan.FromSeconds(3) };
    private readonly string root = RootFolder();
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>Why nothing can be run here, or null.</summary>
    public string? Missing { get; private set; }

    public Uri Portal { get; private set; } = new("http://127.0.0.1");

    public IBrowser Browser => browser ?? throw new InvalidOperationException("No browser was started.");

    private string Cluster => folder.File("cluster.yaml");

    private string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public async Task InitializeAsync()
    {
        var chromium = ExternalTool.Find("chromium");
        var pages = Path.Combine(root, "Portal", "Web", "dist");
        Missing = (chromium, Dcmtk.Installed, File.Exists(Path.Combine(pages, "index.html"))) switch
        {
            (null, _, _) => "Chromium is not installed (Debian: chromium).",
            (_, false, _) => "DCMTK is not installed (Debian: dcmtk).",
            (_, _, false) => "The pages are not built (npm ci && npm run build in Portal/Web).",
            _ => null,
        };
        if (Missing is not null) return;
        Configure(pages);
        await StartAsync("centre");
        await Task.WhenAll(dicomPorts.Keys.Select(StartAsync));
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = chromium,
            Headless = true,
            Args =
            [
                "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream",
            ],
        });
    }

    /// <summary>Skips on a laptop that lacks a tool, fails on CI.</summary>
    public void Need()
    {
        if (Missing is not null && ExternalTool.Required) throw new InvalidOperationException(Missing);
        Skip.If(Missing is not null, Missing);
    }

    public (string AeTitle, int Port) Edge(string site) =>
        (site switch { "township-a" => "TOWNSHIPA", "township-b" => "TOWNSHIPB", _ => "EXPERT" }, dicomPorts[site]);

    /// <summary>Starts <c>centre</c> or the edge of a site, and waits until it serves.</summary>
    public async Task StartAsync(string name)
    {
        string[] arguments = name == "centre"
            ? [Binary("Silo"), "run", "--cluster", Cluster]
            : [Binary("Edge"), "run", "--cluster", Cluster, "--site", name];
        var process = ToolProcess.Start("dotnet", arguments, root);
        processes[name] = process;
        if (name == "centre") await ReadyAsync(process);
        else await process.WhenListeningAsync(dicomPorts[name], StartLimit);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync(string name)
    {
        if (processes.Remove(name, out var process)) await process.DisposeAsync();
    }

    /// <summary>A picture kept as an artefact of the run.</summary>
    public string Artefact(string name) => Path.Combine(Directory.CreateDirectory(Path.Combine(root, "artifacts", "browser")).FullName, name + ".png");

    public string Scratch(string name) => folder.Folder(name);

    public async Task DisposeAsync()
    {
        if (browser is not null) await browser.CloseAsync();
        playwright?.Dispose();
        foreach (var process in processes.Values) await process.DisposeAsync();
        probe.Dispose();
        folder.Dispose();
    }

    /// <summary>The demo's cluster.yaml with free ports and a data folder of its own.</summary>
    private void Configure(string pages)
    {
        var text = File.ReadAllText(Path.Combine(root, "cluster.yaml"));
        var ports = LoopbackPort.Free(48);
        var next = 0;
        text = Address().Replace(text, match => $"{match.Groups[1].Value}127.0.0.1:{ports[next++].ToString(CultureInfo.InvariantCulture)}");
        text = SiloPort().Replace(text, match => $"{match.Groups[1].Value}{ports[next++].ToString(CultureInfo.InvariantCulture)}");
        text = text.Replace("\ndata: data", "\ndata: " + folder.File("data"), StringComparison.Ordinal)
            .Replace("load/Demo/reference.yaml", Path.Combine(root, "load", "Demo", "reference.yaml"), StringComparison.Ordinal);
        File.WriteAllText(Cluster, text);
        Directory.CreateSymbolicLink(Path.Combine(folder.Folder("Portal", "Web"), "dist"), pages);

        Portal = new Uri(CentreAddress().Match(text).Groups[1].Value);
        string? site = null;
        foreach (var line in text.Split('\n'))
        {
            if (SiteLine().Match(line) is { Success: true } found) site = found.Groups[1].Value;
            if (DicomLine().Match(line) is { Success: true } dicom && site is not null) dicomPorts[site] = int.Parse(dicom.Groups[1].Value, CultureInfo.InvariantCulture);
        }
    }

    private async Task ReadyAsync(ToolProcess process)
    {
        await process.WhenListeningAsync(Portal.Port, StartLimit);
        using var patience = new CancellationTokenSource(StartLimit);
        while (true)
        {
            if (process.HasExited) throw new InvalidOperationException("The centre ended: " + string.Join('\n', process.Output.Items));
            try
            {
                using var answer = await probe.GetAsync(new Uri(Portal, "/health/ready"), patience.Token);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !patience.IsCancellationRequested)
            {
                // Not serving yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
        }
    }

    private string Binary(string project) => Path.Combine(root, project, "bin", Configuration, "net10.0", $"Regional.{project}.dll");

    private static string RootFolder()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Regional.sln"))) at = at.Parent;
        return at?.FullName ?? throw new InvalidOperationException("Not inside the repository.");
    }

    [GeneratedRegex(@"(https?://)?127\.0\.0\.1:\d+")]
    private static partial Regex Address();

    [GeneratedRegex(@"((?:silo|gateway)-port: )\d+")]
    private static partial Regex SiloPort();

    [GeneratedRegex(@"^  http: (\S+)", RegexOptions.Multiline)]
    private static partial Regex CentreAddress();

    [GeneratedRegex(@"^  - code: (\S+)")]
    private static partial Regex SiteLine();

    [GeneratedRegex(@"^      dicom: 127\.0\.0\.1:(\d+)")]
    private static partial Regex DicomLine();
}
