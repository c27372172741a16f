using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans.Embedded;

/// <summary>A grain class: what it implements and how its activations behave. Built once, at start.</summary>
internal sealed class GrainClassModel
{
    private readonly ObjectFactory _create;
    private readonly Func<IPersistentStateFactory, IGrainContext, object>[] _createStates;

    public GrainClassModel(Type grainClass, GrainCollectionOptions collection)
    {
        Class = grainClass;
        GrainType = TypeOf(grainClass);
        Contracts = grainClass.GetInterfaces()
            .Where(i => i.IsAssignableTo(typeof(IAddressable)) && i.Assembly != typeof(IAddressable).Assembly)
            .ToArray();
        IsReentrant = grainClass.IsDefined(typeof(ReentrantAttribute), true);
        MayInterleave = InterleavingPredicate(grainClass);
        StatelessWorker = grainClass.GetCustomAttribute<StatelessWorkerAttribute>(true);
        CollectionAge = AgeOf(grainClass, collection);
        var states = StatesOf(grainClass);
        _createStates = Array.ConvertAll(states, StateCreator);
        _create = ActivatorUtilities.CreateFactory(grainClass, Array.ConvertAll(states, p => p.ParameterType));
    }

    public Type Class { get; }

    public GrainType GrainType { get; }

    public Type[] Contracts { get; }

    public bool IsReentrant { get; }

    /// <summary>Asked whether a request may start while others await; null if the class has no say.</summary>
    public Func<object, IInvokable, bool>? MayInterleave { get; }

    public StatelessWorkerAttribute? StatelessWorker { get; }

    /// <summary>How long an activation may be idle; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</summary>
    public TimeSpan CollectionAge { get; }

    public static GrainType TypeOf(Type grainClass) =>
        grainClass.GetCustomAttribute<GrainTypeAttribute>(false)?.GetGrainType(null!, grainClass)
        ?? throw new OrleansConfigurationException($"{grainClass} has no [GrainType].");

    /// <summary>Makes the grain. Runs as a turn of its activation.</summary>
    public object Create(IGrainContext context)
    {
        var services = context.ActivationServices;
        if (_createStates.Length == 0)
            return _create(services, null);

        var states = services.GetRequiredService<IPersistentStateFactory>();
        return _create(services, Array.ConvertAll(_createStates, create => create(states, context)));
    }

    /// <summary>The constructor parameters that stored states are injected into.</summary>
    public static ParameterInfo[] StatesOf(Type grainClass) =>
        grainClass.GetConstructors()
            .SelectMany(c => c.GetParameters())
            .Where(p => p.IsDefined(typeof(PersistentStateAttribute), true))
            .ToArray();

    private static Func<IPersistentStateFactory, IGrainContext, object> StateCreator(ParameterInfo parameter)
    {
        if (!parameter.ParameterType.IsGenericType || parameter.ParameterType.GetGenericTypeDefinition() != typeof(IPersistentState<>))
            throw new OrleansConfigurationException($"{parameter.Member.DeclaringType} asks for a state as {parameter.ParameterType}.");

        return (Func<IPersistentStateFactory, IGrainContext, object>)typeof(GrainClassModel)
            .GetMethod(nameof(CreatorOf), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(parameter.ParameterType.GetGenericArguments()[0])
            .Invoke(null, [parameter.GetCustomAttribute<PersistentStateAttribute>()])!;
    }

    private static Func<IPersistentStateFactory, IGrainContext, object> CreatorOf<TState>(PersistentStateAttribute configuration) =>
        (factory, context) => factory.Create<TState>(context, configuration);

    private static TimeSpan AgeOf(Type grainClass, GrainCollectionOptions collection)
    {
        if (grainClass.IsDefined(typeof(KeepAliveAttribute), true))
            return Timeout.InfiniteTimeSpan;
        if (grainClass.GetCustomAttribute<CollectionAgeLimitAttribute>(true) is { } limit)
            return limit.AgeLimit;
        return collection.ClassSpecificCollectionAge.TryGetValue(grainClass.FullName!, out var age) ? age : collection.CollectionAge;
    }

    private static Func<object, IInvokable, bool>? InterleavingPredicate(Type grainClass)
    {
        if (grainClass.GetCustomAttribute<MayInterleaveAttribute>(true) is not { } attribute)
            return null;

        var method = grainClass.GetMethod(
            attribute.CallbackMethodName,
            BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.FlattenHierarchy);
        if (method is null || method.ReturnType != typeof(bool)
            || !method.GetParameters().Select(p => p.ParameterType).SequenceEqual([typeof(IInvokable)]))
        {
            throw new OrleansConfigurationException(
                $"{grainClass} names {attribute.CallbackMethodName} as its interleaving predicate, which is not a public bool {attribute.CallbackMethodName}(IInvokable).");
        }

        if (method.IsStatic)
        {
            var ofClass = method.CreateDelegate<Func<IInvokable, bool>>();
            return (_, request) => ofClass(request);
        }

        return (Func<object, IInvokable, bool>)typeof(GrainClassModel)
            .GetMethod(nameof(OfInstance), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(grainClass)
            .Invoke(null, [method])!;
    }

    private static Func<object, IInvokable, bool> OfInstance<TGrain>(MethodInfo method)
    {
        var predicate = method.CreateDelegate<Func<TGrain, IInvokable, bool>>();
        return (grain, request) => predicate((TGrain)grain, request);
    }
}
