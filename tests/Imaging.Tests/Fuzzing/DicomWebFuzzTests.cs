using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Regional.Imaging.Tests.DicomWeb;
using Regional.Imaging.Tests.Index;
using Regional.TestKit.Fuzzing;

namespace Regional.Imaging.Tests.Fuzzing;

/// <summary>Damaged requests on a bare socket, so that nothing between us and the server repairs them: always an answer, never one of ours that failed (5xx).</summary>
public sealed class DicomWebFuzzTests
{
    [Fact]
    public async Task Damaged_requests_are_answered_and_never_a_server_error()
    {
        await using var host = await DicomWebHost.StartAsync();
        var slice = new Slice(1, 2, 3);
        await host.StoreAsync(slice);
        var instance = $"studies/{slice.StudyUid}/series/{slice.SeriesUid}/instances/{slice.SopInstanceUid}";
        byte[][] corpus =
        [
            Get("studies?PatientName=WANG*&StudyDate=20260101-20261231&limit=10&offset=0&fuzzymatching=true&includefield=all"),
            Get("studies?PatientID=P0001&ModalitiesInStudy=CT&includefield=00081030,0020000D&00080020=20260302"),
            Get($"studies/{slice.StudyUid}/series?Modality=CT&limit=5"), Get($"{instance}/metadata", "application/dicom+json"),
            Get($"{instance}/frames/1", "multipart/related; type=\"application/octet-stream\"; transfer-syntax=1.2.840.10008.1.2.1;q=0.9, */*;q=0.1"),
            Get($"{instance}/rendered?window=40,400,linear&viewport=100,100,0,0,50,50", "image/jpeg;q=0.8, image/png"),
            Get($"{instance}/bulkdata/7FE00010", "application/octet-stream"), Get($"studies/{slice.StudyUid}", "multipart/related; type=\"application/dicom\""),
            Post("--b\r\nContent-Type: application/dicom\r\n\r\n" + new string('\0', 128) + "DICM\x02\0\0\0UL\x04\0\0\0\0\0\r\n--b--\r\n", "multipart/related; type=\"application/dicom\"; boundary=b"),
            Post("--b\r\nContent-Type: application/dicom+json\r\n\r\n[{\"00080018\":{\"vr\":\"UI\",\"Value\":[\"2.25.1\"]}}]\r\n--b--\r\n", "multipart/related; type=\"application/dicom+json\"; boundary=\"b\"")
        ];
        var port = host.Http.BaseAddress!.Port;
        await new FuzzRun("dicomweb", 8).RunAsync(corpus, async (_, request, _) =>
        {
            var status = await StatusAsync(port, request);
            // 501 and 505 refuse methods and versions that HTTP does not know; 503 a server that is full.
            if (status >= 500 && status is not (501 or 503 or 505)) throw new InvalidOperationException($"The server answered {status}.");
        });
        using var alive = await host.GetAsync($"{instance}/metadata", "application/dicom+json");
        alive.IsSuccessStatusCode.ShouldBeTrue();
    }

    private static byte[] Get(string path, string accept = "application/dicom+json") =>
        Encoding.Latin1.GetBytes($"GET /dicom-web/{path} HTTP/1.1\r\nHost: edge\r\nAccept: {accept}\r\nConnection: close\r\n\r\n");

    private static byte[] Post(string body, string type) =>
        Encoding.Latin1.GetBytes($"POST /dicom-web/studies HTTP/1.1\r\nHost: edge\r\nContent-Type: {type}\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    /// <summary>Status of the answer; 0 when the server closed without one, which a broken request line may earn.</summary>
    private static async Task<int> StatusAsync(int port, byte[] request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", port);
        var stream = socket.GetStream();
        var answer = new byte[16 * 1024];
        var length = 0;
        try
        {
            await stream.WriteAsync(request);
            // A body that is shorter than announced ends here, and the server knows.
            socket.Client.Shutdown(SocketShutdown.Send);
            int read;
            while ((read = await stream.ReadAsync(answer.AsMemory(length > 12 ? 12 : length))) > 0) length += read;
        }
        catch (IOException)
        {
            // Reset after its answer: the request went on where the server had seen enough.
        }
        var line = Encoding.Latin1.GetString(answer, 0, Math.Min(length, 12));
        return line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(line.AsSpan(9, 3), CultureInfo.InvariantCulture) : 0;
    }
}
