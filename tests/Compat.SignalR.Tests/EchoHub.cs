using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace Regional.Compat.SignalR.Tests;

public sealed record Notice(string Room, int Version, DateTimeOffset At);

/// <summary>The server's side of every test here; a real hub on a real Kestrel.</summary>
public class EchoHub(HubServer.Signals signals) : Hub
{
    public string Echo(string text) => text;

    public Notice Next(Notice notice) => notice with { Version = notice.Version + 1 };

    public void Note(string text) => signals.Noted.Add(text);

    public string Fail() => throw new HubException("谢绝");

    public string FailQuietly() => throw new InvalidOperationException("secret");

    public Task Join(string room) => Groups.AddToGroupAsync(Context.ConnectionId, room);

    public Task Tell(string room, Notice notice) => Clients.Group(room).SendAsync("Changed", room, notice);

    public Task Burst(int count) => BurstAsync(count);

    public Task<int> AskBack(int value) => Clients.Client(Context.ConnectionId).InvokeAsync<int>("Double", value, Context.ConnectionAborted);

    /// <summary>Cuts the line under the connection, without a word.</summary>
    public void Drop() => Context.GetHttpContext()!.Abort();

    /// <summary>Ends the connection with a close message that forbids to reconnect.</summary>
    public void Dismiss() => Context.Abort();

    public async Task Hang()
    {
        signals.Hanging.Add(Context.ConnectionId);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, Context.ConnectionAborted);
    }

    public async IAsyncEnumerable<int> Count(int to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var i = 1; i <= to; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return i;
            await Task.Yield();
        }
    }

    public async IAsyncEnumerable<int> Endless([EnumeratorCancellation] CancellationToken cancellation)
    {
        try
        {
            yield return 1;
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        }
        finally
        {
            signals.StreamsEnded.Add(cancellation.IsCancellationRequested);
        }
    }

    public string? WhoAmI() => Context.User?.Identity?.Name;

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        signals.Left.Add((Context.ConnectionId, exception));
        return base.OnDisconnectedAsync(exception);
    }

    private async Task BurstAsync(int count)
    {
        for (var i = 0; i < count; i++) await Clients.Caller.SendAsync("Numbered", i);
    }
}

[Authorize]
public sealed class GuardedHub(HubServer.Signals signals) : EchoHub(signals);
