using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Takes requests from references and sees to it that they arrive.</summary>
internal interface IMessageRouter
{
    /// <summary>Filters around every call made, outermost first.</summary>
    IReadOnlyList<IOutgoingGrainCallFilter> OutgoingFilters { get; }

    /// <summary>Sends a request; <paramref name="caller"/> is null for a one-way request.</summary>
    void Send(GrainRequest request, PendingCall? caller);

    GrainReference CreateReference(Type contract, GrainId target);
}

/// <summary>A context whose calls go out by its own router, whoever made the reference they use.</summary>
internal interface IRoutedContext
{
    IMessageRouter Router { get; }
}
