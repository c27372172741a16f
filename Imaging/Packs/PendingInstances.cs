namespace Regional.Imaging.Packs;

/// <summary>
/// Instances that are durable in the packs but not yet in the index, and the rule that one UID is decided by one caller at a time.
/// Together with the index it answers "is this UID stored" without a gap: pending is asked first, and an entry leaves only after the
/// index has committed it.
/// </summary>
internal sealed class PendingInstances
{
    private readonly Dictionary<string, Turn> _turns = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly PriorityQueue<(string Uid, PackPosition Position), PackPosition> _order = new();
    private readonly Lock _gate = new();
    private PackPosition _indexed;

    public int Count
    {
        get
        {
            lock (_gate) return _entries.Count;
        }
    }

    /// <summary>Waits until nobody else decides about this UID; dispose to let the next one in.</summary>
    public async Task<IDisposable> EnterAsync(string uid, CancellationToken cancellation)
    {
        Turn turn;
        lock (_gate)
        {
            if (!_turns.TryGetValue(uid, out turn!)) _turns[uid] = turn = new Turn(this, uid);
            turn.Users++;
        }
        try
        {
            await turn.Semaphore.WaitAsync(cancellation);
            return new Pass(turn);
        }
        catch
        {
            Leave(turn);
            throw;
        }
    }

    public KnownInstance? Find(string uid)
    {
        lock (_gate)
            return _entries.TryGetValue(uid, out var entry) ? new KnownInstance(entry.Address, entry.Hash, entry.Quarantined, entry.IsLocal) : null;
    }

    public void AddStored(string uid, string studyUid, string seriesUid, RecordAddress address, ContentHash hash)
    {
        lock (_gate)
        {
            // The index may have been quicker than the one who stored it.
            if (address.Position < _indexed) return;
            _entries[uid] = new Entry(studyUid, seriesUid, address, hash, [], IsLocal: true);
            _order.Enqueue((uid, address.Position), address.Position);
        }
    }

    /// <summary>Adds quarantined bytes to an entry; <paramref name="known"/> is what the index said when the UID is not pending.</summary>
    public void AddQuarantined(string uid, KnownInstance known, string studyUid, string seriesUid, QuarantinedContent content)
    {
        lock (_gate)
        {
            if (content.Address.Position < _indexed) return;
            _entries[uid] = new Entry(studyUid, seriesUid, known.Address, known.Hash, [.. known.Quarantined, content], known.IsLocal);
            _order.Enqueue((uid, content.Address.Position), content.Address.Position);
        }
    }

    /// <summary>A deletion is durable: what it covers is no longer stored.</summary>
    public void Remove(string studyUid, string seriesUid, string sopInstanceUid)
    {
        lock (_gate)
        {
            if (sopInstanceUid.Length > 0)
            {
                _entries.Remove(sopInstanceUid);
                return;
            }
            foreach (var (uid, entry) in _entries.ToArray())
            {
                if (entry.StudyUid == studyUid && (seriesUid.Length == 0 || entry.SeriesUid == seriesUid)) _entries.Remove(uid);
            }
        }
    }

    /// <summary>The index has committed everything before this position.</summary>
    public void Forget(PackPosition indexed)
    {
        lock (_gate)
        {
            if (indexed > _indexed) _indexed = indexed;
            while (_order.TryPeek(out var next, out var position) && position < indexed)
            {
                _order.Dequeue();
                // A later record of the same UID (quarantine, or stored again after a deletion) keeps the entry.
                if (_entries.TryGetValue(next.Uid, out var entry) && entry.Last == next.Position) _entries.Remove(next.Uid);
            }
        }
    }

    private void Leave(Turn turn)
    {
        lock (_gate)
        {
            if (--turn.Users > 0) return;
            _turns.Remove(turn.Uid);
        }
        turn.Semaphore.Dispose();
    }

    private sealed class Turn(PendingInstances owner, string uid)
    {
        public PendingInstances Owner { get; } = owner;

        public string Uid { get; } = uid;

        public SemaphoreSlim Semaphore { get; } = new(1);

        public int Users { get; set; }
    }

    private sealed class Pass(Turn turn) : IDisposable
    {
        public void Dispose()
        {
            turn.Semaphore.Release();
            turn.Owner.Leave(turn);
        }
    }

    private sealed record Entry(
        string StudyUid, string SeriesUid, RecordAddress? Address, ContentHash Hash, IReadOnlyList<QuarantinedContent> Quarantined, bool IsLocal)
    {
        public PackPosition Last => Quarantined.Count > 0 ? Quarantined[^1].Address.Position : Address!.Value.Position;
    }
}
