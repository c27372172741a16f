using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Regional.TestKit;
using Regional.TestKit.Tls;

namespace Regional.System.Tests.Support;

/// <summary>
/// A region outside the demo, of real processes: a centre and the edge of a township, TLS on everything that listens, each process in a folder that
/// holds its own key and nobody else's.
/// </summary>
internal sealed class SecureRegion : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<ToolProcess> _processes = [];
    private readonly HttpClient _http;
    private readonly IReadOnlyList<int> _ports = LoopbackPort.Free(7);

    public SecureRegion()
    {
        _http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions =
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { Authority.Certificate },
                },
            },
        });
        foreach (var part in (string[])["centre", "township-a"])
        {
            var own = _folder.Folder(part);
            File.WriteAllText(Path.Combine(own, "cluster.yaml"), Text());
            Authority.Save(own);
            Authority.Issue(own, part, part == "centre" ? CertificateUse.Server : CertificateUse.Both, "own");
        }
    }

    public TestAuthority Authority { get; } = new("Region");

    public Uri Portal => new($"https://127.0.0.1:{_ports[0]}");

    public int DicomPort => _ports[2];

    /// <summary>PEM file of the authority, for DCMTK.</summary>
    public string AuthorityFile => _folder.File("centre", "authority.pem");

    public Task StartCentreAsync() => StartAsync(Product.Centre, "centre", [], new Uri(Portal, "/health/ready"));

    /// <summary>Township A's.</summary>
    public Task StartEdgeAsync() => StartAsync(Product.Edge, "township-a", ["--site", "township-a"], new Uri($"https://127.0.0.1:{_ports[3]}/health/ready"));

    /// <summary>Ends when township-a's edge has sent everything to the centre.</summary>
    public async Task WhenDrainedAsync(long received)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var status = await _http.GetFromJsonAsync<JsonElement>($"https://127.0.0.1:{_ports[3]}/status", patience.Token);
            if (status.GetProperty("receivedInstances").GetInt64() == received && status.GetProperty("queuedInstances").GetInt64() == 0)
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, patience.Token);
        }
    }

    /// <summary>Ends all processes and lets the centre re-hash and count what it has.</summary>
    public async Task<ToolResult> VerifyAsync()
    {
        foreach (var process in _processes)
            await process.KillAsync();
        return await ExternalTool.RunAsync(Dotnet(), [Product.Centre, "verify", "--cluster", _folder.File("centre", "cluster.yaml")]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await process.DisposeAsync();
        _http.Dispose();
        Authority.Dispose();
        _folder.Dispose();
    }

    private async Task StartAsync(string executable, string part, string[] arguments, Uri ready)
    {
        var process = ToolProcess.Start(Dotnet(), [executable, "run", "--cluster", _folder.File(part, "cluster.yaml"), .. arguments], _folder);
        _processes.Add(process);
        using var patience = new CancellationTokenSource(RegionUnderTest.StartPatience);
        while (true)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"{part} ended: {string.Join('\n', process.Output.Items)}");
            try
            {
                if ((await _http.GetAsync(ready, patience.Token)).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, patience.Token);
        }
    }

    private static string Dotnet() => ExternalTool.Find("dotnet") ?? throw new InvalidOperationException("dotnet is not on the PATH.");

    private string Text() => string.Create(CultureInfo.InvariantCulture, $$"""
        schema: 1
        profile: production
        data: data
        waive-tls: [mllp]
        centre:
          http: https://127.0.0.1:{{_ports[0]}}
          link: https://127.0.0.1:{{_ports[1]}}
          silo-port: {{_ports[5]}}
          gateway-port: {{_ports[6]}}
          archive: { disk-reserve: 64MiB }
          tls: { certificate: own.pem, key: "file:own.key", authority: authority.pem, client-authority: authority.pem }
        sites:
          - code: township-a
            name: 青石镇中心卫生院
            accession-prefix: QS
            edge:
              ae-title: TOWNSHIPA
              dicom: 127.0.0.1:{{_ports[2]}}
              http: https://127.0.0.1:{{_ports[3]}}
              mllp: 127.0.0.1:{{_ports[4]}}
              disk-reserve: 64MiB
              tls: { certificate: own.pem, key: "file:own.key" }
            devices: [{ ae-title: A_CT1, name: CT, modality: CT, address: 127.0.0.1 }]
            agreement: { reading-centre: township-a }
        """);
}
