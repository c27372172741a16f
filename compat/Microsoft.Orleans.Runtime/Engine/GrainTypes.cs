using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Metadata;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>The grain classes and contracts of this process.</summary>
internal sealed class GrainTypes
{
    private readonly Dictionary<GrainType, GrainClassModel> _classes = [];
    private readonly Dictionary<GrainInterfaceType, Type> _contracts = [];
    private readonly ConcurrentDictionary<Type, GrainType> _implementations = new();

    public GrainTypes(IOptions<GrainTypeOptions> options, IOptions<GrainCollectionOptions> collection)
    {
        Application = ApplicationTypes.Find(options.Value);
        foreach (var grainClass in Application.GrainClasses.Where(c => c.IsDefined(typeof(GrainTypeAttribute), false)))
        {
            var model = new GrainClassModel(grainClass, collection.Value);
            _classes.TryAdd(model.GrainType, model);
        }

        foreach (var contract in Application.Contracts)
            _contracts.TryAdd(NameOf(contract), contract);
    }

    public ApplicationTypes Application { get; }

    public GrainClassModel ClassOf(GrainType type) =>
        _classes.TryGetValue(type, out var model)
            ? model
            : throw new ArgumentException($"No grain class has the type \"{type}\".");

    /// <summary>The type of the grains behind a contract: of its only class, or of the one it names.</summary>
    public GrainType ImplementationOf(Type contract, string? classNamePrefix)
    {
        if (string.IsNullOrWhiteSpace(classNamePrefix))
            return _implementations.GetOrAdd(contract, FindImplementation);

        var named = _classes.Values
            .Where(c => c.Contracts.Contains(contract) && c.Class.FullName!.StartsWith(classNamePrefix, StringComparison.Ordinal))
            .ToArray();
        return Only(contract, named);
    }

    public Type ContractOf(GrainInterfaceType type) =>
        _contracts.TryGetValue(type, out var contract) ? contract : throw new ArgumentException($"No contract is called \"{type}\".");

    private static GrainInterfaceType NameOf(Type contract) =>
        new(contract.GetCustomAttributes<AliasAttribute>(false).FirstOrDefault()?.Alias ?? contract.FullName ?? contract.Name);

    private GrainType FindImplementation(Type contract)
    {
        if (contract.GetCustomAttribute<DefaultGrainTypeAttribute>() is { } named)
            return GrainType.Create(named.GrainTypeName);
        return Only(contract, _classes.Values.Where(c => c.Contracts.Contains(contract)).ToArray());
    }

    private static GrainType Only(Type contract, GrainClassModel[] classes) => classes.Length switch
    {
        1 => classes[0].GrainType,
        0 => throw new ArgumentException($"No grain class implements {contract}."),
        _ => throw new ArgumentException(
            $"{contract} is implemented by {string.Join(" and ", classes.Select(c => c.Class.Name))}: name one with a class name prefix or [DefaultGrainType]."),
    };
}
