using System.Reflection;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans.Embedded;

/// <summary>A call on its way out through the filters.</summary>
internal sealed class OutgoingCall(
    GrainRequest request,
    GrainReference target,
    IReadOnlyList<IOutgoingGrainCallFilter> filters,
    Func<GrainRequest, Task<object?>> send) : IOutgoingGrainCallContext
{
    private int _next;

    public IInvokable Request => request;

    public object Grain => target;

    public GrainId? SourceId => SourceContext?.GrainId;

    public GrainId TargetId => request.TargetId;

    public GrainInterfaceType InterfaceType => request.InterfaceType;

    public string InterfaceName => request.GetInterfaceName();

    public string MethodName => request.GetMethodName();

    public MethodInfo InterfaceMethod => request.GetMethod();

    public object? Result { get; set; }

    public IGrainContext? SourceContext { get; } = RuntimeContext.Current;

    public async Task Invoke()
    {
        var position = _next++;
        try
        {
            if (position < filters.Count)
                await filters[position].Invoke(this);
            else
                Result = await send(request);
        }
        finally
        {
            _next = position;
        }
    }
}
