using System.Globalization;
using Regional.Actors;

namespace Regional.Studies;

/// <summary>
/// The StudyInstanceUID that the worklist gives to an exam: <c>2.25.</c> and the exam's own 128 bits (PS3.5 §B.2), so that whatever comes back
/// with it names the exam. Images keep the UID that they bring, this one or another.
/// </summary>
internal static class IssuedUid
{
    private const string Root = "2.25.";

    /// <summary>Null for a key that holds no ULID.</summary>
    public static string? Of(string studyId) =>
        GrainKeys.StudyNumber(studyId) is { } number ? Root + number.ToString(CultureInfo.InvariantCulture) : null;

    /// <summary>The key of the exam to which this UID was given, if it was; whether there is such an exam is another question.</summary>
    public static string? StudyOf(string uid) =>
        uid.StartsWith(Root, StringComparison.Ordinal)
        && UInt128.TryParse(uid.AsSpan(Root.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && Root + number.ToString(CultureInfo.InvariantCulture) == uid
            ? GrainKeys.Study(number)
            : null;
}
