using System.Collections.Concurrent;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orleans.Embedded;

/// <summary>
/// Copies messages between caller and grain: only what carries an <see cref="IdAttribute"/>, and everything that is not
/// <see cref="ImmutableAttribute">immutable</see>. How a type is copied is worked out once and compiled.
/// </summary>
internal static class DeepCopy
{
    private static readonly ConcurrentDictionary<Type, CopyFunction?> s_declared = new();
    private static readonly ConcurrentDictionary<Type, CopyFunction?> s_actual = new();

    /// <summary>How values of a member or parameter declared as <paramref name="declared"/> are copied; null if they are handed over.</summary>
    public static CopyFunction? CopierFor(Type declared) => s_declared.GetOrAdd(declared, static type => ForDeclared(type));

    /// <summary>Copies a value by its actual type.</summary>
    public static object Copy(object original, CopyContext context) =>
        ForActual(original.GetType()) is { } copy ? copy(original, context) : original;

    public static object? CopyMember(CopyFunction copier, object? value, CopyContext context) =>
        value is null ? null : copier(value, context);

    public static Dictionary<string, object>? OfContext(Dictionary<string, object>? values)
    {
        if (values is null || values.Values.All(v => ForActual(v.GetType()) is null))
            return values;

        var context = new CopyContext();
        return values.ToDictionary(v => v.Key, v => Copy(v.Value, context));
    }

    private static CopyFunction? ForDeclared(Type declared)
    {
        declared = Nullable.GetUnderlyingType(declared) ?? declared;
        if (declared.IsInterface && declared.IsAssignableTo(typeof(IAddressable)))
            return (original, _) => ReferenceTo(original, declared);
        if (declared.IsValueType || declared.IsSealed)
            return ForActual(declared);
        return Copy;
    }

    private static CopyFunction? ForActual(Type type) =>
        s_actual.TryGetValue(type, out var known) ? known : s_actual.GetOrAdd(type, static t => Build(t));

    private static CopyFunction? Build(Type type)
    {
        if (ShallowTypes.Contains(type) || type.IsAssignableTo(typeof(GrainReference)))
            return null;
        if (type.IsAssignableTo(typeof(Exception)))
            return ExceptionCopier.Copy;
        if (type.IsArray)
            return CollectionCopiers.ForArray(type);
        if (type.IsGenericType && CollectionCopiers.TryBuild(type, out var collection))
            return collection;
        if (type.IsDefined(typeof(GenerateSerializerAttribute), false))
            return type.IsDefined(typeof(ImmutableAttribute), false) ? null : MemberCopier.ForContract(type);
        if (MemberCopier.IsTuple(type))
            return MemberCopier.ForTuple(type);
        if (type.IsAssignableTo(typeof(IAddressable)))
            return (original, _) => throw NotAReference(original);

        throw new CodecNotFoundException(
            $"{type} cannot travel in a message: it has no [GenerateSerializer] and is no type the engine knows how to copy.");
    }

    private static object ReferenceTo(object original, Type contract) => original switch
    {
        GrainReference => original,
        IGrainObserver => throw NotAReference(original),
        IAddressable grain => grain.AsReference(contract),
        _ => throw NotAReference(original),
    };

    private static NotSupportedException NotAReference(object original) =>
        new($"{original.GetType()} is sent itself instead of a reference to it. An observer is sent as what "
            + $"{nameof(IGrainFactory.CreateObjectReference)} gives, a grain as {nameof(GrainExtensions.AsReference)}.");
}
