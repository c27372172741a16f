using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Orleans.Embedded;

/// <summary>
/// Copies exceptions. What the runtime library's exceptions hold is kept; of the product's own fields only the numbered ones are, as
/// they would be after a journey over the wire.
/// </summary>
internal static class ExceptionCopier
{
    private static readonly ConcurrentDictionary<Type, (FieldInfo[] Dropped, FieldInfo[] Copied)> s_fields = new();

    private static readonly FieldInfo s_inner = typeof(Exception).GetField("_innerException", BindingFlags.Instance | BindingFlags.NonPublic)!;

    public static object Copy(object original, CopyContext context)
    {
        if (context.TryGet(original, out var known))
            return known!;

        var copy = MemberwiseClone(original);
        context.Record(original, copy);
        var (dropped, copied) = s_fields.GetOrAdd(original.GetType(), static type => Fields(type));
        foreach (var field in dropped)
            field.SetValue(copy, null);
        foreach (var field in copied)
            field.SetValue(copy, field.GetValue(original) is { } value ? DeepCopy.Copy(value, context) : null);
        if (((Exception)original).InnerException is { } inner)
            s_inner.SetValue(copy, Copy(inner, context));
        return copy;
    }

    private static (FieldInfo[] Dropped, FieldInfo[] Copied) Fields(Type type)
    {
        var own = new List<FieldInfo>();
        for (var level = type; level is not null && level.Assembly != typeof(Exception).Assembly; level = level.BaseType)
        {
            if (!IsOfRuntimeLibrary(level.Assembly))
                own.AddRange(ContractMembers.OwnFields(level));
        }

        return (own.Where(f => ContractMembers.IdOf(f) is null).ToArray(), own.Where(f => ContractMembers.IdOf(f) is not null).ToArray());
    }

    private static bool IsOfRuntimeLibrary(Assembly assembly) =>
        assembly.GetName().Name is { } name && (name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal))
        && assembly != typeof(ExceptionCopier).Assembly;

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "MemberwiseClone")]
    private static extern object MemberwiseClone(object original);
}
