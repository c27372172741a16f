using Regional.Edge.Journal;
using Regional.Imaging.Packs;

namespace Regional.Edge.Link;

/// <summary>What is under way on one upload stream: bounded in bytes and instances, so that a slow centre holds the edge back.</summary>
internal sealed class UploadWindow(long bytes, int instances)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, PendingUpload> _transfers = [];
    private readonly HashSet<PackPosition> _positions = [];
    private TaskCompletionSource _room = NewSignal();
    private TaskCompletionSource _forgotten = NewSignal();
    private long _bytes;
    private int _open;
    private ulong _last;

    /// <summary>Places that the queue must not hand out again.</summary>
    public HashSet<PackPosition> UnderWay()
    {
        lock (_gate)
            return [.. _positions];
    }

    /// <summary>Ends at the next <see cref="Forget"/> after the call: what was under way may be handed out again.</summary>
    public Task Forgotten
    {
        get
        {
            lock (_gate)
                return _forgotten.Task;
        }
    }

    /// <summary>Opens a transfer as soon as there is room; the first one always fits.</summary>
    /// <param name="ahead">It overtakes a larger one that fills the window: only the number of instances bounds it.</param>
    public async Task<ulong> Open(PendingUpload upload, CancellationToken cancellation, bool ahead = false)
    {
        while (true)
        {
            Task room;
            lock (_gate)
            {
                if (_open == 0 || (_open < instances && (ahead || _bytes + upload.Address.DataLength <= bytes)))
                {
                    _transfers.Add(++_last, upload);
                    _positions.Add(upload.Address.Position);
                    _open++;
                    _bytes += upload.Address.DataLength;
                    return _last;
                }

                room = _room.Task;
            }

            await room.WaitAsync(cancellation);
        }
    }

    /// <summary>A receipt came: the room is free. The place stays taken until <see cref="Forget"/>, when the receipt is durable. Null: no such transfer.</summary>
    public PendingUpload? Close(ulong transfer)
    {
        lock (_gate)
        {
            if (!_transfers.Remove(transfer, out var upload))
                return null;
            _open--;
            _bytes -= upload.Address.DataLength;
            _room.TrySetResult();
            _room = NewSignal();
            return upload;
        }
    }

    /// <summary>The queue knows of the outcome.</summary>
    public void Forget(IEnumerable<PendingUpload> uploads)
    {
        lock (_gate)
        {
            foreach (var upload in uploads)
                _positions.Remove(upload.Address.Position);
            _forgotten.TrySetResult();
            _forgotten = NewSignal();
        }
    }

    /// <summary>Transfers without a receipt, when the stream has broken.</summary>
    public IReadOnlyList<PendingUpload> Unanswered()
    {
        lock (_gate)
            return [.. _transfers.Values];
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
