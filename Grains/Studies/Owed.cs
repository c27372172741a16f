using System.Collections.Immutable;

namespace Regional.Studies;

/// <summary>欠项: names of what an emergency may owe (X2).</summary>
internal static class Owed
{
    public const string Request = "request";
    public const string Identity = "identity";
    public const string Fee = "fee";

    public static bool Has(StudyState state, string what) => state.Owed.Any(item => item.What == what);

    public static ImmutableArray<OwedItem> Without(StudyState state, string what) => state.Owed.RemoveAll(item => item.What == what);
}
