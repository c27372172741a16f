using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Regional.Portal.Accounts;

/// <summary>
/// Password hashes: PBKDF2 with HMAC-SHA-512, 210,000 iterations, a salt of 16 bytes each (the figures of OWASP's password storage sheet).
/// Written as <c>pbkdf2-sha512$iterations$salt$hash</c>, so that the work factor can grow and old hashes still verify.
/// </summary>
public static class Passwords
{
    private const string Scheme = "pbkdf2-sha512";
    private const int Iterations = 210_000;
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    // Verified against when there is no such account, so that both answers take as long.
    private static readonly Lazy<string> Nobody = new(() => Hash(Convert.ToHexString(RandomNumberGenerator.GetBytes(16))));

    public static string Hash(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var hash = Derive(password, salt, Iterations);
        return string.Create(CultureInfo.InvariantCulture, $"{Scheme}${Iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}");
    }

    /// <param name="stored">Null where no such account exists: the same time is spent, the answer is no.</param>
    public static bool Verify(string? stored, string password)
    {
        var parts = (stored ?? Nobody.Value).Split('$');
        if (parts.Length != 4 || parts[0] != Scheme || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var iterations))
            return false;
        var equal = CryptographicOperations.FixedTimeEquals(Derive(password, Convert.FromBase64String(parts[2]), iterations), Convert.FromBase64String(parts[3]));
        return equal && stored is not null;
    }

    private static byte[] Derive(string password, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password.Normalize(NormalizationForm.FormKC)), salt, iterations, HashAlgorithmName.SHA512, HashBytes);
}
