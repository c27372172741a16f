using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Regional.Imaging.Packs;

/// <summary>
/// Layout of packs on disk, version 1, little endian; the picture is in README.md of this folder. Records are aligned to 8 bytes, know
/// their own offset and carry the pack's random nonce, so neither a stale record nor one smuggled in inside an image is ever taken
/// for a record.
/// </summary>
internal static class PackFormat
{
    public const ushort Version = 1;
    public const int PackHeaderLength = 64;
    public const int TrailerLength = 64;
    public const int SealLength = 64;
    public const int MaxLabelBytes = 64;
    public const int MaxHeaderLength = 4096;
    public const string PackSuffix = ".pack";
    public const string SealSuffix = ".seal";
    public const string TemporarySuffix = ".tmp";

    private const string Appended = "pack-";
    private const string Compacted = "comp-";
    private const int FixedHeaderLength = 64;
    private const uint RecordMagic = 0x524B5052; // "RPKR"
    private const uint TrailerMagic = 0x434B5052; // "RPKC"
    private const ulong PackMagic = 0x4B4341504C474552; // "REGLPACK"
    private const ulong SealMagic = 0x4C4145534C474552; // "REGLSEAL"

    public static string PackName(long pack) => BaseName(pack) + PackSuffix;

    public static string SealName(long pack) => BaseName(pack) + SealSuffix;

    /// <summary>Positive for a pack that records are appended to, negative for one that a compaction wrote; null for a file that is neither.</summary>
    public static long? PackNumber(string fileName) => Number(fileName, Appended) ?? -Number(fileName, Compacted);

    private static string BaseName(long pack) =>
        (pack > 0 ? Appended : Compacted) + Math.Abs(pack).ToString("D10", CultureInfo.InvariantCulture);

    private static long? Number(string fileName, string kind) =>
        fileName.StartsWith(kind, StringComparison.Ordinal) && fileName.EndsWith(PackSuffix, StringComparison.Ordinal)
        && long.TryParse(fileName.AsSpan(kind.Length, fileName.Length - kind.Length - PackSuffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number > 0
            ? number
            : null;

    public static long Align(long length) => (length + 7) & ~7L;

    public static long RecordLength(int headerLength, long dataLength) => headerLength + Align(dataLength) + TrailerLength;

    public static byte[] EncodePackHeader(long pack, ulong nonce, DateTimeOffset createdAt, PackRange replaced = default)
    {
        var bytes = new byte[PackHeaderLength];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, PackMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), pack);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), nonce);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), Microseconds(createdAt));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(40), replaced.First);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(48), replaced.Last);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(60), Crc32C.Compute(bytes.AsSpan(0, 60)));
        return bytes;
    }

    /// <summary>The nonce, and what a compacted pack stands for; or null when the bytes are not the header of this pack. Throws on a newer version: refusing beats guessing.</summary>
    public static (ulong Nonce, PackRange Range)? DecodePackHeader(ReadOnlySpan<byte> bytes, long pack)
    {
        if (bytes.Length < PackHeaderLength || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != PackMagic) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[60..]) != Crc32C.Compute(bytes[..60])) return null;
        RefuseUnknown(BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]), pack);
        if (BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]) != pack) return null;
        var range = pack > 0
            ? new PackRange(pack, pack)
            : new PackRange(BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[48..]));
        return (BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]), range);
    }

    public static byte[] EncodeSeal(long pack, ulong nonce, long length)
    {
        var bytes = new byte[SealLength];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, SealMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), pack);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), nonce);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(60), Crc32C.Compute(bytes.AsSpan(0, 60)));
        return bytes;
    }

    /// <summary>The sealed length, or null when the bytes are not the seal of this pack.</summary>
    public static long? DecodeSeal(ReadOnlySpan<byte> bytes, long pack, ulong nonce)
    {
        if (bytes.Length < SealLength || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != SealMagic) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[60..]) != Crc32C.Compute(bytes[..60])) return null;
        RefuseUnknown(BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]), pack);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]) == pack && BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]) == nonce
            ? BinaryPrimitives.ReadInt64LittleEndian(bytes[32..])
            : null;
    }

    public static byte[] EncodeHeader(RecordHeader header, ulong nonce, long offset, long dataLength)
    {
        string[] texts = Texts(header);
        var length = FixedHeaderLength + texts.Sum(text => 2 + Encoding.UTF8.GetByteCount(text)) + 4;
        length = (int)Align(length);
        var bytes = new byte[length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, RecordMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), Version);
        bytes[6] = (byte)header.Kind;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), length);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), nonce);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), offset);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), Microseconds(header.ReceivedAt));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(40), dataLength);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(48), header.Target.Pack);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(56), header.Target.Offset);
        var at = FixedHeaderLength;
        foreach (var text in texts)
        {
            var written = Encoding.UTF8.GetBytes(text, bytes.AsSpan(at + 2));
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)written);
            at += 2 + written;
        }
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(length - 4), Crc32C.Compute(bytes.AsSpan(0, length - 4)));
        return bytes;
    }

    /// <summary>Length that a record header beginning here claims, or null when no header of this pack begins here.</summary>
    public static int? PeekHeaderLength(ReadOnlySpan<byte> bytes, ulong nonce, long offset, long pack)
    {
        if (bytes.Length < FixedHeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != RecordMagic) return null;
        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]) != nonce || BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]) != offset) return null;
        RefuseUnknown(BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]), pack);
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        return length is > FixedHeaderLength and <= MaxHeaderLength && (length & 7) == 0 ? length : null;
    }

    /// <summary>The header in exactly these bytes, or null when its CRC or its inner lengths are wrong.</summary>
    public static (RecordHeader Header, long DataLength, uint Crc)? DecodeHeader(ReadOnlySpan<byte> bytes)
    {
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]);
        if (crc != Crc32C.Compute(bytes[..^4])) return null;
        var dataLength = BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]);
        if (dataLength < 0) return null;
        var texts = new string[9];
        var at = FixedHeaderLength;
        for (var i = 0; i < texts.Length; i++)
        {
            if (at + 2 > bytes.Length - 4) return null;
            var length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
            if (at + 2 + length > bytes.Length - 4) return null;
            texts[i] = Encoding.UTF8.GetString(bytes.Slice(at + 2, length));
            at += 2 + length;
        }
        if (Optional(bytes, at) is not { } repair) return null;
        var header = new RecordHeader
        {
            Kind = (RecordKind)bytes[6],
            StudyUid = texts[0],
            SeriesUid = texts[1],
            SopInstanceUid = texts[2],
            SopClassUid = texts[3],
            TransferSyntaxUid = texts[4],
            CallingAe = texts[5],
            Site = texts[6],
            RelatedUid = texts[7],
            Reason = texts[8],
            Repair = repair,
            ReceivedAt = DateTimeOffset.UnixEpoch.AddMicroseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes[32..])),
            Target = new PackPosition(BinaryPrimitives.ReadInt64LittleEndian(bytes[48..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[56..]))
        };
        return (header, dataLength, crc);
    }

    /// <summary>
    /// The text after the nine that were there from the beginning: records written before it have padding there, which reads as no text. Null when its
    /// length is wrong.
    /// </summary>
    private static string? Optional(ReadOnlySpan<byte> bytes, int at)
    {
        if (at + 2 > bytes.Length - 4) return "";
        var length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
        return at + 2 + length > bytes.Length - 4 ? null : Encoding.UTF8.GetString(bytes.Slice(at + 2, length));
    }

    /// <summary>Padding to the alignment, hash, proof of what was synced before, record length, commit mark.</summary>
    public static byte[] EncodeTrailer(ContentHash hash, long syncedBefore, int headerLength, long dataLength, uint headerCrc)
    {
        var padding = (int)(Align(dataLength) - dataLength);
        var bytes = new byte[padding + TrailerLength];
        var trailer = bytes.AsSpan(padding);
        hash.CopyTo(trailer);
        BinaryPrimitives.WriteInt64LittleEndian(trailer[32..], syncedBefore);
        BinaryPrimitives.WriteInt64LittleEndian(trailer[40..], RecordLength(headerLength, dataLength));
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[56..], TrailerMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[60..], Crc32C.Compute(trailer[..60], headerCrc));
        return bytes;
    }

    public static (ContentHash Hash, long SyncedBefore)? DecodeTrailer(ReadOnlySpan<byte> trailer, long recordLength, uint headerCrc) =>
        BinaryPrimitives.ReadUInt32LittleEndian(trailer[56..]) == TrailerMagic
        && BinaryPrimitives.ReadInt64LittleEndian(trailer[40..]) == recordLength
        && BinaryPrimitives.ReadUInt32LittleEndian(trailer[60..]) == Crc32C.Compute(trailer[..60], headerCrc)
            ? (new ContentHash(trailer[..ContentHash.Size]), BinaryPrimitives.ReadInt64LittleEndian(trailer[32..]))
            : null;

    public static bool StartsLikeRecord(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes) == RecordMagic;

    private static string[] Texts(RecordHeader header) =>
    [
        header.StudyUid, header.SeriesUid, header.SopInstanceUid, header.SopClassUid, header.TransferSyntaxUid,
        header.CallingAe, header.Site, header.RelatedUid, header.Reason, header.Repair
    ];

    private static long Microseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private static void RefuseUnknown(ushort version, long pack)
    {
        if (version != Version) throw new UnknownPackVersionException(pack, version);
    }
}

/// <summary>A pack was written by a newer version of the product. The store does not start on it.</summary>
public sealed class UnknownPackVersionException(long pack, int version)
    : Exception($"Pack {pack} has format version {version}; this build reads version {PackFormat.Version}.");
