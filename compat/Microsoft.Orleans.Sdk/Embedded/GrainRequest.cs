using System.Reflection;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans.Embedded;

/// <summary>A request: what is asked of whom, by whom, and who waits for the answer.</summary>
internal sealed class GrainRequest(MethodModel method, object?[] arguments, GrainId targetId) : IInvokable
{
    private CancellationTokenSource? _cancellation;
    private object? _target;

    public MethodModel Method { get; } = method;

    public object?[] Arguments { get; } = arguments;

    public GrainId TargetId { get; } = targetId;

    public GrainId SourceId { get; set; }

    public GrainInterfaceType InterfaceType { get; init; }

    public Dictionary<string, object>? Context { get; private set; }

    /// <summary>Who waits for the answer; null for a one-way request.</summary>
    public PendingCall? Caller { get; set; }

    public bool IsOneWay => Caller is null;

    public bool IsReadOnly => Method.IsReadOnly;

    /// <summary>True if the request may start whatever else is under way.</summary>
    public bool AlwaysInterleaves { get; init; } = method.AlwaysInterleaves;

    /// <summary>True if the request counts as activity of the grain.</summary>
    public bool KeepsAlive { get; init; } = true;

    /// <summary>True if the request is meant for one activation and never goes to another.</summary>
    public bool IsLocalOnly { get; init; }

    /// <summary>What the request is run on in place of the grain.</summary>
    public object? FixedTarget { get; set; }

    /// <summary>True if the request might start while another one is under way, so that it is worth asking.</summary>
    public bool MightInterleave => AlwaysInterleaves || IsReadOnly || ReentrancyId != Guid.Empty;

    /// <summary>How often the request met an activation that was ending or failed to start.</summary>
    public int Forwards { get; set; }

    /// <summary>True if the caller no longer waits, so that there is no use in starting.</summary>
    public bool IsExpired => Caller is { IsCompleted: true };

    public bool IsCancellable => Method.CancellationIndex >= 0;

    public Guid ReentrancyId => Context is not null && Context.TryGetValue(RequestContext.CallChainKey, out var id) ? (Guid)id : Guid.Empty;

    /// <summary>Copies what travels, as it is once the outgoing filters have had their say.</summary>
    public void Seal()
    {
        var copiers = Method.ArgumentCopiers;
        CopyContext? copying = null;
        for (var i = 0; i < copiers.Length; i++)
        {
            if (copiers[i] is { } copy && Arguments[i] is { } argument)
                Arguments[i] = copy(argument, copying ??= new CopyContext());
        }

        Context = DeepCopy.OfContext(RequestContext.Export());
    }

    /// <summary>Puts the target's own cancellation token in the place of the caller's.</summary>
    public void BindCancellation()
    {
        if (!IsCancellable)
            return;

        var callers = GetCancellationToken();
        var source = new CancellationTokenSource();
        Arguments[Method.CancellationIndex] = source.Token;

        // In this order a cancellation that comes in meanwhile is seen either here or by TryCancel.
        Volatile.Write(ref _cancellation, source);
        if (callers.IsCancellationRequested)
            source.Cancel();
    }

    public bool TryCancel()
    {
        if (Volatile.Read(ref _cancellation) is not { } source)
            return false;

        source.Cancel();
        return true;
    }

    public object? GetTarget() => _target;

    public void SetTarget(ITargetHolder holder) => _target = FixedTarget ?? holder.GetTarget();

    public ValueTask<object?> Invoke() => Method.Invoke(_target!, Arguments);

    public int GetArgumentCount() => Arguments.Length;

    public object? GetArgument(int index) => Arguments[index];

    public void SetArgument(int index, object? value) => Arguments[index] = value;

    public string GetMethodName() => Method.Method.Name;

    public string GetInterfaceName() => Method.Contract.FullName!.Replace('+', '.');

    public string GetActivityName() => Method.ActivityName;

    public MethodInfo GetMethod() => Method.Method;

    public Type GetInterfaceType() => Method.Contract;

    public TimeSpan? GetDefaultResponseTimeout() => Method.ResponseTimeout;

    public CancellationToken GetCancellationToken() =>
        IsCancellable && Arguments[Method.CancellationIndex] is CancellationToken token ? token : CancellationToken.None;

    public void Dispose() { }

    public override string ToString() => $"{Method} from {SourceId} to {TargetId}";
}
