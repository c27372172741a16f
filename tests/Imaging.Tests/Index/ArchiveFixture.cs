using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;
using Regional.Imaging.Storage;
using Regional.Imaging.Tests.Packs;

namespace Regional.Imaging.Tests.Index;

/// <summary>A seeded image: small, whole, with every value that the index keeps.</summary>
public sealed record Slice(int Study, int Series, int Number)
{
    public string StudyUid => $"1.2.840.99.{Study}";

    public string SeriesUid => $"1.2.840.99.{Study}.{Series}";

    public string SopInstanceUid => $"1.2.840.99.{Study}.{Series}.{Number}";

    public string Name { get; init; } = "";

    public string PatientId { get; init; } = "";

    public string Modality { get; init; } = "CT";

    public string StudyDate { get; init; } = "";

    public string Accession { get; init; } = "";

    public string Charset { get; init; } = "GB18030";

    public string Site { get; init; } = "township-a";

    public int Frames { get; init; } = 1;

    public byte[] Bytes()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var encoding = Encoding.GetEncoding(Charset switch { "GB18030" or "" => "GB18030", "ISO_IR 192" => "utf-8", var other => other });
        var data = new DataSetBytes();
        if (Charset.Length > 0) data.Text(0x00080005, "CS", Charset);
        data.Text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2")
            .Text(0x00080018, "UI", SopInstanceUid)
            .Text(0x00080020, "DA", StudyDate.Length > 0 ? StudyDate : $"202603{1 + Study % 28:D2}")
            .Text(0x00080030, "TM", "101500")
            .Text(0x00080050, "SH", Accession.Length > 0 ? Accession : $"A{Study:D6}")
            .Text(0x00080060, "CS", Modality)
            .Text(0x00081030, "LO", "头颅CT平扫", encoding)
            .Text(0x0008103E, "LO", $"series {Series}")
            .Head(0x00081140, "SQ", 0xFFFFFFFF).Item().Text(0x00081155, "UI", "1.2.3").ItemEnd().SequenceEnd()
            .Text(0x00100010, "PN", Name.Length > 0 ? Name : $"PATIENT^{Study}", encoding)
            .Text(0x00100020, "LO", PatientId.Length > 0 ? PatientId : $"P{Study}")
            .Text(0x00100021, "LO", "township-a")
            .Text(0x00100030, "DA", "19600102")
            .Text(0x00100040, "CS", "M")
            .Text(0x00180015, "CS", "HEAD")
            .Text(0x0020000D, "UI", StudyUid)
            .Text(0x0020000E, "UI", SeriesUid)
            .Text(0x00200011, "IS", Series.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .Text(0x00200013, "IS", Number.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .UShort(0x00280002, 1)
            .Text(0x00280004, "CS", "MONOCHROME2")
            .Text(0x00280008, "IS", Frames.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .UShort(0x00280010, 16).UShort(0x00280011, 16).UShort(0x00280100, 16).UShort(0x00280101, 16).UShort(0x00280102, 15).UShort(0x00280103, 0);
        var pixels = new byte[16 * 16 * 2 * Frames];
        new Random(Study * 10_000 + Series * 100 + Number).NextBytes(pixels);
        return data.Element(0x7FE00010, "OW", pixels).ToArray();
    }

    public ReceivedInstance Identity => new(
        StudyUid, SeriesUid, SopInstanceUid, "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.1.2.1", "A_CT1", Site,
        new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero).AddSeconds(Study * 100 + Number));
}

/// <summary>An archive in a folder of its own, with the database that the test brings.</summary>
public sealed class ArchiveFixture : IAsyncDisposable
{
    private readonly string _folder;
    private readonly IndexDatabase _database;
    private readonly bool _ownsDatabase;

    private ArchiveFixture(string folder, IndexDatabase database, bool ownsDatabase) => (_folder, _database, _ownsDatabase) = (folder, database, ownsDatabase);

    public ImageArchive Archive { get; private set; } = null!;

    public AlarmLog Alarms { get; } = new();

    public string Folder => _folder;

    public IndexDatabase Database => _database;

    public static Task<ArchiveFixture> CreateAsync(AcknowledgeAfter acknowledge = AcknowledgeAfter.Index, long watermark = 0)
    {
        var folder = Directory.CreateTempSubdirectory("regional-archive").FullName;
        return OpenAsync(folder, IndexDatabase.Sqlite(Path.Combine(folder, "index.db")), true, acknowledge, watermark);
    }

    public static async Task<ArchiveFixture> OpenAsync(
        string folder, IndexDatabase database, bool ownsDatabase, AcknowledgeAfter acknowledge = AcknowledgeAfter.Index, long watermark = 0)
    {
        var fixture = new ArchiveFixture(folder, database, ownsDatabase);
        fixture.Archive = await ImageArchive.OpenAsync(
            Options(folder, acknowledge, watermark), DiskFileLayer.Instance, database, fixture.Alarms, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        return fixture;
    }

    public static ImageArchiveOptions Options(string folder, AcknowledgeAfter acknowledge, long watermark = 0) => new()
    {
        Packs = new PackStoreOptions { Directory = Path.Combine(folder, "packs"), FreeSpaceWatermark = watermark, PackSize = 40_000 },
        Buffers = new ReceiveBufferOptions { SpoolDirectory = Path.Combine(folder, "spool") },
        Acknowledge = acknowledge,
        IndexBatch = 7
    };

    public async Task<StoreResult> StoreAsync(ReceivedInstance identity, byte[] bytes)
    {
        using var buffer = Archive.Buffers.Rent();
        buffer.Write(bytes);
        return await Archive.StoreAsync(identity, buffer, CancellationToken.None);
    }

    public Task<StoreResult> StoreAsync(Slice slice) => StoreAsync(slice.Identity, slice.Bytes());

    /// <summary>Closes without deleting, as an orderly stop does.</summary>
    public async Task CloseAsync() => await Archive.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await Archive.DisposeAsync();
        if (_ownsDatabase) await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
