using System.Globalization;

namespace Regional.TestKit.Modality;

/// <summary>DCMTK's programs, the strangers that DICOM tests talk with.</summary>
public static class Dcmtk
{
    /// <summary>True when DCMTK is installed; tests skip on a laptop without it and fail on CI.</summary>
    public static bool Installed => ExternalTool.Find("storescu") is not null;

    /// <summary>Verification; success is exit code 0.</summary>
    public static Task<ToolResult> EchoAsync(
        string host, int port, string calledAe, string callingAe = "ECHOSCU", CancellationToken cancellation = default,
        params string[] options) =>
        RunAsync("echoscu", ["-v", .. options, "-aet", callingAe, "-aec", calledAe, host, Number(port)], cancellation);

    /// <summary>Sends files and folders (recursively) over one association; success is exit code 0.</summary>
    public static Task<ToolResult> StoreAsync(
        string host, int port, string calledAe, IEnumerable<string> paths, string callingAe = "STORESCU", CancellationToken cancellation = default,
        params string[] options) =>
        RunAsync(
            "storescu",
            ["-v", .. options, "-pdu", "131072", "-aet", callingAe, "-aec", calledAe, "+sd", "+r", "-R", host, Number(port), .. paths],
            cancellation);

    /// <summary>Any of the programs.</summary>
    /// <exception cref="InvalidOperationException">Not installed.</exception>
    public static Task<ToolResult> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellation = default) =>
        ExternalTool.RunAsync(PathOf(program), arguments, cancellation: cancellation);

    /// <summary>Starts storescp on a free port; it writes what it receives to a folder.</summary>
    public static async Task<StoreScp> StartStoreScpAsync(string folder, params string[] options)
    {
        var port = LoopbackPort.Free();
        var process = ToolProcess.Start(PathOf("storescp"), ["-od", Directory.CreateDirectory(folder).FullName, .. options, Number(port)]);
        await process.WhenListeningAsync(port);
        return new StoreScp(process, port, folder);
    }

    private static string PathOf(string program) =>
        ExternalTool.Find(program) ?? throw new InvalidOperationException($"{program} (dcmtk) is not installed.");

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A running storescp.</summary>
public sealed class StoreScp(ToolProcess process, int port, string folder) : IAsyncDisposable
{
    public int Port => port;

    /// <summary>What has arrived, as full paths.</summary>
    public IReadOnlyList<string> Files => Directory.GetFiles(folder);

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
