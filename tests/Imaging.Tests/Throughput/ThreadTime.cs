using System.Runtime.InteropServices;

namespace Regional.Imaging.Tests.Throughput;

/// <summary>Processor time of the calling thread (clock_gettime), on Linux.</summary>
internal static partial class ThreadTime
{
    private const int ThreadClock = 3;

    public static bool IsKnown => OperatingSystem.IsLinux();

    public static double Seconds => IsKnown && Read(ThreadClock, out var time) == 0 ? time.Whole + time.Nanoseconds / 1e9 : 0;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int Read(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Whole;
        public long Nanoseconds;
    }
}
