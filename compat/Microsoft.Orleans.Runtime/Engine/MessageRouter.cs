using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>The post office of a silo or of a client inside its process: sends requests and has callers wait for answers.</summary>
internal sealed class MessageRouter(
    GrainId ownId, IServiceProvider services, PendingCalls pending, IRequestTargets targets) : IMessageRouter
{
    // Asked for at the first call: a filter may itself need this router's references.
    private readonly Lazy<IOutgoingGrainCallFilter[]> _outgoing = new(() => services.GetServices<IOutgoingGrainCallFilter>().ToArray());

    public IReadOnlyList<IOutgoingGrainCallFilter> OutgoingFilters => _outgoing.Value;

    public void Send(GrainRequest request, PendingCall? caller)
    {
        request.SourceId = RuntimeContext.Current?.GrainId ?? ownId;
        var cancellation = request.GetCancellationToken();
        request.Caller = caller;
        if (caller is null || pending.Add(caller, request, cancellation))
            targets.Deliver(request);
    }

    public GrainReference CreateReference(Type contract, GrainId target) =>
        contract == typeof(IAddressable)
            ? new GrainReference(this, ContractModel.Of(typeof(IAddressable)), target)
            : ContractModel.Of(contract).CreateReference(this, target);
}

/// <summary>Where requests arrive.</summary>
internal interface IRequestTargets
{
    void Deliver(GrainRequest request);
}
