using Regional.Imaging.Index;
using Regional.Imaging.Packs;

namespace Regional.Imaging.Upkeep;

/// <summary>Re-hashes stored records. Damage gets its alarm and leaves service, so that the instance can be fetched or sent again.</summary>
internal sealed class ArchiveScrub(PackStore packs, ImageIndex index)
{
    private const int BatchRecords = 256;

    /// <param name="passed">Called at the end of each stretch, for a run that goes on after a restart.</param>
    public async Task<VerifyReport> RunAsync(PackPosition from, Pacer pacer, Func<PackPosition, Task>? passed, CancellationToken cancellation)
    {
        long records = 0, bytes = 0;
        List<DamagedRecord> found = [];
        for (var at = from; ;)
        {
            var known = await index.GetDamageAsync(cancellation);
            var start = at;
            var batch = await Task.Run(() => packs.ReadRecords(start, BatchRecords), cancellation);
            if (batch.Next == at) return new VerifyReport(records, bytes, found);
            List<DamagedRecord> damaged = [.. batch.Damaged];
            foreach (var record in batch.Records)
            {
                cancellation.ThrowIfCancellationRequested();
                records++;
                bytes += record.Address.DataLength;
                if (await Task.Run(() => packs.Check(record.Address), cancellation) is RecordCheck.HeaderDamaged or RecordCheck.DataDamaged)
                    damaged.Add(new DamagedRecord(record.Address.Position, record.Header));
                await pacer.AfterAsync(record.Address.DataLength, cancellation);
            }
            foreach (var one in damaged.Where(one => !known.Contains(one.Position)))
            {
                await packs.QuarantineDamagedAsync(one, cancellation);
                found.Add(one);
            }
            at = batch.Next;
            if (passed is not null) await passed(at);
        }
    }
}
