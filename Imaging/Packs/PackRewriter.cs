using System.Security.Cryptography;
using Regional.Imaging.Storage;

namespace Regional.Imaging.Packs;

/// <summary>A record that a compaction wrote.</summary>
/// <param name="From">Where it stood before.</param>
/// <param name="To">Where it stands in the new pack.</param>
/// <param name="HasBytes">Its data is what it was before (false: a stub of an instance whose bytes are elsewhere).</param>
internal readonly record struct MovedRecord(RecordHeader Header, PackPosition From, RecordAddress To, bool HasBytes);

/// <summary>
/// Writes one compacted pack: copy, sync, seal (synced under its name), rename, sync directory. Until the rename it is a temporary file that
/// the next start sweeps. Data is hashed while it is copied: wrong bytes are never carried on.
/// </summary>
internal sealed class PackRewriter : IDisposable
{
    private const int PieceLength = 1 << 20;

    private readonly IFileLayer _files;
    private readonly string _directory;
    private readonly string _temporary;
    private readonly IAppendFile _file;
    private readonly byte[] _piece = new byte[PieceLength];
    private readonly ulong _nonce;
    private readonly PackRange _range;
    private bool _published;

    public PackRewriter(IFileLayer files, string directory, long number, PackRange range, DateTimeOffset now)
    {
        (_files, _directory, Number, _range) = (files, directory, number, range);
        Span<byte> random = stackalloc byte[8];
        RandomNumberGenerator.Fill(random);
        _nonce = BitConverter.ToUInt64(random);
        _temporary = PathOf(PackFormat.PackName(number)) + PackFormat.TemporarySuffix;
        _file = files.CreateNew(_temporary);
        try
        {
            _file.Write(0, [PackFormat.EncodePackHeader(number, _nonce, now, range)]);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public long Number { get; }

    public long Length { get; private set; } = PackFormat.PackHeaderLength;

    /// <summary>Copies a record with its data. Null: the data is not what its hash says, and nothing is carried.</summary>
    public MovedRecord? Carry(PackRecord record, IReadFile source)
    {
        var header = Moved(record);
        var (bytes, crc) = Encode(header, record.Address.DataLength);
        var start = Length;
        var at = start;
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // A record that fits one piece costs one write.
        List<ReadOnlyMemory<byte>> waiting = [bytes];
        for (long done = 0; done < record.Address.DataLength;)
        {
            if (done > 0) Write(ref at, waiting);
            var read = source.Read(record.Address.DataOffset + done, _piece.AsSpan(0, (int)Math.Min(PieceLength, record.Address.DataLength - done)));
            if (read == 0) return null;
            sha.AppendData(_piece, 0, read);
            waiting.Add(_piece.AsMemory(0, read));
            done += read;
        }
        Span<byte> hash = stackalloc byte[ContentHash.Size];
        sha.GetHashAndReset(hash);
        if (new ContentHash(hash) != record.Hash) return null;
        waiting.Add(PackFormat.EncodeTrailer(record.Hash, start, bytes.Length, record.Address.DataLength, crc));
        Write(ref at, waiting);
        Length = at;
        return new MovedRecord(header, record.Address.Position, new RecordAddress(Number, start, bytes.Length, record.Address.DataLength), HasBytes: true);
    }

    /// <summary>Writes, in the place of an instance whose bytes are elsewhere, what the index needs to know of it.</summary>
    public MovedRecord PutStub(PackRecord record, byte[] facts)
    {
        var header = Moved(record) with { Kind = RecordKind.Stub };
        var (bytes, crc) = Encode(header, facts.Length);
        var start = Length;
        var at = start;
        Write(ref at, [bytes, facts, PackFormat.EncodeTrailer(new ContentHash(SHA256.HashData(facts)), start, bytes.Length, facts.Length, crc)]);
        Length = at;
        return new MovedRecord(header, record.Address.Position, new RecordAddress(Number, start, bytes.Length, facts.Length), HasBytes: false);
    }

    /// <summary>The copy and its seal are on the disk; only the name is missing.</summary>
    public void Harden()
    {
        _file.SyncData();
        _file.Dispose();
        PackSealer.Seal(_files, _directory, Number, _nonce, Length);
    }

    /// <summary>From the return on it counts, whatever happens.</summary>
    public PackInfo Publish()
    {
        var path = PathOf(PackFormat.PackName(Number));
        _files.Rename(_temporary, path);
        _files.SyncDirectory(_directory);
        _published = true;
        return new PackInfo(Number, path, _nonce, Length, isSealed: true, _range);
    }

    /// <summary>Takes an unpublished copy away, as far as the disk lets it; the next start sweeps what stays.</summary>
    public void Dispose()
    {
        if (_published) return;
        _file.Dispose();
        var (pack, seal) = (PathOf(PackFormat.PackName(Number)), PathOf(PackFormat.SealName(Number)));
        foreach (var path in new[] { _temporary, pack, seal, seal + PackFormat.TemporarySuffix })
        {
            try
            {
                if (_files.FileExists(path)) _files.Delete(path);
            }
            catch (IOException)
            {
                return;
            }
        }
    }

    // A note of damage keeps naming the damaged record; every other record names where it stood.
    private static RecordHeader Moved(PackRecord record) =>
        record.Header.Reason == QuarantineReason.Damaged ? record.Header : record.Header with { Target = record.Address.Position };

    private (byte[] Bytes, uint Crc) Encode(RecordHeader header, long dataLength)
    {
        var bytes = PackFormat.EncodeHeader(header, _nonce, Length, dataLength);
        return (bytes, BitConverter.ToUInt32(bytes.AsSpan(bytes.Length - 4)));
    }

    private void Write(ref long at, List<ReadOnlyMemory<byte>> buffers)
    {
        _file.Write(at, buffers);
        foreach (var buffer in buffers) at += buffer.Length;
        buffers.Clear();
    }

    private string PathOf(string name) => Path.Combine(_directory, name);
}
