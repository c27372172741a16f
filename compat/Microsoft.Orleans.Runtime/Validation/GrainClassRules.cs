using System.Reflection;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Rules of grain classes: their rows in storage are found by names that must be theirs alone.</summary>
internal static class GrainClassRules
{
    public static IEnumerable<string> Check(IReadOnlyList<Type> classes) =>
        WithoutType(classes).Concat(SameType(classes)).Concat(SameState(classes));

    private static IEnumerable<string> WithoutType(IReadOnlyList<Type> classes) =>
        classes.Where(c => !c.IsDefined(typeof(GrainTypeAttribute), false)).Select(c => $"{c}: has no [GrainType]");

    private static IEnumerable<string> SameType(IReadOnlyList<Type> classes) =>
        classes.Where(c => c.IsDefined(typeof(GrainTypeAttribute), false))
            .GroupBy(GrainClassModel.TypeOf)
            .Where(g => g.Count() > 1)
            .Select(g => $"[GrainType(\"{g.Key}\")] is on {string.Join(" and ", g)}");

    private static IEnumerable<string> SameState(IReadOnlyList<Type> classes) =>
        classes.SelectMany(StatesOf)
            .GroupBy(s => s.Name)
            .Where(g => g.Count() > 1)
            .Select(g => $"State \"{g.Key}\" is of {string.Join(" and ", g.Select(s => s.Class))}");

    private static IEnumerable<(string Name, Type Class)> StatesOf(Type grainClass)
    {
        var names = GrainClassModel.StatesOf(grainClass).Select(p => p.GetCustomAttribute<PersistentStateAttribute>()!.StateName).ToList();

        // Grain<TState> keeps its state under a name that all such classes share: only one class may.
        for (var level = grainClass.BaseType; level is not null; level = level.BaseType)
        {
            if (level.IsGenericType && level.GetGenericTypeDefinition() == typeof(Grain<>))
                names.Add("state");
        }

        return names.Select(n => (n, grainClass));
    }
}
