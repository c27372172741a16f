using System.Diagnostics;

namespace Regional.TestKit;

/// <summary>What a finished tool left behind.</summary>
/// <param name="ExitCode">As the system reported it.</param>
/// <param name="Output">Standard output and standard error, in the order in which they came.</param>
public sealed record ToolResult(int ExitCode, string Output);

/// <summary>Programs of others that tests speak with. Missing: skip with the reason on a laptop, fail on CI.</summary>
public static class ExternalTool
{
    /// <summary>True on CI, where nothing may be skipped.</summary>
    public static bool Required => string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Full path of a program on PATH, or null.</summary>
    public static string? Find(string name)
    {
        string[] endings = OperatingSystem.IsWindows() ? [".exe", ".cmd", ""] : [""];
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        {
            foreach (var ending in endings)
            {
                var path = Path.Combine(folder, name + ending);
                if (folder.Length > 0 && File.Exists(path)) return path;
            }
        }

        return null;
    }

    /// <summary>
    /// Runs a program to its end. TCP_NODELAY is set: without it DCMTK waits 40 ms an image. On time-out or cancellation the process
    /// is killed with its children.
    /// </summary>
    /// <exception cref="TimeoutException">It ran longer than <paramref name="limit"/> (2 minutes when left out).</exception>
    public static async Task<ToolResult> RunAsync(
        string path, IEnumerable<string> arguments, TimeSpan? limit = null, string? workingFolder = null, CancellationToken cancellation = default)
    {
        using var process = new Process { StartInfo = Describe(path, arguments, workingFolder) };
        var output = new List<string>();
        void Keep(object sender, DataReceivedEventArgs line)
        {
            lock (output)
            {
                if (line.Data is not null) output.Add(line.Data);
            }
        }

        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var patience = limit ?? TimeSpan.FromMinutes(2);
        try
        {
            await process.WaitForExitAsync(cancellation).WaitAsync(patience, cancellation);
        }
        catch (Exception failure) when (failure is TimeoutException or OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            if (failure is OperationCanceledException) throw;
            throw new TimeoutException($"{Path.GetFileName(path)} ran longer than {patience.TotalSeconds:0} s:{Environment.NewLine}{Text(output)}");
        }

        return new ToolResult(process.ExitCode, Text(output));
    }

    internal static ProcessStartInfo Describe(string path, IEnumerable<string> arguments, string? workingFolder)
    {
        var start = new ProcessStartInfo(path)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = workingFolder ?? "",
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["TCP_NODELAY"] = "1";
        return start;
    }

    private static string Text(List<string> output)
    {
        lock (output) return string.Join('\n', output);
    }
}
