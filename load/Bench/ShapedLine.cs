using Regional.Load.Region;
using Regional.TestKit;

namespace Regional.Load.Bench;

/// <summary>
/// The loopback of this process's own network namespace as a line of 200 Mbit/s, 10 ms each way (design §8, proof.md): everything between the
/// processes in it goes over that line, iperf3 like the product. Where the kernel has no netem the line has its width and no delay, and says so.
/// Disposing takes the shape away.
/// </summary>
public sealed class ShapedLine : IAsyncDisposable
{
    private ShapedLine(string name) => Name = name;

    /// <summary>What the line is like, for the result.</summary>
    public string Name { get; }

    public static async Task<ShapedLine> OpenAsync()
    {
        // Frames of an Ethernet, and a queue that holds more than the line does.
        Require(await RunAsync("ip", "link", "set", "lo", "mtu", "1500"));
        if ((await RunAsync("tc", "qdisc", "add", "dev", "lo", "root", "netem", "rate", "200mbit", "delay", "10ms", "limit", "20000")).ExitCode == 0)
            return new ShapedLine("200 Mbit/s, 20 ms");
        Require(await RunAsync("tc", "qdisc", "add", "dev", "lo", "root", "tbf", "rate", "200mbit", "burst", "256k", "latency", "100ms"));
        return new ShapedLine("200 Mbit/s, no delay (the kernel has no netem)");
    }

    public async ValueTask DisposeAsync() => Require(await RunAsync("tc", "qdisc", "del", "dev", "lo", "root"));

    private static Task<ToolResult> RunAsync(string tool, params string[] arguments) =>
        ExternalTool.RunAsync(ExternalTool.Find(tool) ?? throw new UsageException($"{tool} (Debian: iproute2) is needed for the shaped line."), arguments);

    private static void Require(ToolResult result)
    {
        if (result.ExitCode != 0) throw new UsageException("The line could not be shaped: " + result.Output);
    }
}
