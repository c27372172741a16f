using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Regional.TestKit;

/// <summary>A program that runs beside a test (a server of others, or one of our own executables) and ends with it.</summary>
public sealed class ToolProcess : IAsyncDisposable
{
    private readonly Process process;

    private ToolProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
    }

    /// <summary>Lines of standard output and error in order of arrival.</summary>
    public EventCollector<string> Output { get; } = new();

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public static ToolProcess Start(
        string path,
        IEnumerable<string> arguments,
        string? workingFolder = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = ExternalTool.Describe(path, arguments, workingFolder);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var tool = new ToolProcess(new Process { StartInfo = start });
        tool.process.Start();
        tool.process.BeginOutputReadLine();
        tool.process.BeginErrorReadLine();
        return tool;
    }

    /// <summary>Completes when the port accepts a connection.</summary>
    /// <exception cref="InvalidOperationException">The program ended first; the message holds its output.</exception>
    public async Task WhenListeningAsync(int port, TimeSpan? limit = null)
    {
        using var patience = new CancellationTokenSource(limit ?? TimeSpan.FromSeconds(60));
        while (true)
        {
            if (process.HasExited) throw new InvalidOperationException($"{process.StartInfo.FileName} ended: {string.Join('\n', Output.Items)}");
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, port, patience.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
            }
        }
    }

    /// <summary>kill -9, children included; returns when it is gone.</summary>
    public async Task KillAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null) Output.Add(line.Data);
    }
}
