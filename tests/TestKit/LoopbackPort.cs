using System.Net;
using System.Net.Sockets;

namespace Regional.TestKit;

/// <summary>
/// Ports for processes that cannot bind port 0 and tell (DCMTK's storescp, our own executables with a configuration file).
/// In-process servers bind port 0 themselves.
/// </summary>
public static class LoopbackPort
{
    /// <summary>A TCP port on 127.0.0.1 that was free a moment ago.</summary>
    public static int Free() => Free(1)[0];

    /// <summary>Several different free ports; all are held until all are known.</summary>
    public static IReadOnlyList<int> Free(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        try
        {
            foreach (var listener in listeners) listener.Start();
            return [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var listener in listeners) listener.Dispose();
        }
    }
}
