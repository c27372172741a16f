using System.Globalization;
using System.Text;
using System.Buffers.Text;

namespace Orleans.Runtime;

/// <summary>
/// Integer keys are upper-case hexadecimal text, GUID keys 32 hexadecimal digits, either with an optional <c>+extension</c>. A string
/// key that reads as one of those is taken for one: that is the rule of storage rows, and why the product's keys carry a prefix.
/// </summary>
public static class GrainIdKeyExtensions
{
    private const byte ExtensionMark = (byte)'+';
    private const int GuidLength = 32;

    public static IdSpan CreateIntegerKey(long key) => IdSpan.Create(key.ToString("X", CultureInfo.InvariantCulture));

    public static IdSpan CreateIntegerKey(long key, string? keyExtension) =>
        string.IsNullOrWhiteSpace(keyExtension)
            ? CreateIntegerKey(key)
            : IdSpan.Create($"{key.ToString("X", CultureInfo.InvariantCulture)}+{keyExtension}");

    public static IdSpan CreateGuidKey(Guid key) => IdSpan.Create(key.ToString("N", CultureInfo.InvariantCulture));

    public static IdSpan CreateGuidKey(Guid key, string? keyExtension) =>
        string.IsNullOrWhiteSpace(keyExtension)
            ? CreateGuidKey(key)
            : IdSpan.Create($"{key.ToString("N", CultureInfo.InvariantCulture)}+{keyExtension}");

    public static bool TryGetIntegerKey(this GrainId grainId, out long key, out string? keyExt)
    {
        var text = grainId.Key.AsSpan();
        keyExt = null;
        var mark = text.IndexOf(ExtensionMark);
        if (mark >= 0)
        {
            keyExt = Encoding.UTF8.GetString(text[(mark + 1)..]);
            text = text[..mark];
        }

        return Utf8Parser.TryParse(text, out key, out var consumed, 'X') && consumed == text.Length;
    }

    public static bool TryGetGuidKey(this GrainId grainId, out Guid key, out string? keyExt)
    {
        var text = grainId.Key.AsSpan();
        keyExt = null;
        if (text.Length > GuidLength && text[GuidLength] == ExtensionMark)
        {
            keyExt = Encoding.UTF8.GetString(text[(GuidLength + 1)..]);
            text = text[..GuidLength];
        }

        key = default;
        return text.Length == GuidLength && Utf8Parser.TryParse(text, out key, out var consumed, 'N') && consumed == GuidLength;
    }

    public static long GetIntegerKey(this GrainId grainId) => grainId.GetIntegerKey(out _);

    public static long GetIntegerKey(this GrainId grainId, out string? keyExt) =>
        grainId.TryGetIntegerKey(out var key, out keyExt)
            ? key
            : throw new ArgumentException($"The key of \"{grainId}\" is not an integer key.", nameof(grainId));

    public static Guid GetGuidKey(this GrainId grainId) => grainId.GetGuidKey(out _);

    public static Guid GetGuidKey(this GrainId grainId, out string? keyExt) =>
        grainId.TryGetGuidKey(out var key, out keyExt)
            ? key
            : throw new ArgumentException($"The key of \"{grainId}\" is not a GUID key.", nameof(grainId));
}
