using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Regional.Imaging.Capture;

/// <summary>
/// UIDs below 2.25 (PS3.5 §B.2) that follow from what they name: the same picture of the same exam has the same UID however often it comes, so that
/// a repeat after a crash is a duplicate and never a second image.
/// </summary>
public static class CaptureUid
{
    /// <param name="kind">Keeps UIDs of one thing apart from those of another: <c>study</c>, <c>series</c>, <c>instance</c>.</param>
    public static string Of(string kind, params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(kind));
        Span<byte> length = stackalloc byte[4];
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        Span<byte> uuid = stackalloc byte[32];
        hash.GetHashAndReset(uuid);
        // A UUID of version 8 (RFC 9562 §5.8): its bits are the maker's own.
        uuid[6] = (byte)((uuid[6] & 0x0F) | 0x80);
        uuid[8] = (byte)((uuid[8] & 0x3F) | 0x80);
        return "2.25." + BinaryPrimitives.ReadUInt128BigEndian(uuid).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>What a file's bytes are called: SHA-256 of all of them, in hexadecimal. The stream is read from its begin.</summary>
    public static string ContentOf(Stream file)
    {
        file.Position = 0;
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
