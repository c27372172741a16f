using System.Net;
using System.Net.Sockets;
using FellowOakDicom;
using Regional.Edge.Dicom;
using Regional.Edge.Tests.Support;
using Regional.TestKit.Fuzzing;
using Regional.TestKit.Modality;

namespace Regional.Edge.Tests.Fuzzing;

/// <summary>Damaged DICOM conversations: through the guard alone, and against a whole edge, which goes on answering others (proof.md, lists 7 and 8).</summary>
public sealed class AssociationFuzzTests
{
    private const string ExplicitLittleEndian = "1.2.840.10008.1.2.1";

    [Fact]
    public async Task The_guard_takes_any_bytes_in_any_pieces()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var corpus = await ConversationsAsync(edge.DicomPort);
        await new FuzzRun("guard", 4).RunAsync(corpus, (_, bytes, random) =>
        {
            var guard = new PduGuard(new GuardOptions());
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var at = 0; at < bytes.Length;)
            {
                var piece = Math.Min(bytes.Length - at, 1 + random.Next(900));
                if (guard.Pass(bytes.AsSpan(at, piece)) != PduFault.None) break;
                at += piece;
            }
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(64 << 10);
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task An_edge_survives_damaged_conversations_and_answers_others()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        // What broke the protocol, or names objects by no UID, is logged as that and aborted; any other error would be one of ours.
        edge.Logs.Expect(line => line.Category == typeof(DicomListener).FullName
            && (line.Message.Contains("broke the protocol", StringComparison.Ordinal) || line.Failure is DicomValidationException));
        var corpus = await ConversationsAsync(edge.DicomPort);
        var count = 0;
        await new FuzzRun("association", 10).RunAsync(corpus, async (_, bytes, random) =>
        {
            await TalkAsync(edge.DicomPort, bytes, random);
            if (++count % 50 == 0) (await edge.Modality.EchoAsync()).ShouldBe((ushort)0);
        });
        (await edge.Modality.EchoAsync()).ShouldBe((ushort)0);
    }

    private static async Task TalkAsync(int port, byte[] bytes, Random random)
    {
        using var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var stream = socket.GetStream();
        var answer = new byte[4096];
        try
        {
            var cut = random.Next(bytes.Length + 1);
            await stream.WriteAsync(bytes.AsMemory(0, cut));
            await stream.WriteAsync(bytes.AsMemory(cut));
            socket.Client.Shutdown(SocketShutdown.Send);
            while (await stream.ReadAsync(answer) > 0)
            {
            }
        }
        catch (IOException)
        {
            // The edge closed while more was coming.
        }
    }

    /// <summary>What devices say: an echo, an object, a query with its cancel; as they went over the line.</summary>
    private static async Task<byte[][]> ConversationsAsync(int port)
    {
        var data = DataSetText.Of("2.25.78").Bytes;
        return
        [
            await RecordAsync(port, async line =>
            {
                (await line.OpenAsync(EdgeUnderTest.Ae, "A_CT1", DataSetText.SecondaryCapture, ExplicitLittleEndian)).ShouldBeTrue();
                await line.StoreAsync(DataSetText.SecondaryCapture, "2.25.77", new byte[600]);
                await line.ReleaseAsync();
            }),
            await RecordAsync(port, async line =>
            {
                (await line.OpenAsync(EdgeUnderTest.Ae, "A_CT1", DataSetText.SecondaryCapture, ExplicitLittleEndian)).ShouldBeTrue();
                await line.StoreAsync(DataSetText.SecondaryCapture, "2.25.78", data);
                await line.AbortAsync();
            }),
            await RecordAsync(port, async line =>
            {
                if (!await line.OpenAsync(EdgeUnderTest.Ae, "A_CT1", "1.2.840.10008.5.1.4.1.2.2.1", ExplicitLittleEndian)) return;
                await line.SendPduAsync(4, RawMessages.Find(1, "STUDY"));
                await line.SendPduAsync(4, RawMessages.Cancel(1));
                await line.ReleaseAsync();
            }),
        ];
    }

    /// <summary>Stands between a caller and the edge and keeps what the caller says.</summary>
    private static async Task<byte[]> RecordAsync(int port, Func<RawAssociation, Task> talk)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var line = await RawAssociation.ConnectAsync(((IPEndPoint)listener.LocalEndpoint).Port);
        using var caller = await listener.AcceptTcpClientAsync();
        using var edge = new TcpClient();
        await edge.ConnectAsync(IPAddress.Loopback, port);
        using var said = new MemoryStream();
        var there = PassAsync(caller.GetStream(), edge.GetStream(), said);
        var back = PassAsync(edge.GetStream(), caller.GetStream(), Stream.Null);
        await talk(line);
        await line.DisposeAsync();
        await there;
        edge.Close();
        await back;
        return said.ToArray();
    }

    private static async Task PassAsync(NetworkStream from, NetworkStream to, Stream copy)
    {
        var buffer = new byte[8192];
        try
        {
            int count;
            while ((count = await from.ReadAsync(buffer)) > 0)
            {
                await copy.WriteAsync(buffer.AsMemory(0, count));
                await to.WriteAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception ended) when (ended is IOException or ObjectDisposedException)
        {
            // One side has gone, and with it this direction.
        }
    }
}
