using System.Runtime.InteropServices;

namespace Regional.Decoder;

/// <summary>What this process may still do once it reads strangers' bytes. Only Linux has these limits; elsewhere the parent's checks stand alone.</summary>
internal static partial class ProcessLimits
{
    private const ulong MaxMemory = 1536UL << 20;
    private const int FileSize = 1, Data = 2, Core = 4;

    public static void Tighten()
    {
        if (!OperatingSystem.IsLinux()) return;
        Set(FileSize, 0);
        Set(Core, 0);
        Set(Data, MaxMemory);
    }

    private static void Set(int resource, ulong value)
    {
        var limit = new Limit(value, value);
        // A host that forbids it has set its own, stricter ones.
        _ = SetLimit(resource, ref limit);
    }

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, ref Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Limit(ulong soft, ulong hard)
    {
        public readonly ulong Soft = soft;
        public readonly ulong Hard = hard;
    }
}
