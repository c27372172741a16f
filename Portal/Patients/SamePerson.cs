using Regional.Outcomes;
using Regional.Patients;

namespace Regional.Portal.Patients;

/// <summary>
/// Whether what was written down agrees with a person whom the region knows: name, sex and birth date, all known and all equal, and no other
/// national id. Twins, fathers and sons, and the reused ids "1, 2, 3" differ in one of them (workflow.md 8).
/// </summary>
internal static class SamePerson
{
    /// <summary>What does not agree; empty where all does.</summary>
    public static FieldFault[] Differences(Demographics known, Demographics given)
    {
        List<FieldFault> faults = [];
        if (!string.Equals(known.Name.Trim(), given.Name?.Trim(), StringComparison.Ordinal))
            faults.Add(new FieldFault("name", "agree"));
        if (known.Sex != given.Sex || known.Sex is not ("M" or "F" or "O"))
            faults.Add(new FieldFault("sex", "agree"));
        if (known.BirthDate is null || known.BirthDate != given.BirthDate)
            faults.Add(new FieldFault("birthDate", "agree"));
        if (known.NationalId is { Length: > 0 } one && given.NationalId is { Length: > 0 } other && !NationalIds.Same(one, other))
            faults.Add(new FieldFault("nationalId", "agree"));
        return [.. faults];
    }
}

/// <summary>身份证号: 17 digits and a check character (GB 11643-1999).</summary>
internal static class NationalIds
{
    public static bool Is(string text) => text.Length == 18 && text[..17].All(char.IsAsciiDigit) && (char.IsAsciiDigit(text[17]) || text[17] is 'X' or 'x');

    public static bool Same(string one, string other) => string.Equals(one.Trim(), other.Trim(), StringComparison.OrdinalIgnoreCase);
}
