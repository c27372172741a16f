using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR.Client;
using Regional.Load.Portal;

namespace Regional.Load.Scenarios;

/// <summary>
/// A reader's screen: told by the queue hub that something changed, it fetches the list, and tells who waits for a study that it is there.
/// Without a message it looks once a second, as the page does after a gap.
/// </summary>
public sealed class ListWatcher : IAsyncDisposable
{
    private readonly PortalClient reader;
    private readonly HubConnection hub;
    private readonly ConcurrentDictionary<string, (int Images, TaskCompletionSource Listed)> waiting = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim changed = new(0);
    private readonly CancellationTokenSource stop = new();
    private Task watching = Task.CompletedTask;

    private ListWatcher(PortalClient reader, HubConnection hub)
    {
        this.reader = reader;
        this.hub = hub;
    }

    public static async Task<ListWatcher> StartAsync(Uri portal, PortalClient reader, CancellationToken cancellation = default)
    {
        var hub = new HubConnectionBuilder()
            .WithUrl(new Uri(portal, "/hubs/queue"), options => options.AccessTokenProvider = () => Task.FromResult<string?>(reader.Token))
            .WithAutomaticReconnect()
            .Build();
        var watcher = new ListWatcher(reader, hub);
        hub.On<object>("Changed", _ => watcher.Wake());
        await hub.StartAsync(cancellation);
        watcher.watching = watcher.WatchAsync();
        return watcher;
    }

    /// <summary>Completes when a study with this UID is on the reader's list with all its images; must be called before it is sent.</summary>
    public Task WhenListedAsync(string studyInstanceUid, int images) =>
        waiting.GetOrAdd(studyInstanceUid, _ => (images, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))).Listed.Task;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching;
        await hub.DisposeAsync();
        stop.Dispose();
        changed.Dispose();
    }

    private void Wake()
    {
        // One pending look is enough, however many messages came.
        if (changed.CurrentCount == 0) changed.Release();
    }

    private async Task WatchAsync()
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await changed.WaitAsync(TimeSpan.FromSeconds(1), stop.Token);
                if (waiting.IsEmpty) continue;
                try
                {
                    foreach (var line in await reader.StudiesAsync("reading", cancellation: stop.Token))
                    {
                        foreach (var uid in line.StudyInstanceUids)
                        {
                            if (!waiting.TryGetValue(uid, out var wanted) || line.ImagesAtCentre < wanted.Images) continue;
                            waiting.TryRemove(uid, out _);
                            wanted.Listed.TrySetResult();
                        }
                    }
                }
                catch (Exception failure) when (failure is PortalRefusedException or HttpRequestException)
                {
                    // The list could not be read this time; whoever waits has a time limit of his own.
                    await Console.Error.WriteLineAsync("The reading list could not be read: " + failure.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The run is over.
        }
    }
}
