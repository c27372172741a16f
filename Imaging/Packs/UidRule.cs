namespace Regional.Imaging.Packs;

/// <summary>Why a text is not a UID (PS3.5 §9.1).</summary>
public enum UidProblem
{
    None,
    Empty,

    /// <summary>More than 64 characters.</summary>
    TooLong,

    /// <summary>A character other than digits and full stops, or an empty component.</summary>
    Malformed
}

/// <summary>
/// The UID rule of PS3.5 §9.1, checked before anything is written or looked up: at most 64 characters, digits and single full stops.
/// Leading zeros in a component are let through: modalities in the field send them.
/// </summary>
public static class UidRule
{
    public const int MaxLength = 64;

    public static UidProblem Check(string? uid)
    {
        if (string.IsNullOrEmpty(uid)) return UidProblem.Empty;
        if (uid.Length > MaxLength) return UidProblem.TooLong;
        var atComponentStart = true;
        foreach (var c in uid)
        {
            if (c == '.')
            {
                if (atComponentStart) return UidProblem.Malformed;
                atComponentStart = true;
            }
            else if (char.IsAsciiDigit(c))
            {
                atComponentStart = false;
            }
            else
            {
                return UidProblem.Malformed;
            }
        }
        return atComponentStart ? UidProblem.Malformed : UidProblem.None;
    }

    public static bool IsValid(string? uid) => Check(uid) == UidProblem.None;
}
