using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Regional.TestKit.Phantoms;

/// <summary>UIDs under the UUID root (PS3.5 B.2): 2.25 and a 128-bit number, here a hash of the parts.</summary>
public static class SeededUid
{
    public static string Of(params object[] parts)
    {
        var text = string.Join('\u001f', parts.Select(p => Convert.ToString(p, CultureInfo.InvariantCulture)));
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        // Marked as a version 8 (custom) UUID, so that it never meets one drawn by a real device.
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return "2.25." + BinaryPrimitives.ReadUInt128BigEndian(hash).ToString(CultureInfo.InvariantCulture);
    }
}
