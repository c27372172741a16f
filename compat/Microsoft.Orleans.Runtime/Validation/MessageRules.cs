using System.Reflection;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Rules of the types that travel in messages: the application's own, and whatever its contracts and those types name.</summary>
internal static class MessageRules
{
    public static IEnumerable<string> Check(IReadOnlyList<Type> messages, IReadOnlyList<Type> contracts) =>
        messages.SelectMany(CheckMessage)
            .Concat(messages.SelectMany(CheckMembers))
            .Concat(contracts.SelectMany(CheckSignatures))
            .Concat(CheckAliases(messages.Concat(contracts)));

    private static IEnumerable<string> CheckMessage(Type type)
    {
        if (!type.IsDefined(typeof(AliasAttribute), false))
            yield return $"{type}: has no [Alias]";
        if (!NamesArity(type))
            yield return $"{type}: its [Alias] has to end {(type.IsGenericType ? $"in `{type.GetGenericArguments().Length}" : "without an arity")}";
        if (type.IsEnum)
            yield break;
        if (type is { IsClass: true, IsSealed: false, IsAbstract: false } && !type.IsAssignableTo(typeof(Exception)))
            yield return $"{type}: is neither sealed nor abstract";
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && !parent.IsAssignableTo(typeof(Exception))
            && !IsMarked(parent))
        {
            yield return $"{type}: derives from {parent}, which has no [GenerateSerializer]";
        }

        foreach (var property in ContractMembers.NumberedWithoutField(type))
            yield return $"{type}.{property.Name}: has an [Id] but nothing is stored in it";

        var ids = new Dictionary<uint, string>();
        foreach (var field in ContractMembers.OwnFields(type))
        {
            var name = ContractMembers.PropertyOf(field)?.Name ?? field.Name;
            if (ContractMembers.IdOf(field) is not { } id)
                yield return $"{type}.{name}: has no [Id]";
            else if (!ids.TryAdd(id, name))
                yield return $"{type}.{name}: has the same [Id({id})] as {ids[id]}";
        }
    }

    private static IEnumerable<string> CheckMembers(Type type) =>
        type.IsEnum
            ? []
            : ContractMembers.OwnFields(type)
                .Where(f => ContractMembers.IdOf(f) is not null)
                .SelectMany(f => Unfit(f.FieldType).Select(t => $"{type}.{ContractMembers.PropertyOf(f)?.Name ?? f.Name}: {t}"));

    private static IEnumerable<string> CheckSignatures(Type contract) =>
        InterfaceRules.MethodsOf(contract).SelectMany(method => method.GetParameters()
            .Select(p => p.ParameterType)
            .Where(t => !t.IsByRef)
            .Append(method.ReturnType is { IsGenericType: true } returned ? returned.GetGenericArguments()[0] : typeof(void))
            .Where(t => t != typeof(void))
            .SelectMany(Unfit)
            .Select(fault => $"{contract}.{method.Name}: {fault}"));

    /// <summary>What keeps a type from travelling, in it or in the types it is made of.</summary>
    private static IEnumerable<string> Unfit(Type type)
    {
        if (type.IsGenericParameter || type == typeof(object) || type.IsAssignableTo(typeof(Exception)))
            return [];
        if (type.IsArray)
            return Unfit(type.GetElementType()!);
        if (type.IsGenericType && (IsCollection(type) || MemberCopier.IsTuple(type) || type.IsInterface))
            return IsOpenOrKnownInterface(type) ? type.GetGenericArguments().SelectMany(Unfit) : [$"{type} is no type that can travel"];
        if (IsMarked(type))
            return type.IsGenericType ? type.GetGenericArguments().SelectMany(Unfit) : [];
        if (ApplicationTypes.IsOfEngine(type) || type.IsAssignableTo(typeof(IAddressable)) || (ShallowTypes.Contains(type) && !IsOwnEnum(type)))
            return [];
        return [$"{type} has no [GenerateSerializer]"];
    }

    // The original writes an alias where a type's name stands, and reads the number of type arguments from it.
    private static bool NamesArity(Type type)
    {
        var arity = type.IsGenericType ? $"`{type.GetGenericArguments().Length}" : "";
        return type.GetCustomAttributes<AliasAttribute>(false)
            .All(a => a.Alias.LastIndexOf('`') is var tick && (tick < 0 ? "" : a.Alias[tick..]) == arity);
    }

    private static bool IsMarked(Type type) => type.IsDefined(typeof(GenerateSerializerAttribute), false);

    private static bool IsOwnEnum(Type type) => type.IsEnum && !type.Assembly.GetName().Name!.StartsWith("System", StringComparison.Ordinal);

    private static bool IsCollection(Type type) =>
        type.GetGenericTypeDefinition() is var definition
        && (CollectionCopiers.Knows(definition) || definition == typeof(Nullable<>) || definition == typeof(Immutable<>));

    // Values behind these interfaces travel as the collection they really are.
    private static bool IsOpenOrKnownInterface(Type type) =>
        !type.IsInterface || (type.Namespace == "System.Collections.Generic" && type.GetGenericTypeDefinition() != typeof(IAsyncEnumerable<>))
        || type.Namespace == "System.Collections.Immutable";

    private static IEnumerable<string> CheckAliases(IEnumerable<Type> types) =>
        types.SelectMany(t => t.GetCustomAttributes<AliasAttribute>(false).Select(a => (a.Alias, Type: t)))
            .GroupBy(a => a.Alias)
            .Where(g => g.Count() > 1)
            .Select(g => $"[Alias(\"{g.Key}\")] is on {string.Join(" and ", g.Select(a => a.Type))}");
}
