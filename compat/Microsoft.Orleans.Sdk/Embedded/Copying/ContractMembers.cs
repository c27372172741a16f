using System.Reflection;

namespace Orleans.Embedded;

/// <summary>Which fields of a contract travel.</summary>
internal static class ContractMembers
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>The fields behind the numbered members of <paramref name="type"/> and of the types it derives from.</summary>
    public static IReadOnlyList<FieldInfo> CarriedFields(Type type)
    {
        var fields = new List<FieldInfo>();
        for (var level = type; level is not null && level != typeof(object) && level != typeof(ValueType); level = level.BaseType)
        {
            foreach (var field in level.GetFields(Declared))
            {
                if (IdOf(field) is not null)
                    fields.Add(field);
            }
        }

        return fields;
    }

    /// <summary>The fields of <paramref name="type"/> itself, carried or not.</summary>
    public static IEnumerable<FieldInfo> OwnFields(Type type) => type.GetFields(Declared);

    /// <summary>The number of a field, written on it or on the property it stands behind; null if it does not travel.</summary>
    public static uint? IdOf(FieldInfo field) =>
        (field.GetCustomAttribute<IdAttribute>() ?? PropertyOf(field)?.GetCustomAttribute<IdAttribute>())?.Id;

    /// <summary>The property whose storage a field is, if it is.</summary>
    public static PropertyInfo? PropertyOf(FieldInfo field) =>
        field.Name.StartsWith('<') && field.Name.EndsWith(">k__BackingField", StringComparison.Ordinal)
            ? field.DeclaringType!.GetProperty(field.Name[1..field.Name.IndexOf('>')], Declared)
            : null;

    /// <summary>Properties with a number that have no field of their own.</summary>
    public static IEnumerable<PropertyInfo> NumberedWithoutField(Type type) =>
        type.GetProperties(Declared).Where(p =>
            p.IsDefined(typeof(IdAttribute), false) && type.GetField($"<{p.Name}>k__BackingField", Declared) is null);
}
