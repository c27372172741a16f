using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Regional.Compat.Grpc.Tests.Server;

/// <summary>Node with the packages of js/, installed from the lock file when they are not there. Without Node: skipped, but not in CI.</summary>
public sealed class NodeFixture : IAsyncLifetime
{
    private static readonly string Folder =
        Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "JsFolder").Value!;

    // Once for all classes, which run side by side: the second must not find the packages of the first half unpacked.
    private static readonly Lazy<Task> Installed = new(InstallAsync);

    private string? _missing;

    public async Task InitializeAsync()
    {
        try
        {
            await Installed.Value;
            await RunAsync("node", "--version");
        }
        catch (Exception failure) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            _missing = $"Node.js 20 with npm and the packages of js/ are needed: {failure.Message}";
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Demand() => Skip.If(_missing is not null, _missing);

    /// <summary>Runs a scenario of client.mjs and returns the line it prints.</summary>
    public async Task<string> RunClientAsync(string address, string scenario)
    {
        Demand();
        return await RunAsync("node", "client.mjs", address, scenario);
    }

    public static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }

    /// <summary>npm writes the hidden lock file when all packages are there.</summary>
    private static async Task InstallAsync()
    {
        if (!File.Exists(Path.Combine(Folder, "node_modules", ".package-lock.json")))
            await RunAsync(RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "npm.cmd" : "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0
                ? output.Trim()
                : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}

/// <summary>server.mjs on a free port; ends when disposed.</summary>
public sealed class NodeServer : IAsyncDisposable
{
    private readonly Process _process;

    private NodeServer(Process process, string port)
    {
        _process = process;
        Address = $"http://127.0.0.1:{port}";
    }

    public string Address { get; }

    public static async Task<NodeServer> StartAsync(NodeFixture node, params string[] arguments)
    {
        node.Demand();
        var process = NodeFixture.Start("node", ["server.mjs", .. arguments]);
        var port = await process.StandardOutput.ReadLineAsync().WaitAsync(ProbeServer.Patience);
        return port is not null
            ? new NodeServer(process, port)
            : throw new InvalidOperationException($"server.mjs did not start: {await process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>The next line the server prints.</summary>
    public async Task<string?> NextLineAsync() => await _process.StandardOutput.ReadLineAsync().WaitAsync(ProbeServer.Patience);

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(ProbeServer.Patience);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
