using System.Diagnostics;
using System.Globalization;

namespace Regional.Load.Bench;

/// <summary>What a process has used so far.</summary>
/// <param name="Processor">Seconds of all its threads, in user and kernel mode.</param>
/// <param name="Peak">Largest resident memory so far, bytes.</param>
public readonly record struct ProcessCost(double Processor, long Peak)
{
    public static ProcessCost Of(int id)
    {
        using var process = Process.GetProcessById(id);
        return new ProcessCost(process.TotalProcessorTime.TotalSeconds, process.PeakWorkingSet64);
    }

    public string Memory => string.Create(CultureInfo.InvariantCulture, $"{Peak / 1048576.0:0} MiB");
}
