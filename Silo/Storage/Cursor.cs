using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Regional.Silo.Storage;

/// <summary>Where a page ended: the sort key of its last row, opaque to callers. A cursor that is not one of ours reads as none.</summary>
internal static class Cursor
{
    public static string Write(long at, string id) => Write(at.ToString(CultureInfo.InvariantCulture) + "|" + id);

    public static string Write(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    public static (long At, string Id)? ReadPair(string? cursor)
    {
        if (ReadKey(cursor) is not { } key || key.IndexOf('|', StringComparison.Ordinal) is not (> 0 and var bar))
            return null;
        return long.TryParse(key.AsSpan(0, bar), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at) ? (at, key[(bar + 1)..]) : null;
    }

    public static string? ReadKey(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor) || cursor.Length > 512 || !Base64Url.IsValid(cursor))
            return null;
        return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
    }
}
