using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans.Embedded;

/// <summary>A call on its way in through the filters, of which the grain itself may be the last.</summary>
internal sealed class IncomingCall(GrainRequest request, IGrainContext target, IIncomingGrainCallFilter[] filters) : IIncomingGrainCallContext
{
    private static readonly ConcurrentDictionary<(Type Class, MethodInfo Method), MethodInfo> s_implementations = new();

    private int _next;

    public IInvokable Request => request;

    public object Grain => request.FixedTarget ?? target.GrainInstance!;

    public GrainId? SourceId => request.SourceId;

    public GrainId TargetId => request.TargetId;

    public GrainInterfaceType InterfaceType => request.InterfaceType;

    public string InterfaceName => request.GetInterfaceName();

    public string MethodName => request.GetMethodName();

    public MethodInfo InterfaceMethod => request.GetMethod();

    public MethodInfo ImplementationMethod => s_implementations.GetOrAdd((Grain.GetType(), InterfaceMethod), static key =>
    {
        var map = key.Class.GetInterfaceMap(key.Method.DeclaringType!);
        return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, key.Method)];
    });

    public IGrainContext TargetContext => target;

    public object? Result { get; set; }

    public async Task Invoke()
    {
        var position = _next++;
        try
        {
            if (position < filters.Length)
                await filters[position].Invoke(this);
            else if (position == filters.Length && target.GrainInstance is IIncomingGrainCallFilter own)
                await own.Invoke(this);
            else
                Result = await request.Invoke();
        }
        finally
        {
            _next = position;
        }
    }
}
