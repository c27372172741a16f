using System.Security.Cryptography;
using Regional.Imaging.Storage;

namespace Regional.Imaging.Packs;

/// <summary>A record that is structurally whole, with the proof it carries of what had been synced before it was written.</summary>
internal sealed record ScannedRecord(PackRecord Record, long SyncedBefore);

/// <summary>Reads records of one pack in order. Reads through a window, so that small records cost no system call each.</summary>
internal sealed class RecordScanner(IReadFile file, long pack, ulong nonce, long limit)
{
    private const int WindowSize = 64 * 1024;

    private readonly byte[] _window = new byte[WindowSize];
    private long _windowStart;
    private int _windowLength;

    /// <summary>
    /// The record that begins at <paramref name="offset"/>: header CRC, lengths and commit trailer are right and it ends before the limit.
    /// The data bytes are not looked at (see <see cref="DataIsSound"/>). Null when there is none.
    /// </summary>
    public ScannedRecord? TryRead(long offset)
    {
        if (ReadHeader(offset) is not { } read) return null;
        var (header, headerLength, dataLength, crc) = read;
        // Compared without adding, so that an absurd length cannot overflow.
        if (dataLength > limit - offset - headerLength - PackFormat.TrailerLength) return null;
        var recordLength = PackFormat.RecordLength(headerLength, dataLength);
        if (offset + recordLength > limit) return null;
        var bytes = Window(offset + recordLength - PackFormat.TrailerLength, PackFormat.TrailerLength);
        if (bytes.Length < PackFormat.TrailerLength || PackFormat.DecodeTrailer(bytes, recordLength, crc) is not { } trailer) return null;
        var address = new RecordAddress(pack, offset, headerLength, dataLength);
        return new ScannedRecord(new PackRecord(address, header, trailer.Hash), trailer.SyncedBefore);
    }

    /// <summary>The header at this offset alone, for naming what a damaged record held.</summary>
    public RecordHeader? TryReadHeader(long offset) => ReadHeader(offset)?.Header;

    /// <summary>The first record at or after <paramref name="offset"/>, past damage. Null when none follows.</summary>
    public ScannedRecord? FindNext(long offset)
    {
        for (var at = PackFormat.Align(offset); at + PackFormat.TrailerLength < limit; at += 8)
        {
            var bytes = Window(at, 8);
            if (bytes.Length < 8) return null;
            if (PackFormat.StartsLikeRecord(bytes) && TryRead(at) is { } found) return found;
        }
        return null;
    }

    /// <summary>Re-hashes the data.</summary>
    public bool DataIsSound(PackRecord record)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Math.Min(1 << 20, Math.Max(1, record.Address.DataLength))];
        for (long done = 0; done < record.Address.DataLength;)
        {
            var want = (int)Math.Min(buffer.Length, record.Address.DataLength - done);
            var read = file.Read(record.Address.DataOffset + done, buffer.AsSpan(0, want));
            if (read == 0) return false;
            sha.AppendData(buffer, 0, read);
            done += read;
        }
        Span<byte> hash = stackalloc byte[ContentHash.Size];
        sha.GetHashAndReset(hash);
        return new ContentHash(hash) == record.Hash;
    }

    private (RecordHeader Header, int HeaderLength, long DataLength, uint Crc)? ReadHeader(long offset)
    {
        var peek = Window(offset, 64);
        if (PackFormat.PeekHeaderLength(peek, nonce, offset, pack) is not { } headerLength) return null;
        var bytes = Window(offset, headerLength);
        return bytes.Length == headerLength && PackFormat.DecodeHeader(bytes) is { } decoded
            ? (decoded.Header, headerLength, decoded.DataLength, decoded.Crc)
            : null;
    }

    /// <summary>Bytes at a position, at most <paramref name="length"/> and none past the limit; valid until the next call.</summary>
    private ReadOnlySpan<byte> Window(long offset, int length)
    {
        length = (int)Math.Clamp(limit - offset, 0, length);
        if (offset < _windowStart || offset + length > _windowStart + _windowLength)
        {
            _windowStart = offset;
            _windowLength = file.Read(offset, _window.AsSpan(0, (int)Math.Clamp(limit - offset, 0, WindowSize)));
            length = Math.Min(length, _windowLength);
        }
        return _window.AsSpan((int)(offset - _windowStart), length);
    }
}
