using System.Collections.Concurrent;
using System.Text;
using FellowOakDicom.IO.Buffer;

namespace FellowOakDicom;

/// <summary>Character sets of Specific Character Set (0008,0005) (PS3.3 section C.12.1.1.2, PS3.5 section 6.1).</summary>
public static class DicomEncoding
{
    public static readonly Encoding Default = Encoding.ASCII;

    public static readonly Encoding[] DefaultArray = [Default];

    private const byte Escape = 0x1b;

    /// <summary>Its decoder reads the escape sequences itself, so they stay in the bytes.</summary>
    private const int Iso2022JpCodePage = 50220;

    private static readonly ConcurrentDictionary<string, Encoding> Known = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<int, Encoding> Strict = new();

    private static readonly (string Charset, string Name)[] Table =
    [
        ("ISO_IR 13", "shift_jis"),
        ("ISO_IR 100", "iso-8859-1"),
        ("ISO_IR 101", "iso-8859-2"),
        ("ISO_IR 109", "iso-8859-3"),
        ("ISO_IR 110", "iso-8859-4"),
        ("ISO_IR 126", "iso-8859-7"),
        ("ISO_IR 127", "iso-8859-6"),
        ("ISO_IR 138", "iso-8859-8"),
        ("ISO_IR 144", "iso-8859-5"),
        ("ISO_IR 148", "iso-8859-9"),
        ("ISO_IR 149", "x-cp20949"),
        ("ISO_IR 166", "windows-874"),
        ("ISO_IR 192", "utf-8"),
        ("GBK", "GBK"),
        ("GB18030", "gb18030"),
        ("ISO 2022 IR 6", "us-ascii"),
        ("ISO 2022 IR 13", "shift_jis"),
        ("ISO 2022 IR 87", "iso-2022-jp"),
        ("ISO 2022 IR 100", "iso-8859-1"),
        ("ISO 2022 IR 101", "iso-8859-2"),
        ("ISO 2022 IR 109", "iso-8859-3"),
        ("ISO 2022 IR 110", "iso-8859-4"),
        ("ISO 2022 IR 126", "iso-8859-7"),
        ("ISO 2022 IR 127", "iso-8859-6"),
        ("ISO 2022 IR 138", "iso-8859-8"),
        ("ISO 2022 IR 144", "iso-8859-5"),
        ("ISO 2022 IR 148", "iso-8859-9"),
        ("ISO 2022 IR 149", "x-cp20949"),
        ("ISO 2022 IR 159", "iso-2022-jp"),
        ("ISO 2022 IR 166", "windows-874"),
        ("ISO 2022 IR 58", "gb2312"),
        ("ISO 2022 GBK", "GBK"),
    ];

    static DicomEncoding()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        foreach (var (charset, name) in Table) RegisterEncoding(charset, name);
    }

    /// <summary>One encoding a charset, in order; unknown ones read as ASCII.</summary>
    public static Encoding[] GetEncodings(string[] charsets) => Array.ConvertAll(charsets, GetEncoding);

    /// <summary>The encoding of a defined term; also of "ISO IR n" and "ISO-IR n"; ASCII when unknown or empty.</summary>
    public static Encoding GetEncoding(string charset)
    {
        var term = charset?.Trim();
        if (string.IsNullOrEmpty(term)) return Default;
        if (Known.TryGetValue(term, out var encoding)) return encoding;

        var usual = term.Replace("ISO IR", "ISO_IR", StringComparison.Ordinal).Replace("ISO-IR", "ISO_IR", StringComparison.Ordinal);
        return Known.TryGetValue(usual, out encoding) ? encoding : Default;
    }

    public static void RegisterEncoding(string charset, string encoding)
    {
        var known = Encoding.GetEncoding(encoding);
        Known[charset] = known;
        Strict[known.CodePage] = Encoding.GetEncoding(encoding, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
    }

    /// <summary>The defined term of an encoding, with or without code extensions.</summary>
    /// <exception cref="ArgumentException">DICOM has no such character set.</exception>
    public static string GetCharset(Encoding encoding, bool extended = false)
    {
        foreach (var (charset, name) in Table)
        {
            if (charset.StartsWith("ISO 2022", StringComparison.Ordinal) == extended
                && string.Equals(Encoding.GetEncoding(name).WebName, encoding.WebName, StringComparison.OrdinalIgnoreCase))
                return charset;
        }

        throw new ArgumentException("DICOM has no character set for this encoding", nameof(encoding));
    }

    internal static string DecodeBytes(IByteBuffer buffer, Encoding[] encodings, bool isPN)
    {
        var bytes = buffer.Data;
        var first = encodings is { Length: > 0 } ? encodings[0] : Default;
        return encodings is not { Length: > 1 } || Array.IndexOf(bytes, Escape) < 0
            ? Decode(bytes, first)
            : DecodeExtended(bytes, encodings, isPN);
    }

    /// <summary>Code extension (PS3.5 section 6.1.2.5): a new code element from each escape to the next escape or delimiter.</summary>
    private static string DecodeExtended(ReadOnlySpan<byte> bytes, Encoding[] encodings, bool isPN)
    {
        var text = new StringBuilder(bytes.Length);
        while (bytes.Length > 0)
        {
            var next = bytes[1..].IndexOf(Escape);
            var fragment = next < 0 ? bytes : bytes[..(next + 1)];
            bytes = bytes[fragment.Length..];
            AppendFragment(text, fragment, encodings, isPN);
        }

        return text.ToString();
    }

    private static void AppendFragment(StringBuilder text, ReadOnlySpan<byte> fragment, Encoding[] encodings, bool isPN)
    {
        if (fragment[0] != Escape)
        {
            text.Append(Decode(fragment, encodings[0]));
            return;
        }

        var (designated, length) = Designate(fragment);
        if (designated is null || (designated.CodePage != Default.CodePage && !encodings.Contains(designated))) designated = Default;
        if (designated.CodePage == Iso2022JpCodePage)
        {
            text.Append(Decode(fragment, designated));
            return;
        }

        var body = fragment[Math.Min(length, fragment.Length)..];
        var reset = isPN ? body.IndexOfAny("^=\\"u8) : body.IndexOfAny("\r\n\t\f"u8);
        if (reset < 0) reset = body.Length;
        text.Append(Decode(body[..reset], designated)).Append(Decode(body[reset..], encodings[0]));
    }

    /// <summary>Escape sequences of PS3.3 tables C.12-3 and C.12-4: the encoding, null when unknown, and their length.</summary>
    private static (Encoding Encoding, int Length) Designate(ReadOnlySpan<byte> fragment)
    {
        if (fragment.Length < 3) return (null, fragment.Length);

        return (fragment[1], fragment[2], fragment.Length > 3 ? fragment[3] : (byte)0) switch
        {
            ((byte)'$', (byte)'(', (byte)'D') => (Known["ISO 2022 IR 159"], 4),
            ((byte)'$', (byte)')', (byte)'C') => (Known["ISO 2022 IR 149"], 4),
            ((byte)'$', (byte)')', (byte)'A') => (Known["ISO 2022 IR 58"], 4),
            ((byte)'$', (byte)'(' or (byte)')', _) => (null, 4),
            ((byte)'$', (byte)'B', _) => (Known["ISO 2022 IR 87"], 3),
            ((byte)'(', (byte)'B', _) => (Default, 3),
            ((byte)'(', (byte)'J', _) or ((byte)')', (byte)'I', _) => (Known["ISO 2022 IR 13"], 3),
            ((byte)'-', (byte)'A', _) => (Known["ISO 2022 IR 100"], 3),
            ((byte)'-', (byte)'B', _) => (Known["ISO 2022 IR 101"], 3),
            ((byte)'-', (byte)'C', _) => (Known["ISO 2022 IR 109"], 3),
            ((byte)'-', (byte)'D', _) => (Known["ISO 2022 IR 110"], 3),
            ((byte)'-', (byte)'F', _) => (Known["ISO 2022 IR 126"], 3),
            ((byte)'-', (byte)'G', _) => (Known["ISO 2022 IR 127"], 3),
            ((byte)'-', (byte)'H', _) => (Known["ISO 2022 IR 138"], 3),
            ((byte)'-', (byte)'L', _) => (Known["ISO 2022 IR 144"], 3),
            ((byte)'-', (byte)'M', _) => (Known["ISO 2022 IR 148"], 3),
            ((byte)'-', (byte)'T', _) => (Known["ISO 2022 IR 166"], 3),
            _ => (null, 3),
        };
    }

    private static string Decode(ReadOnlySpan<byte> bytes, Encoding encoding)
    {
        if (bytes.IsEmpty) return string.Empty;

        // Undecodable bytes become replacement characters: a wrong charset must not make a study unreadable.
        var strict = Strict.GetValueOrDefault(encoding.CodePage);
        if (strict is null) return encoding.GetString(bytes);
        try
        {
            return strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return encoding.GetString(bytes);
        }
    }
}
