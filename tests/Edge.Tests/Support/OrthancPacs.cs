using System.Globalization;
using System.Text.Json;
using Regional.TestKit;
using Regional.TestKit.Modality;

namespace Regional.Edge.Tests.Support;

/// <summary>Orthanc as the archive that a hospital had before.</summary>
internal sealed class OrthancPacs(ToolProcess process, int port) : IAsyncDisposable
{
    public const string Ae = "OLDPACS";

    public int Port => port;

    /// <param name="folder">Its own; what it holds is there, for a later start too.</param>
    /// <param name="edge">DICOM port of the edge that it knows; null: it knows none, and sends to nobody.</param>
    public static async Task<OrthancPacs> StartAsync(string folder, int? edge, int port)
    {
        Directory.CreateDirectory(folder);
        object known = edge is { } at ? new Dictionary<string, object[]> { ["edge"] = [EdgeUnderTest.Ae, "127.0.0.1", at] } : new { };
        await File.WriteAllTextAsync(Path.Combine(folder, "orthanc.json"), JsonSerializer.Serialize(new
        {
            Name = "legacy", StorageDirectory = Path.Combine(folder, "db"), IndexDirectory = Path.Combine(folder, "db"), DicomAet = Ae, DicomPort = port,
            HttpServerEnabled = false, DicomAlwaysAllowFind = true, DicomAlwaysAllowMove = true, DicomAlwaysAllowStore = true, DicomCheckCalledAet = false,
            DicomModalities = known, DefaultEncoding = "Utf8", Plugins = Array.Empty<string>(),
        }));
        var process = ToolProcess.Start(
            ExternalTool.Find("Orthanc") ?? throw new InvalidOperationException("Orthanc is not installed."), [Path.Combine(folder, "orthanc.json")], folder,
            new Dictionary<string, string> { ["TCP_NODELAY"] = "1" });
        await process.WhenListeningAsync(port);
        return new OrthancPacs(process, port);
    }

    public string AsPeer(string more = "") => string.Create(CultureInfo.InvariantCulture, $"{{ ae-title: {Ae}, address: 127.0.0.1, port: {port}{more} }}");

    public FakeModality Door => new("127.0.0.1", port, Ae);

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
