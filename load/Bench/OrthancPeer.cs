using System.Text.Json;
using Regional.TestKit;

namespace Regional.Load.Bench;

/// <summary>Orthanc with SQLite and fsync on, where it is installed; the settings are those that make the comparison fair.</summary>
public sealed class OrthancPeer : IAsyncDisposable
{
    private const string Plugins = "/usr/share/orthanc/plugins";

    private readonly ToolProcess process;

    private OrthancPeer(ToolProcess process, int port, int http)
    {
        this.process = process;
        Port = port;
        Http = new Uri($"http://127.0.0.1:{http}");
    }

    /// <summary>Its DICOM port; any called AE title will do.</summary>
    public int Port { get; }

    /// <summary>DICOMweb below <c>/dicom-web</c>, where the plug-in is installed.</summary>
    public Uri Http { get; }

    public static async Task<OrthancPeer?> StartAsync(string folder)
    {
        if (ExternalTool.Find("Orthanc") is not { } program) return null;
        var ports = LoopbackPort.Free(2);
        var data = Directory.CreateDirectory(Path.Combine(folder, "orthanc")).FullName;
        var configuration = Path.Combine(folder, "orthanc.json");
        await File.WriteAllTextAsync(configuration, JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["Name"] = "peer",
            ["StorageDirectory"] = data,
            ["IndexDirectory"] = data,
            ["DicomPort"] = ports[0],
            ["HttpPort"] = ports[1],
            ["RemoteAccessAllowed"] = false,
            ["AuthenticationEnabled"] = false,
            ["DicomCheckCalledAet"] = false,
            ["DicomAlwaysAllowStore"] = true,
            ["SyncStorageArea"] = true,
            ["OverwriteInstances"] = true,
            ["MaximumPduLength"] = 131072,
            ["HttpCompressionEnabled"] = false,
            ["StorageAccessOnFind"] = "Never",
            ["Plugins"] = Directory.Exists(Plugins) ? Directory.GetFiles(Plugins, "libOrthancDicomWeb.so") : [],
        }));
        var process = ToolProcess.Start(program, [configuration]);
        await process.WhenListeningAsync(ports[0]);
        return new OrthancPeer(process, ports[0], ports[1]);
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
