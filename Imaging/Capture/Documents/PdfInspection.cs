using System.Buffers.Text;
using System.IO.Compression;
using System.Text;

namespace Regional.Imaging.Capture.Documents;

/// <summary>
/// Looks into a PDF (ISO 32000) before it is taken: it must begin and end as one, must not be encrypted, and must not hold anything that acts (scripts,
/// launch actions, embedded files, rich media, XFA forms). Names are compared after their escapes, and object streams are unpacked within a bound, since
/// both can hide one.
/// </summary>
internal static class PdfInspection
{
    /// <summary>All object streams of a file together, unpacked, in bytes.</summary>
    private const long MaxUnpacked = 64L << 20;

    /// <summary>Dictionaries before a stream are looked for within so many bytes.</summary>
    private const int DictionaryReach = 4096;

    private static readonly HashSet<string> Active = new(StringComparer.Ordinal)
    {
        "JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "RichMediaContent", "SubmitForm", "ImportData", "Movie", "Sound", "Rendition", "GoToE",
    };

    /// <summary>So short that packed pictures hold them by chance: looked for outside streams.</summary>
    private static readonly HashSet<string> ShortActive = new(StringComparer.Ordinal) { "JS", "EF", "XFA", "3D" };

    /// <exception cref="CaptureRefusedException">With the rule that it breaks.</exception>
    public static void Check(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith("%PDF-1."u8) && !file.StartsWith("%PDF-2."u8)) throw new CaptureRefusedException(CaptureRule.PdfDamaged);
        var tail = file[Math.Max(0, file.Length - 2048)..];
        if (tail.LastIndexOf("%%EOF"u8) < 0 || tail.LastIndexOf("startxref"u8) < 0) throw new CaptureRefusedException(CaptureRule.PdfDamaged);
        List<int> objectStreams = [];
        Names(file, Active, objectStreams);
        OutsideStreams(file);
        var unpacked = 0L;
        foreach (var mark in objectStreams) ObjectStream(file, mark, ref unpacked);
    }

    private static void OutsideStreams(ReadOnlySpan<byte> file)
    {
        while (!file.IsEmpty)
        {
            var begin = file.IndexOf("stream"u8);
            Names(begin < 0 ? file : file[..begin], ShortActive, null);
            if (begin < 0) return;
            file = file[(begin + 6)..];
            if (file.IsEmpty || file[0] is not ((byte)'\r' or (byte)'\n')) continue;
            var end = file.IndexOf("endstream"u8);
            if (end < 0) return;
            file = file[(end + 9)..];
        }
    }

    private static void Names(ReadOnlySpan<byte> bytes, HashSet<string> active, List<int>? objectStreams)
    {
        var wanted = active.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> name = stackalloc char[32];
        for (var at = 0; bytes[at..].IndexOf((byte)'/') is >= 0 and var slash;)
        {
            at += slash + 1;
            var (begin, length) = (at, 0);
            while (at < bytes.Length && length < name.Length && IsRegular(bytes[at]))
            {
                if (bytes[at] == '#' && at + 2 < bytes.Length && Utf8Parser.TryParse(bytes.Slice(at + 1, 2), out byte escaped, out var used, 'x') && used == 2)
                {
                    name[length++] = (char)escaped;
                    at += 3;
                }
                else
                {
                    name[length++] = (char)bytes[at++];
                }
            }

            var found = name[..length];
            if (found is "Encrypt") throw new CaptureRefusedException(CaptureRule.PdfEncrypted);
            if (found is "ObjStm") objectStreams?.Add(begin);
            if (wanted.Contains(found)) throw new CaptureRefusedException(CaptureRule.PdfActive);
        }
    }

    /// <summary>A regular character of a name (§7.2.3).</summary>
    private static bool IsRegular(byte each) => each is > (byte)' ' and < 0x7F and not ((byte)'/' or (byte)'(' or (byte)')' or (byte)'<' or (byte)'>'
        or (byte)'[' or (byte)']' or (byte)'{' or (byte)'}' or (byte)'%');

    /// <summary>Object streams (§7.5.7) hold dictionaries; pages' contents, fonts and pictures hold nothing that acts.</summary>
    private static void ObjectStream(ReadOnlySpan<byte> file, int mark, ref long unpacked)
    {
        var begin = file.Slice(mark, Math.Min(DictionaryReach, file.Length - mark)).IndexOf("stream"u8);
        if (begin < 0) throw new CaptureRefusedException(CaptureRule.PdfOpaque);
        begin += mark + 6;
        var dictionary = Dictionary(file, mark, begin);
        if (begin < file.Length && file[begin] == '\r') begin++;
        if (begin < file.Length && file[begin] == '\n') begin++;
        var end = file[begin..].IndexOf("endstream"u8);
        if (end < 0) throw new CaptureRefusedException(CaptureRule.PdfDamaged);
        Unpack(dictionary, file.Slice(begin, end), ref unpacked);
    }

    private static string Dictionary(ReadOnlySpan<byte> file, int mark, int stream)
    {
        var back = Math.Max(0, mark - DictionaryReach);
        var start = file[back..mark].LastIndexOf("obj"u8);
        return Encoding.Latin1.GetString(file[(start < 0 ? back : back + start)..stream]);
    }

    private static void Unpack(string dictionary, ReadOnlySpan<byte> packed, ref long unpacked)
    {
        bool Says(string text) => dictionary.Contains(text, StringComparison.Ordinal);

        // Without a filter its long names have been looked at with the file's; the short ones are now. A filter's name behind an escape, one that we do
        // not know, or a predictor would have to be believed.
        if (!Says("/Filter") && !Says("#"))
        {
            Names(packed, ShortActive, null);
            return;
        }

        if (!Says("/FlateDecode") || Says("#") || Says("/DecodeParms") || Says("LZW") || Says("ASCII") || Says("RunLength"))
            throw new CaptureRefusedException(CaptureRule.PdfOpaque);
        try
        {
            using var inflated = new ZLibStream(new MemoryStream(packed.ToArray(), writable: false), CompressionMode.Decompress);
            using var content = new MemoryStream();
            var part = new byte[64 * 1024];
            while (inflated.Read(part) is > 0 and var read)
            {
                unpacked += read;
                if (unpacked > MaxUnpacked) throw new CaptureRefusedException(CaptureRule.PdfOpaque);
                content.Write(part, 0, read);
            }

            var names = content.GetBuffer().AsSpan(0, (int)content.Length);
            Names(names, Active, null);
            Names(names, ShortActive, null);
        }
        catch (InvalidDataException)
        {
            throw new CaptureRefusedException(CaptureRule.PdfOpaque);
        }
    }
}
