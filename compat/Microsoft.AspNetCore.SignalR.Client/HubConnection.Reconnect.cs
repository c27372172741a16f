using Microsoft.AspNetCore.SignalR.Client.Internal;
using Microsoft.Extensions.Logging;

namespace Microsoft.AspNetCore.SignalR.Client;

/// <content>What follows when a connection is lost.</content>
public partial class HubConnection
{
    /// <summary>Watches a session to its end and, as long as the policy allows, puts a new one in its place.</summary>
    private async Task KeepAsync(HubSession current)
    {
        while (true)
        {
            var end = await current.Completion;
            var mayReconnect = reconnectPolicy is not null && end.MayReconnect && !stopped.IsCancellationRequested;
            await changing.WaitAsync();
            session = null;
            state = mayReconnect ? HubConnectionState.Reconnecting : HubConnectionState.Disconnected;
            changing.Release();
            if (!mayReconnect)
            {
                Raise(Closed, end.Reason);
                return;
            }

            Raise(Reconnecting, end.Reason);
            var (next, reason) = await ReconnectAsync(end.Reason);
            if (next is null)
            {
                Raise(Closed, reason);
                return;
            }

            Raise(Reconnected, next.ConnectionId);
            current = next;
        }
    }

    private async Task<(HubSession? Session, Exception? Reason)> ReconnectAsync(Exception? lost)
    {
        var since = clock.GetTimestamp();
        var reason = lost;
        for (var attempts = 0; ; attempts++)
        {
            TimeSpan? delay;
            try
            {
                delay = reconnectPolicy!.NextRetryDelay(
                    new RetryContext { PreviousRetryCount = attempts, ElapsedTime = clock.GetElapsedTime(since), RetryReason = reason });
            }
            catch (Exception failure)
            {
                logger.LogError(failure, "The retry policy failed.");
                delay = null;
            }

            if (delay is not { } wait)
            {
                state = HubConnectionState.Disconnected;
                return (null, new OperationCanceledException(
                    $"Reconnect retries have been exhausted after {attempts} failed attempts and {clock.GetElapsedTime(since)} elapsed."));
            }

            try
            {
                await Task.Delay(wait, clock, stopped.Token);
                await changing.WaitAsync(stopped.Token);
                try
                {
                    var opened = await OpenAsync(stopped.Token);
                    state = HubConnectionState.Connected;
                    return (opened, null);
                }
                finally
                {
                    changing.Release();
                }
            }
            catch (OperationCanceledException) when (stopped.IsCancellationRequested)
            {
                state = HubConnectionState.Disconnected;
                return (null, new OperationCanceledException("Connection stopped during reconnect. Done reconnecting."));
            }
            catch (Exception failure)
            {
                logger.LogDebug(failure, "An attempt to reconnect failed.");
                reason = failure;
            }
        }
    }
}
