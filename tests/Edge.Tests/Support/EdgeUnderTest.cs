using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Regional.Edge.Hosting;
using Regional.Edge.Journal;
using Regional.Edge.Link;
using Regional.Imaging;
using Regional.Imaging.Cluster;
using Regional.Imaging.Index;
using Regional.TestKit;
using Regional.TestKit.Modality;
using Regional.TestKit.Tls;

namespace Regional.Edge.Tests.Support;

/// <summary>What a test changes of an edge.</summary>
internal sealed record EdgeSetup
{
    public string Profile { get; init; } = "demo";

    /// <summary>Where the centre's link is; by default nobody listens there.</summary>
    public int? Centre { get; init; }

    public string DiskReserve { get; init; } = "1MiB";

    public string PackSize { get; init; } = "1GiB";

    /// <summary>AE titles of registered devices and the addresses they call from.</summary>
    public (string Ae, string Address)[] Devices { get; init; } = [("A_CT1", "127.0.0.1")];

    /// <summary>The <c>profile</c> of every device, as the file has it.</summary>
    public string? DeviceProfile { get; init; }

    /// <summary>Further devices, as the file has them.</summary>
    public string[] MoreDevices { get; init; } = [];

    /// <summary>One of the site's <c>destinations</c>, as the file has it.</summary>
    public string? Destinations { get; init; }

    /// <summary>One of the site's <c>capture.folders</c>, as the file has it.</summary>
    public string? CaptureFolder { get; init; }

    /// <summary>More of the site's <c>edge</c>, a line of the file each.</summary>
    public string[] EdgeLines { get; init; } = [];

    /// <summary>One of the site's <c>peers</c>, as the file has it.</summary>
    public string? Peers { get; init; }

    /// <summary>Port on which every device answers verification.</summary>
    public int? EchoPort { get; init; }

    /// <summary>The edge's <c>dicomweb</c>, as the file has it.</summary>
    public string? DicomWeb { get; init; }

    /// <summary>Files beside cluster.yaml, such as tokens: name and content.</summary>
    public (string Name, string Content)[] Files { get; init; } = [];

    /// <summary>Given: DICOM, HTTP and link over TLS; else plain text, waived by name outside the demo.</summary>
    public EdgeTls? Tls { get; init; }

    public Func<EdgeSeams, EdgeSeams> Seams { get; init; } = seams => seams;
}

/// <summary>Certificates of an edge.</summary>
/// <param name="Authority">Who signed the edge's own.</param>
/// <param name="Modalities">Given: modalities have to show a certificate of this authority.</param>
/// <param name="Revoked">Serial number of a modality's certificate that is not believed any more.</param>
/// <param name="Centre">By whom the edge knows the centre; <paramref name="Authority"/> unless given.</param>
internal sealed record EdgeTls(TestAuthority Authority, TestAuthority? Modalities = null, TestAuthority? Centre = null, string? Revoked = null);

/// <summary>A whole edge in the test's process, on free ports and a folder of its own. Unexpected Error logs fail the test.</summary>
internal sealed class EdgeUnderTest : IAsyncDisposable
{
    public const string Site = "township-a";
    public const string Ae = "TOWNSHIPA";

    private readonly EdgeSetup _setup;
    private readonly TempFolder _folder = new();
    private EdgeHost? _host;

    private EdgeUnderTest(EdgeSetup setup)
    {
        _setup = setup;
        var ports = LoopbackPort.Free(4);
        (DicomPort, HttpPort) = (ports[0], ports[1]);
        Yaml = Text(setup, ports);
        if (setup.Tls is { } tls)
        {
            tls.Authority.Issue(_folder, Site);
            tls.Modalities?.Save(_folder, "modalities");
            (tls.Centre ?? tls.Authority).Save(_folder, "centre");
        }

        foreach (var (name, content) in setup.Files)
            File.WriteAllText(_folder.File(name), content);
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{HttpPort}") };
    }

    /// <summary>A peer that is away is no error of the edge, only in the words of the library that calls it.</summary>
    public ErrorLogScope Logs { get; } = new ErrorLogScope().Expect(line =>
        line.Category == "FellowOakDicom.Network" && line.Message.StartsWith("An error occurred while sending DICOM requests", StringComparison.Ordinal));

    public int DicomPort { get; }

    public int HttpPort { get; }

    public string Folder => _folder;

    public string Yaml { get; }

    public HttpClient Http { get; }

    public FakeModality Modality => new("127.0.0.1", DicomPort, Ae);

    public ImageArchive Archive => Get<ImageArchive>();

    public UploadQueue Queue => Get<UploadQueue>();

    public LinkState Link => Get<LinkState>();

    public static async Task<EdgeUnderTest> StartAsync(EdgeSetup? setup = null)
    {
        var edge = new EdgeUnderTest(setup ?? new EdgeSetup());
        await edge.StartAgainAsync();
        return edge;
    }

    /// <summary>A cluster.yaml for an edge in a process of its own, and its DICOM port.</summary>
    public static (string Yaml, int DicomPort) Describe(EdgeSetup setup)
    {
        var ports = LoopbackPort.Free(4);
        return (Text(setup, ports), ports[0]);
    }

    public T Get<T>()
        where T : notnull => _host!.Services.GetRequiredService<T>();

    public async Task StopAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
        _host = null;
    }

    /// <param name="yaml">Another cluster.yaml than before.</param>
    public async Task StartAgainAsync(string? yaml = null)
    {
        var seams = _setup.Seams(new EdgeSeams { Logging = logging => logging.AddProvider(Logs.Provider).AddFilter("Microsoft.AspNetCore", LogLevel.Warning) });
        _host = await EdgeHost.Build(ClusterFile.Parse(yaml ?? Yaml, _folder, ClusterPart.Edge(Site)), Site, seams);
        await _host.Start();
    }

    /// <summary>What the index says of an instance, once it has caught up with the packs.</summary>
    public async Task<IndexedInstance?> FindAsync(string sopInstanceUid)
    {
        await Archive.WaitIndexedAsync(Archive.Packs.CommittedEnd, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        return await Archive.Index.GetInstanceAsync(sopInstanceUid, CancellationToken.None);
    }

    /// <summary>SHA-256 of the stored data set, read back from the pack; null when it is not stored.</summary>
    public async Task<string?> StoredHashAsync(string sopInstanceUid)
    {
        if (await FindAsync(sopInstanceUid) is not { } instance || Archive.Packs.OpenData(instance.Address) is not { } slice)
            return null;
        using (slice)
        {
            var bytes = new byte[slice.Length];
            slice.Read(0, bytes).ShouldBe(bytes.Length);
            return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
        }
    }

    public async Task<long> StoredInstancesAsync()
    {
        await Archive.WaitIndexedAsync(Archive.Packs.CommittedEnd, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        return (await Archive.Index.GetTotalsAsync(CancellationToken.None)).Instances;
    }

    /// <summary>Ends when the queue's totals are as asked.</summary>
    public async Task<QueueTotals> WhenQueueAsync(Func<QueueTotals, bool> holds, TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? TimeSpan.FromSeconds(60));
        while (true)
        {
            var changed = Queue.Changed;
            var totals = Queue.Totals();
            if (holds(totals))
                return totals;
            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"The queue stayed at {totals}.");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Http.Dispose();
        _folder.Dispose();
        Logs.Dispose();
    }

    private static string Text(EdgeSetup setup, IReadOnlyList<int> ports)
    {
        var isDemo = setup.Profile == "demo";
        var secure = setup.Tls is not null;
        var scheme = secure ? "https" : "http";
        var modalities = setup.Tls?.Modalities is null ? "" : $", client-authority: modalities.pem, revoked: [{setup.Tls.Revoked}]";
        var devices = string.Join(
            "\n",
            setup.Devices.Select(d => $"      - {{ ae-title: {d.Ae}, name: {d.Ae}, modality: CT, address: {d.Address}{(setup.EchoPort is null ? "" : $", echo-port: {setup.EchoPort}")}{(setup.DeviceProfile is null ? "" : $", profile: {setup.DeviceProfile}")} }}")
                .Concat(setup.MoreDevices.Select(device => $"      - {device}")));
        return string.Create(CultureInfo.InvariantCulture, $$"""
            schema: 1
            profile: {{setup.Profile}}
            data: data
            waive-tls: [{{(isDemo ? "" : secure ? "mllp" : "http, link, dicom, mllp")}}]
            centre:
              http: {{scheme}}://127.0.0.1:1
              link: {{scheme}}://127.0.0.1:{{setup.Centre ?? ports[2]}}
            {{(secure ? "  tls: { certificate: at-the-centre.pem, key: file:at-the-centre.key, authority: centre.pem, client-authority: at-the-centre-too.pem }" : "")}}
            sites:
              - code: {{Site}}
                name: 青石镇中心卫生院
                kind: township
                accession-prefix: QS
                edge:
                  ae-title: {{Ae}}
                  dicom: 127.0.0.1:{{ports[0]}}
                  http: {{scheme}}://127.0.0.1:{{ports[1]}}
                  mllp: 127.0.0.1:{{ports[3]}}
                  accept-unknown-callers: {{(isDemo ? "true" : "false")}}
                  disk-reserve: {{setup.DiskReserve}}
                  pack-size: {{setup.PackSize}}
            {{string.Join("\n", setup.EdgeLines.Select(line => "      " + line))}}
                  capture: { folders: [{{setup.CaptureFolder}}] }
                  dicomweb: {{setup.DicomWeb ?? "{}"}}
            {{(secure ? $"      tls: {{ certificate: {Site}.pem, key: file:{Site}.key{modalities} }}" : "")}}
                devices:
            {{devices}}
                destinations: [{{setup.Destinations}}]
                peers: [{{setup.Peers}}]
                agreement: { reading-centre: {{Site}} }
            """);
    }
}
