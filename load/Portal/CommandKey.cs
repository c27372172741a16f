using System.Security.Cryptography;
using System.Text;

namespace Regional.Load.Portal;

/// <summary>Command ids in the form the portal takes: ULIDs, 26 characters of Crockford's base 32.</summary>
public static class CommandKey
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>A new one.</summary>
    public static string New() => Spell(RandomNumberGenerator.GetBytes(16));

    /// <summary>Always the same for the same words, so that a command repeated after a restart is recognised.</summary>
    public static string Of(params string[] words) => Spell(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', words)))[..16]);

    private static string Spell(byte[] bytes)
    {
        var value = new UInt128(BitConverter.ToUInt64(bytes), BitConverter.ToUInt64(bytes, 8));
        return string.Create(26, value, static (text, left) =>
        {
            for (var i = 25; i >= 0; i--, left >>= 5) text[i] = Alphabet[(int)(left & 31)];
        });
    }
}
