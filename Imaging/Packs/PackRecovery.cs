using Microsoft.Extensions.Logging;
using Regional.Imaging.Storage;

namespace Regional.Imaging.Packs;

/// <summary>A synced record that can no longer be read.</summary>
/// <param name="Header">What its header says, when that is still whole.</param>
public sealed record DamagedRecord(PackPosition Position, RecordHeader? Header);

/// <summary>What recovery hands to the writer.</summary>
/// <param name="Active">The pack to go on appending to, or null when a fresh one is needed.</param>
/// <param name="LastCompacted">Number of the latest pack that a compaction wrote (negative), or 0.</param>
/// <param name="Replaced">Packs that a compacted one stands for; they go when the index no longer needs them.</param>
internal sealed record RecoveredPacks(
    PackInfo? Active, IAppendFile? File, long LastPack, long LastCompacted, IReadOnlyList<PackInfo> Replaced, IReadOnlyList<DamagedRecord> Damaged);

/// <summary>
/// Brings the folder of packs into order after any kind of stop (design §5.2). What was synced is proven by: the seal file, the offset the
/// index has covered, and the trailer of every later record. Only an invalid tail beyond that proof is cut off. Valid records beyond it
/// are written again in place and synced, because pages that a failed sync marked clean would otherwise be believed and then lost.
/// </summary>
internal sealed class PackRecovery(IFileLayer files, PackStoreOptions options, PackCatalog catalog, IPackAlarms alarms, ILogger logger)
{
    private readonly List<DamagedRecord> _damaged = [];

    public RecoveredPacks Run(PackPosition indexed)
    {
        files.CreateDirectory(options.Directory);
        var names = files.List(options.Directory);
        var swept = false;
        foreach (var name in names.Where(name => name.EndsWith(PackFormat.TemporarySuffix, StringComparison.Ordinal)))
        {
            files.Delete(PathOf(name));
            swept = true;
        }
        List<PackInfo> found = [];
        var numbers = names.Select(PackFormat.PackNumber).OfType<long>().ToArray();
        foreach (var number in numbers)
        {
            if (ReadHeader(number, ref swept) is { } info) found.Add(info);
        }
        swept |= SweepSeals(names, numbers);
        var replaced = found.Where(info => found.Exists(other => IsReplacedBy(info, other))).ToList();
        var last = Math.Max(numbers.DefaultIfEmpty().Max(), found.Select(info => info.Range.Last).DefaultIfEmpty().Max());
        PackInfo? active = null;
        IAppendFile? activeFile = null;
        foreach (var info in found.Except(replaced).OrderBy(info => info.Range.First))
        {
            var number = info.Number;
            catalog.Add(info);
            if (ReadSeal(info) is { } sealedLength)
            {
                CloseAtSeal(info, sealedLength);
                continue;
            }
            var file = files.OpenExisting(info.Path);
            RecoverTail(info, file, indexed);
            if (number == last)
            {
                (active, activeFile) = (info, file);
            }
            else
            {
                file.Dispose();
                PackSealer.Seal(files, options.Directory, info.Number, info.Nonce, info.Committed);
                info.IsSealed = true;
            }
        }
        if (swept) files.SyncDirectory(options.Directory);
        return new RecoveredPacks(active, activeFile, last, Math.Min(0, numbers.DefaultIfEmpty().Min()), replaced, _damaged);
    }

    /// <summary>A compacted pack gets its name when it is whole, so from then on it counts, and what it was written from does not.</summary>
    private static bool IsReplacedBy(PackInfo info, PackInfo other) =>
        other.Number < 0 && other != info && other.Range.Covers(info.Range) && (info.Number > 0 || other.Number < info.Number);

    /// <summary>The seal of a compacted pack is made before the pack gets its name; without a pack it says nothing.</summary>
    private bool SweepSeals(IReadOnlyList<string> names, long[] numbers)
    {
        var stray = names.Where(name => name.EndsWith(PackFormat.SealSuffix, StringComparison.Ordinal)
            && PackFormat.PackNumber(Path.ChangeExtension(name, PackFormat.PackSuffix)) is < 0 and var number && !numbers.Contains(number)).ToArray();
        foreach (var name in stray) files.Delete(PathOf(name));
        return stray.Length > 0;
    }

    private PackInfo? ReadHeader(long number, ref bool swept)
    {
        var path = PathOf(PackFormat.PackName(number));
        using (var file = files.OpenRead(path))
        {
            var bytes = new byte[PackFormat.PackHeaderLength];
            var read = file.Read(0, bytes);
            if (PackFormat.DecodePackHeader(bytes.AsSpan(0, read), number) is { } header)
                return new PackInfo(number, path, header.Nonce, PackFormat.PackHeaderLength, isSealed: false, header.Range);
            if (file.Length > PackFormat.PackHeaderLength || files.FileExists(PathOf(PackFormat.SealName(number))))
            {
                PackLog.PackUnreadable(logger, number);
                alarms.Raise(new PackAlarm(PackAlarmKind.PackDamaged, new PackPosition(number, 0)));
                return null;
            }
        }
        // Its making was cut short: the header is synced before the first record, so it never held anything that was acknowledged.
        files.Delete(path);
        swept = true;
        return null;
    }

    private long? ReadSeal(PackInfo info)
    {
        var path = PathOf(PackFormat.SealName(info.Number));
        if (!files.FileExists(path)) return null;
        using var file = files.OpenRead(path);
        var bytes = new byte[PackFormat.SealLength];
        var read = file.Read(0, bytes);
        var length = PackFormat.DecodeSeal(bytes.AsSpan(0, read), info.Number, info.Nonce);
        if (length is null) alarms.Raise(new PackAlarm(PackAlarmKind.PackDamaged, new PackPosition(info.Number, 0)));
        return length;
    }

    private void CloseAtSeal(PackInfo info, long sealedLength)
    {
        info.IsSealed = true;
        using var file = files.OpenExisting(info.Path);
        var length = file.Length;
        if (length < sealedLength)
        {
            PackLog.PackShort(logger, info.Number, length, sealedLength);
            alarms.Raise(new PackAlarm(PackAlarmKind.PackDamaged, new PackPosition(info.Number, length)));
        }
        else if (length > sealedLength)
        {
            // The tail of a failed write: never acknowledged, never served, now given back to the disk.
            file.Truncate(sealedLength);
        }
        info.Committed = Math.Min(length, sealedLength);
    }

    private void RecoverTail(PackInfo info, IAppendFile file, PackPosition indexed)
    {
        var length = file.Length;
        long proven = indexed.Pack == info.Number ? Math.Max(indexed.Offset, PackFormat.PackHeaderLength) : PackFormat.PackHeaderLength;
        using var reader = files.OpenRead(info.Path);
        var scanner = new RecordScanner(reader, info.Number, info.Nonce, length);
        List<PackRecord> unproven = [];
        List<(long Offset, long End)> gaps = [];
        for (var at = proven; at < length;)
        {
            var found = scanner.TryRead(at);
            if (found is null)
            {
                found = scanner.FindNext(at + 8);
                gaps.Add((at, found?.Record.Address.Offset ?? length));
                if (found is null) break;
            }
            proven = Math.Max(proven, found.SyncedBefore);
            unproven.Add(found.Record);
            at = found.Record.Address.End.Offset;
        }

        foreach (var gap in gaps.Where(gap => gap.Offset < proven))
            Report(new PackPosition(info.Number, gap.Offset), scanner.TryReadHeader(gap.Offset));

        var end = Math.Max(proven, PackFormat.PackHeaderLength);
        if (length < end)
        {
            PackLog.PackShort(logger, info.Number, length, end);
            alarms.Raise(new PackAlarm(PackAlarmKind.PackDamaged, new PackPosition(info.Number, length)));
            end = length;
        }
        foreach (var record in unproven.Where(record => record.Address.Offset >= proven))
        {
            if (record.Address.Offset != end || !scanner.DataIsSound(record)) break;
            end = record.Address.End.Offset;
        }
        if (end < length)
        {
            PackLog.TailCut(logger, info.Number, end, length - end);
            file.Truncate(end);
        }
        if (end < length || end > proven) Harden(reader, file, proven, end);
        info.Committed = end;
    }

    /// <summary>Writes the bytes again where they stand, so that the sync that follows truly carries them to the disk.</summary>
    private static void Harden(IReadFile reader, IAppendFile file, long from, long to)
    {
        var buffer = new byte[(int)Math.Clamp(to - from, 1, 1 << 20)];
        for (var at = from; at < to;)
        {
            var read = reader.Read(at, buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - at)));
            if (read == 0) break;
            file.Write(at, [buffer.AsMemory(0, read)]);
            at += read;
        }
        file.SyncData();
    }

    private void Report(PackPosition position, RecordHeader? header)
    {
        PackLog.RecordDamaged(logger, position.Pack, position.Offset);
        _damaged.Add(new DamagedRecord(position, header));
    }

    private string PathOf(string name) => Path.Combine(options.Directory, name);
}
