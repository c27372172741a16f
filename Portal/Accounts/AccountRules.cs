using System.Text.RegularExpressions;
using Regional.Actors;

namespace Regional.Portal.Accounts;

/// <summary>What an account may be called, hold and be opened with, whichever way it is made. Each rule answers null or what is wrong.</summary>
public static partial class AccountRules
{
    public const int LongestPassword = 256;

    private const int ShortestPassword = 12;

    public static readonly string[] Roles =
    [
        Role.Desk, Role.Technician, Role.Nurse, Role.Sonographer, Role.Clinician, Role.DutyDoctor, Role.Trainee, Role.Reader, Role.Senior,
        Role.Coordinator, Role.Quality, Role.Administrator,
    ];

    /// <summary>Names stand in histories and in the audit log: the name under which the region itself acts is nobody's.</summary>
    public static string? NameFault(string userId) =>
        userId == Actor.System.UserId ? "is the region's own name"
        : Name().IsMatch(userId) ? null
        : "must be 1 to 64 characters of a-z, 0-9, dot, hyphen and underscore, beginning with a letter";

    public static string? RoleFault(string role) => Roles.Contains(role, StringComparer.Ordinal) ? null : "is not a role";

    /// <summary>Length is what counts (NIST SP 800-63B §5.1.1.2); no rule asks for kinds of characters.</summary>
    public static string? PasswordFault(string password) =>
        password.Length is < ShortestPassword or > LongestPassword ? $"must have {ShortestPassword} to {LongestPassword} characters"
        : password.Any(char.IsControl) ? "must have no control characters"
        : null;

    [GeneratedRegex(@"\A[a-z][a-z0-9._-]{0,63}\z")]
    private static partial Regex Name();
}
