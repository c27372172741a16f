using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Regional.Edge.Peers;

/// <summary>
/// Runs the open jobs, one at a time a peer, the oldest first. A peer that is away is tried again, less and less often; nothing is given up but by a
/// person.
/// </summary>
internal sealed class JobRunner(JobBook jobs, RemoteBook remotes, SendJob sending, ImportJob importing, TimeProvider time, ILogger<JobRunner> logger) : BackgroundService
{
    private static readonly TimeSpan[] Pauses =
        [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15)];

    private readonly ConcurrentDictionary<string, (string Job, Task Task, CancellationTokenSource Stop)> _running = new(StringComparer.Ordinal);

    /// <summary>Stops a job if it is under way, after the image or study that it is at.</summary>
    public void Stop(string job)
    {
        foreach (var running in _running.Values.Where(running => running.Job == job))
            running.Stop.Cancel();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var changed = jobs.Changed;
                var wait = StartDue(stoppingToken);
                using var awake = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                await Task.WhenAny(changed, Task.Delay(wait, time, awake.Token));
                await awake.CancelAsync();
                stoppingToken.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is under way goes on at the next start, from its last item.
            await Task.WhenAll(_running.Values.Select(running => running.Task));
        }
    }

    /// <summary>Starts what is due and free; how long until something else may be.</summary>
    private TimeSpan StartDue(CancellationToken stopping)
    {
        var (now, wait) = (time.GetUtcNow(), TimeSpan.FromMinutes(1));
        foreach (var job in jobs.Open())
        {
            if (_running.ContainsKey(job.Peer))
                continue;
            if (job.NotBefore > now)
            {
                wait = TimeSpan.FromTicks(Math.Min(wait.Ticks, (job.NotBefore - now).Ticks));
                continue;
            }

            var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _running[job.Peer] = (job.Id, RunAsync(job, begin.Task, stop), stop);
            begin.SetResult();
        }

        return wait;
    }

    private async Task RunAsync(PeerJob job, Task begin, CancellationTokenSource stop)
    {
        await begin;
        try
        {
            if (remotes.Receiver(job.Peer) is not { } remote)
                throw new PeerAwayException("NotInClusterFile");
            // An import waits for its hours by itself.
            var rest = job.Kind == JobKind.Send ? await sending.RunAsync(job, remote, stop.Token) : await importing.RunAsync(job, remote, stop.Token);
            Free(job, stop);
            if (rest is { } until)
                jobs.Defer(job.Id, until, null);
            else if (jobs.End(job.Id, JobState.Done) && jobs.Get(job.Id) is { } ended)
                PeerLog.Ended(logger, job.Id, job.Kind, job.Peer, ended.State, ended.Done, ended.Total, ended.Failed);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Free(job, stop);
            jobs.Defer(job.Id, time.GetUtcNow(), null);
        }
        catch (PeerAwayException away)
        {
            Free(job, stop);
            Defer(job, away.Message);
        }
        catch (Exception broken)
        {
            Free(job, stop);
            PeerLog.Broken(logger, broken, job.Id);
            Defer(job, broken.GetType().Name);
        }
    }

    private void Defer(PeerJob job, string failure)
    {
        var pause = Pauses[Math.Min(jobs.Get(job.Id)?.Tries ?? 0, Pauses.Length - 1)];
        PeerLog.Deferred(logger, job.Id, job.Kind, job.Peer, pause.TotalMinutes, failure);
        jobs.Defer(job.Id, time.GetUtcNow() + pause, failure);
    }

    /// <summary>Before the job's state changes, since that wakes the loop.</summary>
    private void Free(PeerJob job, CancellationTokenSource stop)
    {
        _running.TryRemove(job.Peer, out _);
        stop.Dispose();
    }
}
