using System.Diagnostics;
using System.Globalization;

namespace Regional.System.Tests.Support;

/// <summary>
/// How much of the machine others take while something is measured: a bound in time holds for a machine that is there for it. Linux tells it
/// (<c>/proc/stat</c>, with what a hypervisor steals); elsewhere the machine is taken for quiet.
/// </summary>
internal sealed class Bystanders
{
    /// <summary>Above this share of all processors a measurement says nothing about the product.</summary>
    private const double Loud = 0.15;

    // USER_HZ, the unit of /proc/stat: 100 on every Linux that .NET runs on.
    private const double Tick = 0.01;

    private readonly IReadOnlyCollection<int> _ours;
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly double _busy = Busy();
    private readonly double _own;

    /// <param name="ours">Processes that are part of what is measured, besides this one.</param>
    public Bystanders(IReadOnlyCollection<int> ours) => (_ours, _own) = (ours, Own(ours));

    /// <summary>Share of all processors, 0 to 1, that others have had since this was made.</summary>
    public double Share => OperatingSystem.IsLinux()
        ? Math.Max(0, Busy() - _busy - (Own(_ours) - _own)) / (Stopwatch.GetElapsedTime(_began).TotalSeconds * Environment.ProcessorCount)
        : 0;

    public bool AreLoud => Share > Loud;

    private static double Busy()
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        // cpu user nice system idle iowait irq softirq steal …
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new[] { 1, 2, 3, 6, 7, 8 }.Sum(i => long.Parse(fields[i], CultureInfo.InvariantCulture)) * Tick;
    }

    private static double Own(IEnumerable<int> processes) => processes.Append(Environment.ProcessId).Sum(id =>
    {
        using var process = Process.GetProcessById(id);
        return process.TotalProcessorTime.TotalSeconds;
    });
}
