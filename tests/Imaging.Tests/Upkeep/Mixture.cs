using Regional.Imaging.Packs;
using Regional.Imaging.Tests.Index;

namespace Regional.Imaging.Tests.Upkeep;

/// <summary>A seeded course of everything that can happen to an archive, with what must be true of it afterwards.</summary>
public sealed class Mixture(ImageArchive archive, int seed) : IAcknowledgedCopies
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, (Slice Slice, bool IsLocal)> _held = new(StringComparer.Ordinal);
    private readonly HashSet<string> _deleted = new(StringComparer.Ordinal);
    private readonly List<Slice> _seen = [];

    public async Task StepAsync()
    {
        switch (_random.Next(20))
        {
            case < 10:
                await StoreAsync(new Slice(_random.Next(1, 7), _random.Next(1, 4), _random.Next(1, 60)) { Modality = _random.Next(2) == 0 ? "CT" : "DX" });
                break;
            case < 12 when _held.Count > 0:
                var one = Any();
                await DeleteAsync(slice => slice.SopInstanceUid == one.SopInstanceUid, one.StudyUid, "", one.SopInstanceUid);
                break;
            case 12 when _held.Count > 0:
                one = Any();
                await DeleteAsync(slice => slice.SeriesUid == one.SeriesUid, one.StudyUid, one.SeriesUid, "");
                break;
            case 13 when _held.Count > 0:
                one = Any();
                await DeleteAsync(slice => slice.StudyUid == one.StudyUid, one.StudyUid, "", "");
                break;
            case < 17 when _held.Count > 0:
                one = Any();
                (await archive.EvictAsync([one.SopInstanceUid], this, default)).ShouldHaveSingleItem().Outcome
                    .ShouldBe(_held[one.SopInstanceUid].IsLocal ? EvictionOutcome.Evicted : EvictionOutcome.AlreadyAway);
                _held[one.SopInstanceUid] = (one, false);
                break;
            case 17 when _held.Values.Any(entry => !entry.IsLocal):
                one = _held.Values.First(entry => !entry.IsLocal).Slice;
                using (var buffer = archive.Buffers.Rent())
                {
                    buffer.Write(one.Bytes());
                    (await archive.KeepCopyAsync(one.Identity, buffer, default)).ShouldBeOfType<StoreResult.Stored>();
                }
                _held[one.SopInstanceUid] = (one, true);
                break;
            case 18 when _held.Count > 0:
                using (var buffer = archive.Buffers.Rent())
                {
                    one = Any();
                    buffer.Write((one with { Name = "OTHER" }).Bytes());
                    (await archive.StoreAsync(one.Identity, buffer, default)).ShouldBeOfType<StoreResult.Conflict>();
                }
                break;
            case 19 when _held.Count > 0:
                (await archive.MergeAsync(Any().StudyUid, "1.2.3.4", default)).ShouldBeTrue();
                break;
        }
    }

    /// <summary>What is held is found with its bytes; what is evicted is found without; what is deleted is not found.</summary>
    public async Task CheckAsync(string where)
    {
        foreach (var (uid, (slice, isLocal)) in _held)
        {
            var instance = (await archive.Index.GetInstanceAsync(uid, default)).ShouldNotBeNull(where);
            instance.IsLocal.ShouldBe(isLocal, where);
            using var opened = archive.Packs.OpenData(instance.Address);
            if (!isLocal)
            {
                opened.ShouldBeNull(where);
                continue;
            }
            var bytes = new byte[opened.ShouldNotBeNull(where).Length];
            opened.Read(0, bytes).ShouldBe(bytes.Length, where);
            bytes.ShouldBe(slice.Bytes(), where);
            archive.Packs.Check(instance.Address).ShouldBe(RecordCheck.Sound, where);
        }
        foreach (var uid in _deleted) (await archive.Index.GetInstanceAsync(uid, default)).ShouldBeNull(where);
    }

    ValueTask<AcknowledgedCopy?> IAcknowledgedCopies.FindAsync(string sopInstanceUid, CancellationToken cancellation) => ValueTask.FromResult<AcknowledgedCopy?>(
        new AcknowledgedCopy(new ContentHash(System.Security.Cryptography.SHA256.HashData(_held[sopInstanceUid].Slice.Bytes())), 2));

    private Slice Any() => _held.Values.ElementAt(_random.Next(_held.Count)).Slice;

    private async Task StoreAsync(Slice slice)
    {
        // The same again when it is known, for a duplicate.
        if (_seen.Find(seen => seen.SopInstanceUid == slice.SopInstanceUid) is { } known) slice = known;
        else _seen.Add(slice);
        using var buffer = archive.Buffers.Rent();
        buffer.Write(slice.Bytes());
        var result = await archive.StoreAsync(slice.Identity, buffer, default);
        if (_held.ContainsKey(slice.SopInstanceUid))
        {
            result.ShouldBeOfType<StoreResult.Duplicate>();
            return;
        }
        result.ShouldBeOfType<StoreResult.Stored>();
        _held[slice.SopInstanceUid] = (slice, true);
        _deleted.Remove(slice.SopInstanceUid);
    }

    private async Task DeleteAsync(Func<Slice, bool> which, string study, string series, string instance)
    {
        (await archive.DeleteAsync(study, series, instance, "test", default)).ShouldBeTrue();
        foreach (var gone in _held.Values.Select(entry => entry.Slice).Where(which).ToArray())
        {
            _held.Remove(gone.SopInstanceUid);
            _deleted.Add(gone.SopInstanceUid);
        }
    }
}
