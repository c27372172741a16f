using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Regional.Imaging.Cluster;
using Regional.Silo.Hosting;
using Regional.TestKit;
using Regional.TestKit.Tls;

namespace Regional.Silo.Tests.Hosting;

/// <summary>A centre of one township and one reading centre, on ports of its own, in a folder of its own.</summary>
internal sealed class SmallRegion : IDisposable
{
    private readonly TempFolder folder = new("regional-silo-");

    /// <param name="authority">Given: the production profile, TLS everywhere, and this authority for the centre and its edges.</param>
    /// <param name="revoked">Serial number of a certificate that is not believed any more.</param>
    public SmallRegion(string? postgres = null, TestAuthority? authority = null, string? revoked = null)
    {
        var scheme = authority is null ? "http" : "https";
        authority?.Save(folder);
        authority?.Issue(folder, "centre", CertificateUse.Server);
        string Edge(string name) => authority is null ? "" : $", tls: {{ certificate: {name}.pem, key: \"file:{name}.key\" }}";
        var ports = LoopbackPort.Free(2);
        if (postgres is not null)
            File.WriteAllText(folder.File("connection"), postgres);
        File.WriteAllText(folder.File("cluster.yaml"), $$"""
            schema: 1
            profile: {{(authority is null ? "demo" : "production")}}
            centre:
              http: {{scheme}}://127.0.0.1:0
              link: {{scheme}}://127.0.0.1:0
              {{(authority is null ? "" : $"tls: {{ certificate: centre.pem, key: \"file:centre.key\", client-authority: authority.pem, revoked: [{revoked}] }}")}}
              silo-port: {{ports[0]}}
              gateway-port: {{ports[1]}}
              archive: { pack-size: 16MiB, disk-reserve: 1MiB }
              storage: { provider: {{(postgres is null ? "sqlite" : "postgresql, connection: \"file:connection\"")}} }
            sites:
              - code: township-a
                name: 青石镇中心卫生院
                accession-prefix: QS
                edge: { ae-title: TOWNSHIPA, dicom: "127.0.0.1:1", http: "{{scheme}}://127.0.0.1:1", mllp: "127.0.0.1:1"{{Edge("township-a")}} }
                devices: [{ ae-title: A_CT1, name: CT, modality: CT, address: 127.0.0.1 }]
                agreement: { reading-centre: expert }
              - code: expert
                name: 影像诊断中心
                kind: expert
                accession-prefix: YX
                edge: { ae-title: EXPERT, dicom: "127.0.0.1:3", http: "{{scheme}}://127.0.0.1:3", mllp: "127.0.0.1:3"{{Edge("expert")}} }
                agreement: { reading-centre: expert }
            """);
    }

    /// <summary>A grain that was just waking when the host stopped says so as an error; what it had to deliver is noted as due.</summary>
    public ErrorLogScope Log { get; } = new ErrorLogScope().Expect(line => line.Failure is OperationCanceledException && line.Category.StartsWith("Orleans.", StringComparison.Ordinal));

    public string Folder => folder;

    public ClusterFile Cluster => ClusterFile.Load(folder.File("cluster.yaml"), ClusterPart.Centre);

    public async Task<CentreHost> Start(TimeProvider? time = null, Action<WebApplicationBuilder>? configure = null)
    {
        var host = await CentreHost.Build(Cluster, time ?? TimeProvider.System, builder =>
        {
            builder.Logging.AddProvider(Log.Provider);
            configure?.Invoke(builder);
        });
        await host.App.StartAsync();
        return host;
    }

    public static async Task Stop(CentreHost host)
    {
        await host.App.StopAsync();
        await host.DisposeAsync();
    }

    public void Dispose()
    {
        folder.Dispose();
        Log.Verify();
    }
}
