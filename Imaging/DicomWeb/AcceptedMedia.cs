using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Regional.Imaging.DicomWeb;

/// <summary>One media range that a client accepts.</summary>
/// <param name="IsMultipart">multipart/related, which is also what "anything" means for DICOM resources.</param>
/// <param name="Type">The type of a part for multipart/related, else the type itself; may hold * parts.</param>
/// <param name="TransferSyntax">UID, * for any, or null when not named.</param>
internal readonly record struct AcceptedType(bool IsMultipart, string Type, string? TransferSyntax)
{
    public bool Matches(string mediaType) =>
        Type is "*/*" || Type.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
        || Type.EndsWith("/*", StringComparison.Ordinal) && mediaType.StartsWith(Type[..^1], StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// What the client accepts, best first (PS3.18 §8.3.3): the query parameter <c>accept</c>, else the header, else anything. Read leniently:
/// widespread viewers send <c>type=application/octet-stream</c> without the quotes that RFC 9110 asks for.
/// </summary>
internal static class AcceptedMedia
{
    private const int MaxRanges = 32;

    public static IReadOnlyList<AcceptedType> Of(HttpRequest request)
    {
        var values = request.Query["accept"] is { Count: > 0 } asked ? asked : request.Headers.Accept;
        List<(AcceptedType Type, double Quality)> ranges = [];
        foreach (var value in values)
        {
            foreach (var range in Split(value ?? "", ','))
            {
                if (ranges.Count < MaxRanges && Read(range) is { } read) ranges.Add(read);
            }
        }
        return ranges.Count == 0 && values.Count == 0
            ? [new AcceptedType(true, "*/*", null)]
            : [.. ranges.Where(range => range.Quality > 0).OrderByDescending(range => range.Quality).Select(range => range.Type)];
    }

    private static (AcceptedType Type, double Quality)? Read(string range)
    {
        var parts = Split(range, ';');
        var media = parts[0].Trim();
        if (!media.Contains('/', StringComparison.Ordinal)) return null;
        string? type = null, syntax = null;
        double quality = 1;
        foreach (var part in parts.Skip(1))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) continue;
            var value = part[(equals + 1)..].Trim().Trim('"');
            switch (part[..equals].Trim().ToLowerInvariant())
            {
                case "type": type = value; break;
                case "transfer-syntax": syntax = value; break;
                case "q": quality = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var q) ? q : 0; break;
            }
        }
        var isMultipart = media.Equals("multipart/related", StringComparison.OrdinalIgnoreCase);
        return (new AcceptedType(isMultipart || media == "*/*", isMultipart ? type ?? "*/*" : media, syntax), quality);
    }

    /// <summary>Splits outside of quotes; empty pieces are dropped.</summary>
    private static List<string> Split(string text, char separator)
    {
        List<string> pieces = [];
        var (start, isQuoted) = (0, false);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] == '"') isQuoted = !isQuoted;
            if (i < text.Length && (isQuoted || text[i] != separator)) continue;
            if (i > start) pieces.Add(text[start..i]);
            start = i + 1;
        }
        return pieces;
    }
}
