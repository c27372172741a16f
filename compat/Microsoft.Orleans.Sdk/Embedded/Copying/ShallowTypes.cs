using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Numerics;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Types whose values never change, or are values without references, so that handing them over is as good as a copy.</summary>
internal static class ShallowTypes
{
    private static readonly ConcurrentDictionary<Type, bool> s_known = new();

    private static readonly HashSet<Type> s_simple =
    [
        typeof(string), typeof(decimal), typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan),
        typeof(Guid), typeof(Half), typeof(Int128), typeof(UInt128), typeof(BigInteger), typeof(Uri), typeof(Version), typeof(IPAddress),
        typeof(IPEndPoint), typeof(CultureInfo), typeof(CancellationToken), typeof(GrainId), typeof(GrainType), typeof(GrainInterfaceType),
        typeof(IdSpan), typeof(ActivationId), typeof(SiloAddress), typeof(System.Text.Rune), typeof(object),
    ];

    public static bool Contains(Type type) => s_known.GetOrAdd(type, static t => IsShallow(t, []));

    private static bool IsShallow(Type type, HashSet<Type> underWay)
    {
        if (type.IsPrimitive || type.IsEnum || s_simple.Contains(type) || type.IsAssignableTo(typeof(Type)))
            return true;
        if (!type.IsValueType && !type.IsSealed)
            return false;
        if (type.IsGenericType && IsShallowGeneric(type, underWay) is { } answer)
            return answer;
        return type.IsDefined(typeof(GenerateSerializerAttribute), false) && type.IsDefined(typeof(ImmutableAttribute), false);
    }

    private static bool? IsShallowGeneric(Type type, HashSet<Type> underWay)
    {
        var definition = type.GetGenericTypeDefinition();
        if (definition == typeof(Immutable<>))
            return true;
        var structural = definition == typeof(Nullable<>) || definition == typeof(ImmutableArray<>) || definition == typeof(ImmutableList<>)
            || definition == typeof(ImmutableDictionary<,>) || definition == typeof(ImmutableHashSet<>)
            || definition == typeof(ImmutableSortedDictionary<,>) || definition == typeof(ImmutableSortedSet<>)
            || definition == typeof(ImmutableQueue<>) || definition == typeof(ImmutableStack<>) || definition == typeof(KeyValuePair<,>)
            || MemberCopier.IsTuple(type);
        if (!structural)
            return null;

        // A type that contains itself is as shallow as the rest of it.
        return !underWay.Add(type) || type.GetGenericArguments().All(a => IsShallow(a, underWay));
    }
}
