using System.Reflection;
using Orleans;

namespace Regional.Architecture.Tests;

/// <summary>The contract rules of design §2 (rule 1), checked on the assembly itself so that both stacks agree.</summary>
public sealed class ContractTests
{
    private static readonly Assembly Contracts = typeof(Actors.Actor).Assembly;

    private static IEnumerable<Type> GrainInterfaces =>
        Contracts.GetTypes().Where(t => t.IsInterface && (typeof(IGrain).IsAssignableFrom(t) || typeof(IGrainObserver).IsAssignableFrom(t)));

    private static IEnumerable<Type> Serialized => Contracts.GetTypes().Where(t => t.GetCustomAttribute<GenerateSerializerAttribute>() is not null);

    [Fact]
    public void Aliases_stand_everywhere_and_never_twice()
    {
        var types = GrainInterfaces.Concat(Serialized).ToArray();
        types.Where(t => AliasOf(t) is null).Select(t => t.FullName).ShouldBeEmpty("without an alias");
        types.GroupBy(AliasOf).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty("alias twice");
        foreach (var contract in GrainInterfaces)
        {
            contract.GetMethods().Where(m => AliasOf(m) is null).Select(m => m.Name).ShouldBeEmpty(contract.Name);
            contract.GetMethods().GroupBy(AliasOf).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty(contract.Name);
        }
    }

    [Fact]
    public void Methods_take_values_and_at_most_one_token()
    {
        foreach (var contract in GrainInterfaces)
        {
            contract.GetProperties().ShouldBeEmpty(contract.Name);
            foreach (var method in contract.GetMethods())
            {
                var name = $"{contract.Name}.{method.Name}";
                (method.ReturnType == typeof(Task) || method.ReturnType == typeof(ValueTask)
                    || (method.ReturnType.IsGenericType && method.ReturnType.GetGenericTypeDefinition() is var open && (open == typeof(Task<>) || open == typeof(ValueTask<>))))
                    .ShouldBeTrue($"{name} returns {method.ReturnType.Name}");
                method.GetParameters().ShouldNotContain(p => p.ParameterType.IsByRef, name);
                method.GetParameters().Count(p => p.ParameterType == typeof(CancellationToken)).ShouldBeLessThanOrEqualTo(1, name);
            }
        }
    }

    [Fact]
    public void Records_are_sealed_and_every_member_has_its_own_number()
    {
        foreach (var type in Serialized.Where(t => !t.IsEnum))
        {
            type.IsSealed.ShouldBeTrue(type.Name);
            type.GetCustomAttribute<ImmutableAttribute>().ShouldNotBeNull(type.Name);
            var carried = type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(p => p.SetMethod is not null).ToArray();
            carried.Where(p => p.GetCustomAttribute<IdAttribute>() is null).Select(p => $"{type.Name}.{p.Name}").ShouldBeEmpty("without [Id]");
            carried.GroupBy(p => p.GetCustomAttribute<IdAttribute>()!.Id).Where(g => g.Count() > 1).Select(g => $"{type.Name} id {g.Key}").ShouldBeEmpty();
        }
    }

    [Fact]
    public void Everything_a_contract_carries_is_itself_a_contract()
    {
        var used = GrainInterfaces.SelectMany(i => i.GetMethods()).SelectMany(m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType))
            .Concat(Serialized.SelectMany(t => t.GetProperties().Where(p => p.GetCustomAttribute<IdAttribute>() is not null).Select(p => p.PropertyType)))
            .SelectMany(Parts).Where(t => t.Assembly == Contracts && !t.IsInterface && !t.IsGenericParameter).Distinct();
        used.Where(t => (t.IsGenericType ? t.GetGenericTypeDefinition() : t).GetCustomAttribute<GenerateSerializerAttribute>() is null)
            .Select(t => t.FullName).ShouldBeEmpty();
    }

    private static string? AliasOf(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias;

    private static IEnumerable<Type> Parts(Type type) =>
        type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type)
        : type.IsArray ? Parts(type.GetElementType()!)
        : [type];
}
