using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>How an activation begins and ends.</summary>
internal sealed partial class Activation
{
    // A grain that fails to activate answers its callers only after this pause, so that their retries do not turn into a storm.
    private static readonly TimeSpan s_failurePause = TimeSpan.FromSeconds(5);

    private readonly GrainLifecycle _lifecycle = new();
    private readonly TaskCompletionSource _deactivated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<IGrainTimer> _timers = [];
    private State _state = State.Creating;
    private bool _wasValid;
    private bool _operating;
    private bool _abandoned;
    private DeactivationReason? _ending;
    private CancellationToken _endingCancelled;
    private Exception? _activationFailure;
    private CancellationTokenSource? _activating;
    private long _keepAliveUntil;

    private enum State
    {
        Creating,
        Activating,
        Valid,
        Deactivating,
        Invalid,
    }

    public Task Deactivated => _deactivated.Task;

    public bool IsValid => _state == State.Valid;

    public bool IsInvalid => _state == State.Invalid;

    /// <summary>Begins activation, with the values that came with the request that needs it.</summary>
    public void Activate(Dictionary<string, object>? requestContext)
    {
        lock (_lock)
            BeginOperation(() => ActivateAsync(requestContext));
    }

    /// <summary>Ends the activation once no request is under way. Requests that wait, or come in from now on, go to the next one.</summary>
    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_state is State.Deactivating or State.Invalid)
                return;

            _ending = deactivationReason;
            _endingCancelled = cancellationToken;
            _wasValid = _state == State.Valid;
            _state = State.Deactivating;
            if (!_wasValid)
                _activating?.Cancel();
            QueuePump();
        }
    }

    /// <summary>Ends an activation that has been idle for its age and that nobody asked to keep.</summary>
    public bool DeactivateIfIdle(TimeProvider clock, TimeSpan? age)
    {
        var limit = age ?? Model.CollectionAge;
        lock (_lock)
        {
            if (limit == Timeout.InfiniteTimeSpan || Idleness(clock) is not { } idle || idle < limit
                || _keepAliveUntil > clock.GetUtcNow().UtcTicks)
            {
                return false;
            }

            Deactivate(new DeactivationReason(DeactivationReasonCode.ActivationIdle, $"Idle for {idle}."));
            return true;
        }
    }

    public void DelayDeactivation(TimeSpan time)
    {
        lock (_lock)
        {
            _keepAliveUntil = time == TimeSpan.MaxValue || time == Timeout.InfiniteTimeSpan ? long.MaxValue
                : time <= TimeSpan.Zero ? 0
                : (_catalog.CollectionClock.GetUtcNow() + time).UtcTicks;
        }
    }

    /// <summary>Stops taking requests and ticking, without a word to the grain: the silo is gone.</summary>
    public void Abandon()
    {
        IGrainTimer[] timers;
        lock (_lock)
        {
            _state = State.Invalid;
            _waiting.Clear();
            _waitingThatMightInterleave = 0;
            timers = [.. _timers];
            _timers.Clear();
        }

        foreach (var timer in timers)
            timer.Dispose();
        _deactivated.TrySetResult();
    }

    public void AddTimer(IGrainTimer timer)
    {
        lock (_lock)
            _timers.Add(timer);
    }

    public void RemoveTimer(IGrainTimer timer)
    {
        lock (_lock)
            _timers.Remove(timer);
    }

    // Under the lock. Operations are turns of the grain; none starts while a request or another operation is under way.
    private void BeginOperation(Func<Task> operation)
    {
        _operating = true;
        void Start() => _ = RunOperation(operation);
        if (ExecutionContext.IsFlowSuppressed())
        {
            _scheduler.QueueAction(Start);
            return;
        }

        using (ExecutionContext.SuppressFlow())
            _scheduler.QueueAction(Start);
    }

    private async Task RunOperation(Func<Task> operation)
    {
        try
        {
            await operation();
        }
        catch (Exception exception)
        {
            Logger.LogError(exception, "An operation of {Activation} failed.", this);
        }

        lock (_lock)
        {
            _operating = false;
            if (_state != State.Invalid)
                QueuePump();
        }
    }

    private async Task ActivateAsync(Dictionary<string, object>? requestContext)
    {
        using var timeout = new CancellationTokenSource(_catalog.Collection.ActivationTimeout, _catalog.GrainClock);
        lock (_lock)
        {
            if (_state != State.Creating)
                return;
            _state = State.Activating;
            _activating = timeout;
        }

        try
        {
            RequestContext.Import(requestContext);
            _services.ServiceProvider.GetRequiredService<GrainContextHolder>().Context = this;
            GrainInstance = Model.Create(this);
            (GrainInstance as ILifecycleParticipant<IGrainLifecycle>)?.Participate(_lifecycle);
            await _lifecycle.OnStart(timeout.Token).WaitAsync(timeout.Token);
            if (GrainInstance is IGrainBase grain)
                await grain.OnActivateAsync(timeout.Token).WaitAsync(timeout.Token);

            lock (_lock)
            {
                _activating = null;
                if (_state == State.Activating)
                {
                    _state = State.Valid;
                    _idleSince = _catalog.CollectionClock.GetTimestamp();
                }
            }
        }
        catch (Exception exception)
        {
            lock (_lock)
                _activating = null;
            Logger.LogError(exception, "{Activation} could not be activated.", this);
            _activationFailure = exception;
            Deactivate(new DeactivationReason(DeactivationReasonCode.ActivationFailed, exception, "The grain could not be activated."));
            if (!timeout.IsCancellationRequested)
                await Task.Delay(s_failurePause, _catalog.GrainClock);
        }
    }

    private async Task FinishDeactivating()
    {
        DeactivationReason reason;
        IGrainTimer[] timers;
        lock (_lock)
        {
            reason = _ending!.Value;
            timers = [.. _timers];
            _timers.Clear();
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_endingCancelled);
        using var limit = new CancellationTokenSource(_catalog.Collection.DeactivationTimeout, _catalog.GrainClock);
        using var linked = limit.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), timeout);
        foreach (var timer in timers)
            timer.Dispose();

        if (_wasValid && GrainInstance is IGrainBase grain)
            await Guarded(() => grain.OnDeactivateAsync(reason, timeout.Token).WaitAsync(timeout.Token), nameof(IGrainBase.OnDeactivateAsync));
        await Guarded(() => _lifecycle.OnStop(timeout.Token).WaitAsync(timeout.Token), "stopping the lifecycle");

        _catalog.Remove(this);
        await Guarded(DisposeAsync, "disposing");
        lock (_lock)
        {
            _state = State.Invalid;
            _ending = null;
        }

        ForwardWaiting();
        _deactivated.TrySetResult();
    }

    private async Task Guarded(Func<Task> step, string name)
    {
        try
        {
            await step();
        }
        catch (Exception exception)
        {
            Logger.LogError(exception, "{Activation} failed in {Step} while it ended.", this, name);
        }
    }

    private async Task DisposeAsync()
    {
        if (GrainInstance is IAsyncDisposable asyncDisposable)
            await asyncDisposable.DisposeAsync();
        else if (GrainInstance is IDisposable disposable)
            disposable.Dispose();
        await _services.DisposeAsync();
    }

    private void ForwardWaiting()
    {
        GrainRequest[] waiting;
        lock (_lock)
        {
            waiting = _waiting.Where(r => !r.IsLocalOnly).ToArray();
            _waiting.Clear();
            _waitingThatMightInterleave = 0;
        }

        foreach (var request in waiting)
        {
            if (_activationFailure is not null)
                _catalog.Invoker.Complete(request, _activationFailure);
            else
                _catalog.Forward(request);
        }
    }

    private sealed class GrainLifecycle : StagedLifecycle, IGrainLifecycle;
}

/// <summary>Gives a grain's services the activation they belong to.</summary>
internal sealed class GrainContextHolder
{
    public Activation? Context { get; set; }
}
