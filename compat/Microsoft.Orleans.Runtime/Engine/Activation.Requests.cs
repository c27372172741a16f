using Microsoft.Extensions.Logging;
using Orleans.Core.Internal;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>How an activation takes requests.</summary>
internal sealed partial class Activation
{
    private readonly LinkedList<GrainRequest> _waiting = [];
    private readonly HashSet<GrainRequest> _running = [];
    private readonly Dictionary<Guid, int> _reentrantSections = [];
    private GrainRequest? _blocking;
    private long _blockingSince;
    private int _waitingThatMightInterleave;
    private bool _pumpQueued;
    private bool _pumping;
    private long _idleSince;

    /// <summary>Requests waiting or under way; stateless workers are chosen by it.</summary>
    public int Load
    {
        get
        {
            lock (_lock)
                return _waiting.Count + _running.Count;
        }
    }

    public void Receive(GrainRequest request)
    {
        LimitExceededException? refusal = null;
        lock (_lock)
        {
            if (_state != State.Invalid && !_abandoned && (request.IsLocalOnly || !IsOverloaded(out refusal)))
            {
                _waiting.AddLast(request);
                if (AsksToInterleave(request))
                    _waitingThatMightInterleave++;
                QueuePump();
                return;
            }
        }

        if (refusal is not null)
            _catalog.Invoker.Complete(request, refusal);
        else if (!request.IsLocalOnly)
            _catalog.Forward(request);
    }

    void ICallChainReentrantGrainContext.OnEnterReentrantSection(Guid reentrancyId)
    {
        lock (_lock)
        {
            _reentrantSections[reentrancyId] = _reentrantSections.GetValueOrDefault(reentrancyId) + 1;
            QueuePump();
        }
    }

    void ICallChainReentrantGrainContext.OnExitReentrantSection(Guid reentrancyId)
    {
        lock (_lock)
        {
            if (!_reentrantSections.TryGetValue(reentrancyId, out var depth))
                throw new InvalidOperationException("A reentrant section ended that was not begun in this activation.");
            if (depth > 1)
                _reentrantSections[reentrancyId] = depth - 1;
            else
                _reentrantSections.Remove(reentrancyId);
        }
    }

    /// <summary>How long nothing has been asked of the activation; null while something is.</summary>
    public TimeSpan? Idleness(TimeProvider clock)
    {
        lock (_lock)
        {
            return _state == State.Valid && _waiting.Count == 0 && _running.Count == 0
                ? clock.GetElapsedTime(_idleSince)
                : null;
        }
    }

    private bool AsksToInterleave(GrainRequest request) =>
        request.MightInterleave || Model.IsReentrant || Model.MayInterleave is not null;

    private bool IsOverloaded(out LimitExceededException? refusal)
    {
        var limit = Model.StatelessWorker is null
            ? _catalog.Messaging.MaxEnqueuedRequestsHardLimit
            : _catalog.Messaging.MaxEnqueuedRequestsHardLimit_StatelessWorker;
        var overloaded = limit > 0 && _waiting.Count + _running.Count > limit;
        refusal = overloaded
            ? new LimitExceededException("MaxEnqueuedRequestsHardLimit", _waiting.Count + _running.Count, limit, ToString())
            : null;
        return overloaded;
    }

    /// <summary>Under the lock. The pump is a turn of the grain, free of whatever the sender's flow of execution carries.</summary>
    private void QueuePump()
    {
        if (_pumpQueued || _pumping)
            return;

        _pumpQueued = true;
        if (ExecutionContext.IsFlowSuppressed())
        {
            StartPump();
            return;
        }

        using (ExecutionContext.SuppressFlow())
            StartPump();
    }

    private void StartPump() =>
        new Task(static self => ((Activation)self!).Pump(), this, TaskCreationOptions.DenyChildAttach).Start(_scheduler);

    private void Pump()
    {
        lock (_lock)
        {
            _pumpQueued = false;
            _pumping = true;
        }

        while (TakeNext() is { } request)
            _ = Run(request);
    }

    private GrainRequest? TakeNext()
    {
        lock (_lock)
        {
            if (_ending is not null && _running.Count == 0 && !_operating)
            {
                BeginOperation(FinishDeactivating);
                return StopPumping();
            }

            if (_state is State.Creating or State.Activating)
                return StopPumping();

            for (var node = _waiting.First; node is not null; node = node.Next)
            {
                if (_blocking is not null && _waitingThatMightInterleave == 0)
                    break;

                var request = node.Value;
                if (_state != State.Valid && !(request.IsLocalOnly && _state == State.Deactivating))
                    continue;
                if (!MayStart(request))
                    continue;

                Remove(node);
                if (request.IsExpired)
                    continue;

                _running.Add(request);
                if (_blocking is null && !request.AlwaysInterleaves)
                {
                    _blocking = request;
                    _blockingSince = _catalog.CollectionClock.GetTimestamp();
                }

                return request;
            }

            AbandonIfStuck();
            return StopPumping();
        }
    }

    // Under the lock, so that a request that comes in next queues the pump again.
    private GrainRequest? StopPumping()
    {
        _pumping = false;
        return null;
    }

    private void Remove(LinkedListNode<GrainRequest> node)
    {
        _waiting.Remove(node);
        if (AsksToInterleave(node.Value))
            _waitingThatMightInterleave--;
    }

    private bool MayStart(GrainRequest request)
    {
        if (_running.Count == 0 || request.AlwaysInterleaves || _blocking is null || Model.IsReentrant)
            return true;
        if (_blocking.IsReadOnly && request.IsReadOnly)
            return true;
        if (request.ReentrancyId is var chain && chain != Guid.Empty && _reentrantSections.ContainsKey(chain))
            return true;
        if (Model.MayInterleave is not { } mayInterleave)
            return false;

        try
        {
            return mayInterleave(GrainInstance!, request) || mayInterleave(GrainInstance!, _blocking);
        }
        catch (Exception exception)
        {
            Logger.LogError(exception, "The interleaving predicate of {Activation} failed.", this);
            return false;
        }
    }

    private async Task Run(GrainRequest request)
    {
        if (request.Method.Contract == typeof(IGrainManagementExtension))
            request.FixedTarget = new Management(this);
        await _catalog.Invoker.Invoke(this, request);

        lock (_lock)
        {
            _running.Remove(request);
            if (request.KeepsAlive)
                _idleSince = _catalog.CollectionClock.GetTimestamp();
            if (ReferenceEquals(_blocking, request))
                _blocking = null;
            if (_waiting.Count > 0 || _ending is not null)
                QueuePump();
        }
    }

    // Under the lock. A request that never ends would hold its grain for ever: after the limit the grain gets a new activation.
    private void AbandonIfStuck()
    {
        if (_blocking is null || _waiting.Count == 0 || _abandoned
            || _catalog.CollectionClock.GetElapsedTime(_blockingSince) <= _catalog.Messaging.MaxRequestProcessingTime)
        {
            return;
        }

        _abandoned = true;
        Logger.LogWarning("{Activation} has worked on {Request} for too long and is given up.", this, _blocking);
        Deactivate(new DeactivationReason(DeactivationReasonCode.ActivationUnresponsive, $"{this} is stuck in {_blocking}."));
        _catalog.Remove(this);
        ForwardWaiting();
    }

    private sealed class Management(Activation activation) : IGrainManagementExtension
    {
        public ValueTask DeactivateOnIdle()
        {
            activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "DeactivateOnIdle was called."));
            return default;
        }
    }
}
