using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;
using Regional.Portal.Accounts;
using Regional.Portal.Hosting;

namespace Regional.Portal.Hubs;

/// <summary>
/// The open hub connections of this process by their session. A connection asks for its session once, when it opens: one that is closed since
/// (signed out, disabled, a new password) is found here, at every round of <see cref="Presence"/>, and its connections end (R10.2.3-2b).
/// </summary>
public sealed partial class HubSessions(ISessionStore sessions, PortalOptions options, TimeProvider time, ILogger<HubSessions> log)
{
    private readonly ConcurrentDictionary<string, HubCallerContext> open = new();

    public void Entered(HubCallerContext connection) => open[connection.ConnectionId] = connection;

    public void Left(HubCallerContext connection) => open.TryRemove(connection.ConnectionId, out _);

    /// <summary>Ends the connections whose session is over. Where the store does not answer they stay until the next round.</summary>
    public async Task EndOrphans(CancellationToken cancellation)
    {
        try
        {
            foreach (var session in open.Values.GroupBy(connection => connection.User?.FindFirstValue(Caller.TokenClaim) ?? ""))
            {
                if (await IsOpen(session.Key, cancellation))
                    continue;
                foreach (var connection in session)
                    connection.Abort();
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException && !cancellation.IsCancellationRequested)
        {
            NotAsked(failure);
        }
    }

    private async Task<bool> IsOpen(string tokenHash, CancellationToken cancellation) =>
        await sessions.Find(tokenHash, cancellation) is var (session, account)
        && session.ExpiresAt > time.GetUtcNow() && account.MaySignIn(options.Cluster.Options.IsDemo);

    [LoggerMessage(EventId = 2206, Level = LogLevel.Warning, Message = "The sessions of open connections could not be asked for; it is tried again in the next round")]
    private partial void NotAsked(Exception failure);
}
