using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Regional.TestKit.Lines;

/// <summary>
/// A TCP line between two programs that a test can cut: after a number of bytes, or now. A cut is a reset on both sides, in the middle of
/// whatever was being said. While it is down, new connections are reset at once.
/// </summary>
public sealed class CuttableLine : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly int target;
    private readonly Func<int, long?> cutAfter;
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<int, (Socket Near, Socket Far)> open = new();
    private readonly Task accepting;
    private long carried;
    private int connections;
    private int cuts;
    private volatile bool down;

    /// <param name="target">Port on 127.0.0.1 that is spoken to.</param>
    /// <param name="cutAfter">For the n-th connection, counted from 0: bytes of both directions after which it is cut; null for never.</param>
    public CuttableLine(int target, Func<int, long?>? cutAfter = null)
    {
        this.target = target;
        this.cutAfter = cutAfter ?? (_ => null);
        listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Connections made so far.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>Connections cut so far.</summary>
    public int Cuts => Volatile.Read(ref cuts);

    /// <summary>Bytes carried so far, both directions.</summary>
    public long Carried => Interlocked.Read(ref carried);

    /// <summary>Cuts everything and lets nothing through until <see cref="Restore"/>.</summary>
    public void Break()
    {
        down = true;
        Cut();
    }

    public void Restore() => down = false;

    /// <summary>Cuts every connection that is open now.</summary>
    public void Cut()
    {
        foreach (var number in open.Keys) Cut(number);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        Cut();
        await accepting;
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptSocketAsync(stopping.Token);
                if (down)
                {
                    Reset(near);
                    continue;
                }

                _ = CarryAsync(near, Interlocked.Increment(ref connections) - 1);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task CarryAsync(Socket near, int number)
    {
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        open[number] = (near, far);
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, target, stopping.Token);
            var budget = new Budget(cutAfter(number));
            await Task.WhenAny(CopyAsync(near, far, number, budget), CopyAsync(far, near, number, budget));
        }
        catch (Exception end) when (end is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side is away: for the near one the line is cut.
        }
        finally
        {
            Cut(number, counts: false);
        }
    }

    private async Task CopyAsync(Socket from, Socket to, int number, Budget budget)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var read = await from.ReceiveAsync(buffer, SocketFlags.None, stopping.Token);
                if (read == 0) return;
                var allowed = budget.Take(read);
                Interlocked.Add(ref carried, allowed);
                for (var sent = 0; sent < allowed;) sent += await to.SendAsync(buffer.AsMemory(sent, allowed - sent), SocketFlags.None, stopping.Token);
                if (allowed == read) continue;
                Cut(number);
                return;
            }
        }
        catch (Exception end) when (end is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Cut, or one side has gone.
        }
    }

    private void Cut(int number, bool counts = true)
    {
        if (!open.TryRemove(number, out var pair)) return;
        if (counts) Interlocked.Increment(ref cuts);
        Reset(pair.Near);
        Reset(pair.Far);
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Not connected any more.
        }

        socket.Dispose();
    }

    private sealed class Budget(long? bytes)
    {
        private readonly Lock gate = new();
        private long left = bytes ?? long.MaxValue;

        public int Take(int wanted)
        {
            lock (gate)
            {
                var taken = (int)Math.Min(left, wanted);
                left -= taken;
                return taken;
            }
        }
    }
}
