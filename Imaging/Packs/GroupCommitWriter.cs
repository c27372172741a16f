using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Regional.Imaging.Packs;

/// <summary>One record on its way into the pack.</summary>
internal sealed class AppendRequest(RecordHeader header, ArrivalStream? content, ContentHash hash)
{
    public RecordHeader Header { get; } = header;

    public ArrivalStream? Content { get; } = content;

    public ContentHash Hash { get; } = hash;

    public long DataLength { get; } = content?.DataLength ?? 0;

    public TaskCompletionSource<AppendOutcome> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Either an address or a shortage.</summary>
internal readonly record struct AppendOutcome(RecordAddress? Address, ResourceShortage? Shortage);

/// <summary>
/// The one writer of the packs: takes whatever whole records wait, writes them, syncs once, and only then tells their producers. Runs on
/// its own thread because a sync blocks for as long as the disk likes; with <see cref="PackStoreOptions.ProducerWrites"/> a producer that
/// finds nobody writing runs the protocol for its record itself. <see cref="_writing"/> says who may touch the pack: always one.
/// </summary>
internal sealed class GroupCommitWriter : IDisposable
{
    private readonly PackStoreOptions _options;
    private readonly ActivePack _pack;
    private readonly ILogger _logger;
    private readonly Action _committed;
    private readonly SemaphoreSlim _slots;
    private readonly Queue<AppendRequest> _queue = new();
    private readonly object _gate = new();
    private readonly Thread _thread;
    private bool _writing;
    private bool _closing;
    private bool _provenByCheckpoint = true;
    private long _lastCommit;

    public GroupCommitWriter(PackStoreOptions options, ActivePack pack, Action committed, ILogger logger)
    {
        _options = options;
        _pack = pack;
        _committed = committed;
        _logger = logger;
        _slots = new SemaphoreSlim(options.QueuedRecords);
        _thread = new Thread(Run) { IsBackground = true, Name = "pack writer" };
        _thread.Start();
    }

    /// <summary>Waits for a place in the queue (which may be cancelled), then for the sync (which may not: the bytes are on their way).</summary>
    public async Task<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellation)
    {
        await _slots.WaitAsync(cancellation);
        try
        {
            var isMine = false;
            lock (_gate)
            {
                if (_closing) return new AppendOutcome(null, ResourceShortage.Closing);
                if (_options.ProducerWrites && !_writing && _queue.Count == 0)
                {
                    isMine = _writing = true;
                }
                else
                {
                    _queue.Enqueue(request);
                    if (!_writing) Monitor.Pulse(_gate);
                }
            }
            if (isMine) WriteOwn(request);
            return await request.Done.Task;
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Writes what was handed over, proves it with a checkpoint and ends the thread.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closing) return;
            _closing = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join();
    }

    /// <summary>What came meanwhile is the thread's, so that this producer's answer waits for one sync alone.</summary>
    private void WriteOwn(AppendRequest request)
    {
        var wasProven = _provenByCheckpoint;
        try
        {
            Commit([request]);
        }
        finally
        {
            lock (_gate)
            {
                _writing = false;
                // Also when the thread sleeps without an end: now there is something to prove once it is quiet.
                if (_queue.Count > 0 || _closing || wasProven != _provenByCheckpoint) Monitor.Pulse(_gate);
            }
        }
    }

    private void Run()
    {
        while (true)
        {
            var group = NextGroup(out var idle);
            if (group.Count > 0) Commit(group);
            else if (!_provenByCheckpoint && _pack.State == JournalState.Ready) WriteCheckpoint();
            else if (!idle) break;
        }
        _pack.Close();
    }

    /// <summary>
    /// Waits for records; the pack is then the thread's until it comes back here. Empty and idle: nothing came for a while. Empty and not idle:
    /// closing.
    /// </summary>
    private List<AppendRequest> NextGroup(out bool idle)
    {
        List<AppendRequest> group = [];
        idle = false;
        lock (_gate)
        {
            _writing = false;
            while (_writing || (_queue.Count == 0 && !_closing))
            {
                if (_writing || _provenByCheckpoint || _options.IdleCheckpoint is not { } patience)
                {
                    Monitor.Wait(_gate);
                    continue;
                }
                // Producers that wrote themselves did not wake this thread each time.
                var left = patience - Stopwatch.GetElapsedTime(_lastCommit);
                if (left <= TimeSpan.Zero)
                {
                    idle = true;
                    _lastCommit = Stopwatch.GetTimestamp();
                    break;
                }
                Monitor.Wait(_gate, left);
            }
            _writing = true;
            long bytes = 0;
            while (_queue.TryPeek(out var next) && (group.Count == 0 || bytes + next.DataLength <= _options.GroupBytes))
            {
                bytes += next.DataLength;
                group.Add(_queue.Dequeue());
            }
        }
        return group;
    }

    private void Commit(List<AppendRequest> group)
    {
        var outcomes = Append(group);
        _lastCommit = Stopwatch.GetTimestamp();
        if (outcomes.Any(outcome => outcome.Address is not null))
        {
            _provenByCheckpoint = false;
            _committed();
        }
        for (var i = 0; i < group.Count; i++)
            group[i].Done.SetResult(outcomes[i]);
    }

    /// <summary>Whatever goes wrong, the producers get an answer and the thread lives: a store that refuses is better than a process that is gone.</summary>
    private AppendOutcome[] Append(List<AppendRequest> group)
    {
        try
        {
            return _pack.Append(group);
        }
        catch (Exception e)
        {
            PackLog.Refusing(_logger, e, "append");
            return [.. Enumerable.Repeat(new AppendOutcome(null, ResourceShortage.DeviceError), group.Count)];
        }
    }

    private void WriteCheckpoint()
    {
        _provenByCheckpoint = true;
        var header = new RecordHeader { Kind = RecordKind.Checkpoint };
        var outcome = Append([new AppendRequest(header, null, ContentHashes.OfNothing)])[0];
        if (outcome.Shortage is { } shortage) PackLog.CheckpointSkipped(_logger, shortage);
        else _committed();
    }
}
