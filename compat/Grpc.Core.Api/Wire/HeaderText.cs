using System.Text;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>How values stand in HTTP headers: percent-encoded UTF-8 for grpc-message, base64 for "-bin".</summary>
internal static class HeaderText
{
    public static string PercentEncode(string text)
    {
        var plain = true;
        foreach (var c in text)
            plain &= IsPlain(c);
        if (plain)
            return text;

        var encoded = new StringBuilder(text.Length * 2);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (IsPlain((char)b))
                encoded.Append((char)b);
            else
                encoded.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return encoded.ToString();
    }

    public static string PercentDecode(string text) => Uri.UnescapeDataString(text);

    /// <summary>Accepts base64 with and without padding, as the specification asks.</summary>
    public static byte[] DecodeBinary(string base64) => (base64.Length % 4) switch
    {
        0 => Convert.FromBase64String(base64),
        2 => Convert.FromBase64String(base64 + "=="),
        3 => Convert.FromBase64String(base64 + "="),
        _ => throw new FormatException("Invalid base64 header value"),
    };

    public static string ToHeaderValue(Metadata.Entry entry) => entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes) : entry.Value;

    /// <exception cref="FormatException">A "-bin" header is not base64.</exception>
    public static void AddReceived(Metadata metadata, string name, string value)
    {
        if (name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
            metadata.Add(name, DecodeBinary(value));
        else
            metadata.Add(name, value);
    }

    private static bool IsPlain(char c) => c is >= ' ' and <= '~' and not '%';
}
