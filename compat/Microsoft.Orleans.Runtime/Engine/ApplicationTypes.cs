using System.Reflection;
using System.Runtime.Loader;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// Grain classes, contracts and message types of the application: of every assembly that is loaded, or referenced by a loaded one, and
/// uses this engine; and those named in <see cref="GrainTypeOptions"/>.
/// </summary>
internal sealed record ApplicationTypes(IReadOnlyList<Type> GrainClasses, IReadOnlyList<Type> Contracts, IReadOnlyList<Type> Messages)
{
    private static readonly string s_engine = typeof(IAddressable).Assembly.GetName().Name!;

    public static ApplicationTypes Find(GrainTypeOptions options)
    {
        var types = Assemblies()
            .SelectMany(a => a.GetTypes())
            .Concat(options.Classes)
            .Concat(options.Interfaces)
            .Concat(options.Interfaces.Concat(options.Classes).Select(t => t.Assembly).Distinct().SelectMany(a => a.GetTypes().Where(IsMessage)))
            .Distinct()
            .ToArray();
        return new ApplicationTypes(
            types.Where(IsGrainClass).ToArray(),
            types.Where(t => t.IsInterface && t.IsAssignableTo(typeof(IAddressable)) && !IsOfEngine(t)).ToArray(),
            types.Where(t => IsMessage(t) && !IsOfEngine(t)).ToArray());
    }

    /// <summary>True for types of the engine's own assemblies.</summary>
    public static bool IsOfEngine(Type type) =>
        type.Assembly.GetName().Name!.StartsWith("Microsoft.Orleans.", StringComparison.Ordinal);

    private static bool IsGrainClass(Type type) =>
        type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && type.IsAssignableTo(typeof(IGrainBase))
        && !type.IsAssignableTo(typeof(GrainReference));

    private static bool IsMessage(Type type) => type.IsDefined(typeof(GenerateSerializerAttribute), false);

    private static IEnumerable<Assembly> Assemblies()
    {
        var found = new Dictionary<string, Assembly>();
        var open = new Queue<Assembly>(AssemblyLoadContext.Default.Assemblies.Where(a => !a.IsDynamic));
        while (open.TryDequeue(out var assembly))
        {
            if (!found.TryAdd(assembly.FullName!, assembly))
                continue;
            foreach (var reference in assembly.GetReferencedAssemblies())
            {
                if (!found.ContainsKey(reference.FullName) && !IsOfPlatform(reference.Name!) && TryLoad(reference) is { } referenced)
                    open.Enqueue(referenced);
            }
        }

        return found.Values.Where(a => a.GetName().Name == s_engine || a.GetReferencedAssemblies().Any(r => r.Name == s_engine));
    }

    private static bool IsOfPlatform(string name) =>
        name is "netstandard" or "mscorlib" || name.StartsWith("System", StringComparison.Ordinal)
        || (name.StartsWith("Microsoft.", StringComparison.Ordinal) && !name.StartsWith("Microsoft.Orleans.", StringComparison.Ordinal));

    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return AssemblyLoadContext.Default.LoadFromAssemblyName(name);
        }
        catch (Exception exception) when (exception is FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            // A reference that is not deployed can hold no grain of this process.
            return null;
        }
    }
}
