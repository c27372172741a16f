using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Regional.Imaging.Packs;
using Regional.Imaging.Storage;

namespace Regional.Imaging.Tests.Packs;

/// <summary>A seeded instance: its identity and bytes follow from its number and variant.</summary>
public sealed record Phantom(int Number, int Size, int Variant = 0)
{
    public string SopInstanceUid => $"1.2.826.0.1.{Number}";

    public byte[] Bytes
    {
        get
        {
            var bytes = new byte[Size];
            new Random(Number * 31 + Variant).NextBytes(bytes);
            return bytes;
        }
    }

    public ReceivedInstance Identity => new(
        $"1.2.826.0.2.{Number / 10}", $"1.2.826.0.3.{Number / 5}", SopInstanceUid, "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.1.2.1",
        "A_CT1", "township-a", new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero).AddSeconds(Number));
}

public sealed class AlarmLog : IPackAlarms
{
    public ConcurrentQueue<PackAlarm> Raised { get; } = new();

    public void Raise(PackAlarm alarm) => Raised.Enqueue(alarm);
}

/// <summary>What the index would know, read back from the packs themselves.</summary>
public sealed class PackLedger : IKnownInstances
{
    private readonly Dictionary<string, KnownInstance> _known = new(StringComparer.Ordinal);

    public ValueTask<KnownInstance?> FindAsync(string sopInstanceUid, CancellationToken cancellation) =>
        ValueTask.FromResult(_known.GetValueOrDefault(sopInstanceUid));

    public void Load(PackStore store)
    {
        _known.Clear();
        foreach (var record in PackFixture.AllRecords(store))
        {
            var uid = record.Header.SopInstanceUid;
            var before = _known.GetValueOrDefault(uid);
            switch (record.Header.Kind)
            {
                case RecordKind.Instance:
                    _known[uid] = new KnownInstance(record.Address, record.Hash, before?.Quarantined ?? []);
                    break;
                case RecordKind.Quarantine when record.Header.Reason == QuarantineReason.Conflict:
                    _known[uid] = new KnownInstance(
                        before?.Address, before?.Hash ?? default, [.. before?.Quarantined ?? [], new QuarantinedContent(record.Address, record.Hash)]);
                    break;
                case RecordKind.Delete:
                case RecordKind.Quarantine:
                    _known.Remove(uid);
                    break;
            }
        }
    }
}

/// <summary>A pack store over any layer, with buffers and alarms.</summary>
public sealed class PackFixture : IAsyncDisposable
{
    public const string Folder = "/packs";

    private readonly string _spool = Path.Combine(Path.GetTempPath(), "regional-tests", Guid.NewGuid().ToString("N"));

    private PackFixture() => Buffers = new ReceiveBuffers(new ReceiveBufferOptions { SpoolDirectory = _spool });

    public PackStore Store { get; private set; } = null!;

    public PackLedger Ledger { get; } = new();

    public AlarmLog Alarms { get; } = new();

    public ReceiveBuffers Buffers { get; }

    public static async Task<PackFixture> OpenAsync(IFileLayer files, PackStoreOptions? options = null, PackPosition indexed = default)
    {
        var fixture = new PackFixture();
        fixture.Store = await PackStore.OpenAsync(
            options ?? Small(), files, fixture.Ledger, fixture.Alarms, TimeProvider.System, NullLogger<PackStore>.Instance, indexed);
        fixture.Ledger.Load(fixture.Store);
        return fixture;
    }

    public static PackStoreOptions Small(long packSize = 16384, bool producerWrites = false) =>
        new() { Directory = Folder, PackSize = packSize, FreeSpaceWatermark = 0, IdleCheckpoint = null, ProducerWrites = producerWrites };

    public async Task<StoreResult> StoreAsync(Phantom phantom)
    {
        using var buffer = Buffers.Rent();
        buffer.Write(phantom.Bytes);
        return await Store.StoreAsync(phantom.Identity, buffer, CancellationToken.None);
    }

    public static List<PackRecord> AllRecords(PackStore store)
    {
        List<PackRecord> records = [];
        var at = PackPosition.Start;
        while (true)
        {
            var batch = store.ReadRecords(at, 100);
            records.AddRange(batch.Records);
            if (batch.Next == at) return records;
            at = batch.Next;
        }
    }

    public byte[] Read(RecordAddress address)
    {
        using var slice = Store.OpenData(address).ShouldNotBeNull();
        var bytes = new byte[slice.Length];
        slice.Read(0, bytes).ShouldBe(bytes.Length);
        return bytes;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Directory.Delete(_spool, recursive: true);
    }
}
