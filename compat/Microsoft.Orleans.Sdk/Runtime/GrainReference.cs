using Orleans.Embedded;

namespace Orleans.Runtime;

/// <summary>
/// A reference to a grain. Equal to every other reference to the same grain, free to make, copy and send. Contracts are implemented by
/// classes made at start.
/// </summary>
public class GrainReference : IAddressable, IEquatable<GrainReference>
{
    private readonly IMessageRouter _router;
    private readonly ContractModel _contract;

    internal GrainReference(IMessageRouter router, ContractModel contract, GrainId grainId)
    {
        _router = router;
        _contract = contract;
        GrainId = grainId;
    }

    public GrainId GrainId { get; }

    public GrainInterfaceType InterfaceType => _contract.InterfaceType;

    public virtual string InterfaceName => InterfaceType.ToString();

    public uint GetUniformHashCode() => GrainId.GetUniformHashCode();

    public bool Equals(GrainReference? other) => other is not null && GrainId.Equals(other.GrainId);

    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    public override int GetHashCode() => GrainId.GetHashCode();

    public sealed override string ToString() => $"GrainReference:{GrainId}:{InterfaceType}";

    public static bool operator ==(GrainReference? reference1, GrainReference? reference2) =>
        reference1?.Equals(reference2) ?? reference2 is null;

    public static bool operator !=(GrainReference? reference1, GrainReference? reference2) => !(reference1 == reference2);

    internal object CastTo(Type contract) => contract.IsInstanceOfType(this) ? this : _router.CreateReference(contract, GrainId);

    internal void InvokeVoid(int method, object?[] arguments) => _ = InvokeTask(method, arguments);

    internal Task InvokeTask(int method, object?[] arguments) => Call<object?>(method, arguments);

    internal Task<T> InvokeTaskOf<T>(int method, object?[] arguments) => Call<T>(method, arguments);

    internal ValueTask InvokeValueTask(int method, object?[] arguments) => new(Call<object?>(method, arguments));

    internal ValueTask<T> InvokeValueTaskOf<T>(int method, object?[] arguments) => new(Call<T>(method, arguments));

    private Task<T> Call<T>(int method, object?[] arguments)
    {
        try
        {
            var router = (RuntimeContext.Current as IRoutedContext)?.Router ?? _router;
            var request = new GrainRequest(_contract.Methods[method], arguments, GrainId) { InterfaceType = InterfaceType };
            return router.OutgoingFilters.Count > 0 ? CallFiltered<T>(router, request) : Send<T>(router, request);
        }
        catch (Exception exception)
        {
            return Task.FromException<T>(exception);
        }
    }

    private static Task<T> Send<T>(IMessageRouter router, GrainRequest request)
    {
        request.GetCancellationToken().ThrowIfCancellationRequested();
        request.Seal();
        if (request.Method.IsOneWay)
        {
            router.Send(request, null);
            return Task.FromResult(default(T)!);
        }

        var caller = new PendingCall<T>();
        router.Send(request, caller);
        return caller.Task;
    }

    private async Task<T> CallFiltered<T>(IMessageRouter router, GrainRequest request)
    {
        var call = new OutgoingCall(request, this, router.OutgoingFilters, async sent => await Send<T>(router, sent));
        await call.Invoke();
        return (T)call.Result!;
    }
}
