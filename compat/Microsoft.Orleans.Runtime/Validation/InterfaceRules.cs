using System.Reflection;

namespace Orleans.Embedded;

/// <summary>Rules of grain and observer interfaces.</summary>
internal static class InterfaceRules
{
    public static IEnumerable<string> Check(IReadOnlyList<Type> contracts)
    {
        foreach (var contract in contracts)
        {
            if (contract.ContainsGenericParameters)
                yield return $"{contract}: a contract is not generic";
            if (!contract.IsDefined(typeof(AliasAttribute), false))
                yield return $"{contract}: has no [Alias]";
            foreach (var method in contract.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(m => !m.IsAbstract))
                yield return $"{contract}.{method.Name}: a method of a contract has no body";
            foreach (var property in contract.GetProperties())
                yield return $"{contract}.{property.Name}: a contract has no properties";
            foreach (var fault in MethodsOf(contract).SelectMany(m => CheckMethod(contract, m)))
                yield return fault;
            foreach (var same in MethodsOf(contract).Where(HasAlias).GroupBy(Alias).Where(g => g.Count() > 1))
                yield return $"{contract}: [Alias(\"{same.Key}\")] is on {string.Join(" and ", same.Select(m => m.Name))}";
        }
    }

    /// <summary>The methods a contract declares itself.</summary>
    public static IEnumerable<MethodInfo> MethodsOf(Type contract) =>
        contract.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(m => m.IsAbstract && !m.IsSpecialName);

    private static IEnumerable<string> CheckMethod(Type contract, MethodInfo method)
    {
        var name = $"{contract}.{method.Name}";
        if (!HasAlias(method))
            yield return $"{name}: has no [Alias]";
        if (method.IsGenericMethod)
            yield return $"{name}: a method of a contract is not generic";
        if (method.GetParameters().Any(p => p.ParameterType.IsByRef))
            yield return $"{name}: has ref, in or out parameters";
        if (method.GetParameters().Count(p => p.ParameterType == typeof(CancellationToken)) > 1)
            yield return $"{name}: has more than one CancellationToken";
        if (method.ReturnType.IsGenericType && method.ReturnType.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>))
            yield return $"{name}: returns IAsyncEnumerable";
        else if (!IsTask(method.ReturnType) && !(method.ReturnType == typeof(void) && contract.IsAssignableTo(typeof(IGrainObserver))))
            yield return $"{name}: returns {method.ReturnType}, not a Task or ValueTask";
    }

    private static bool HasAlias(MethodInfo method) => method.IsDefined(typeof(AliasAttribute), false);

    private static string Alias(MethodInfo method) => method.GetCustomAttributes<AliasAttribute>().First().Alias;

    private static bool IsTask(Type type) =>
        type == typeof(Task) || type == typeof(ValueTask)
        || (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>)));
}
