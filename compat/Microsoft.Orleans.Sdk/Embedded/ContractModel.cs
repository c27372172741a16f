using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>A grain or observer interface with the methods of all interfaces it derives from.</summary>
internal sealed class ContractModel
{
    private static readonly ConcurrentDictionary<Type, ContractModel> s_models = new();

    private readonly Lazy<Func<IMessageRouter, GrainId, GrainReference>> _createReference;

    private ContractModel(Type contract)
    {
        Contract = contract;
        InterfaceType = new GrainInterfaceType(
            contract.GetCustomAttributes<AliasAttribute>(false).FirstOrDefault()?.Alias ?? contract.FullName ?? contract.Name);
        Methods = contract.GetInterfaces().Prepend(contract)
            .SelectMany(i => i.GetMethods(BindingFlags.Public | BindingFlags.Instance))
            .Where(m => m.IsAbstract)
            .Select(m => new MethodModel(m.DeclaringType!, m))
            .ToArray();
        _createReference = new(() => ReferenceEmitter.Emit(this));
    }

    public Type Contract { get; }

    public GrainInterfaceType InterfaceType { get; }

    public MethodModel[] Methods { get; }

    public bool IsObserver => Contract.IsAssignableTo(typeof(IGrainObserver));

    public static ContractModel Of(Type contract) => s_models.GetOrAdd(contract, static type => new ContractModel(type));

    public GrainReference CreateReference(IMessageRouter router, GrainId target) => _createReference.Value(router, target);
}
