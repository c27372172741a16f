using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using FellowOakDicom;
using FellowOakDicom.Network;
using Regional.Compat.Dicom.Tests.Support;

namespace Regional.Compat.Dicom.Tests;

/// <summary>A peer that breaks the protocol gets A-ABORT with the right reason, and nobody else notices (PS3.8 section 9; proof.md, item 7).</summary>
public class BadPduTests
{
    private const byte Rq = 1, Data = 4, ReleaseRq = 5, Abort = 7;

    public static TheoryData<string, DicomAbortReason> BeforeAssociation => new()
    {
        { Hex("GET / HTTP/1.1\r\n\r\n"), DicomAbortReason.UnrecognizedPDU },
        { "09 00 00000004 00000000", DicomAbortReason.UnrecognizedPDU },
        { "01 00 FFFFFFFF", DicomAbortReason.InvalidPDUParameter },
        { "04 00 7FFFFFF0", DicomAbortReason.InvalidPDUParameter },
        { "01 00 00000000", DicomAbortReason.InvalidPDUParameter },
        { "04 00 00000006 00000002 01 03", DicomAbortReason.UnexpectedPDU },
        { "05 00 00000004 00000000", DicomAbortReason.UnexpectedPDU },
        { "02 00 00000004 00000000", DicomAbortReason.UnexpectedPDU },
        { "03 00 00000004 00010101", DicomAbortReason.UnexpectedPDU },
        { "06 00 00000004 00000000", DicomAbortReason.UnexpectedPDU },
        { "01 00 00000004 00010000", DicomAbortReason.InvalidPDUParameter },
    };

    [Theory]
    [MemberData(nameof(BeforeAssociation))]
    public async Task Bytes_that_open_no_association_are_aborted(string hex, DicomAbortReason reason)
    {
        using var server = new TestServer();
        using var peer = new RawPeer(server.Port);
        await peer.SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        (await peer.ReadAbortAsync()).ShouldBe(reason);
        (await server.Scenario.Closed.FirstAsync()).ShouldBeAssignableTo<DicomNetworkException>();
        await server.ShouldEchoAsync();
    }

    public static TheoryData<string, byte[]> BadRequests => new()
    {
        { "an item longer than the PDU", Request([0x20, 0, 0xFF, 0xFF, 1, 0, 0, 0]) },
        { "no presentation context", Request([]) },
        { "an even context id", Request(Context(2)) },
        { "an id twice", Request([.. Context(1), .. Context(1)]) },
        { "129 contexts", Request([.. Enumerable.Range(0, 128).SelectMany(i => Context((byte)(2 * i + 1))), .. Context(1)]) },
        { "a context without abstract syntax", Request([0x20, 0, 0, 4, 1, 0, 0, 0]) },
        { "300 transfer syntaxes", Request(Context(1, syntaxes: 300)) },
        { "a maximum of one byte", Request([.. Context(1), 0x50, 0, 0, 8, 0x51, 0, 0, 4, 0, 0, 0, 1]) },
        { "a user item that ends early", Request([.. Context(1), 0x50, 0, 0, 5, 0x51, 0, 0, 4, 0]) },
    };

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task Malformed_requests_are_aborted(string what, byte[] pdu)
    {
        using var server = new TestServer();
        using var peer = new RawPeer(server.Port);
        await peer.SendAsync(pdu);
        (await peer.ReadAbortAsync()).ShouldBe(DicomAbortReason.InvalidPDUParameter, what);
        server.Scenario.Associations.ShouldBeEmpty();
        await server.ShouldEchoAsync();
    }

    public static TheoryData<string, byte[], DicomAbortReason> BadData => new()
    {
        { "a second request", Request(Context(1)), DicomAbortReason.UnexpectedPDU },
        { "a PDU beyond the maximum", [Data, 0, 0, 4, 0, 1], DicomAbortReason.InvalidPDUParameter },
        { "a value beyond its PDU", Pdu(Data, [0, 0, 1, 0, 1, 3, 0, 0]), DicomAbortReason.InvalidPDUParameter },
        { "a value of no length", Pdu(Data, [0, 0, 0, 0, 1, 3]), DicomAbortReason.InvalidPDUParameter },
        { "a truncated value header", Pdu(Data, [0, 0, 0, 2, 1]), DicomAbortReason.InvalidPDUParameter },
        { "a context that was not accepted", Pdu(Data, [0, 0, 0, 2, 77, 3]), DicomAbortReason.InvalidPDUParameter },
        { "a data set without command", Pdu(Data, [0, 0, 0, 4, 1, 2, 0, 0]), DicomAbortReason.UnexpectedPDUParameter },
        { "a command that is none", Pdu(Data, [0, 0, 0, 6, 1, 3, 1, 2, 3, 4]), DicomAbortReason.InvalidPDUParameter },
        { "a command without its fields", Command([0x00, 0x00, 0x02, 0x00, 2, 0, 0, 0, (byte)'1', 0]), DicomAbortReason.InvalidPDUParameter },
        { "a command of absurd length inside", Command([0x00, 0x00, 0x02, 0x00, 0xF0, 0xFF, 0xFF, 0xFF]), DicomAbortReason.InvalidPDUParameter },
        { "an endless command", [.. Enumerable.Range(0, 40).SelectMany(_ => Pdu(Data, [0, 0, 16, 2, 1, 1, .. new byte[4096]]))], DicomAbortReason.InvalidPDUParameter },
    };

    [Theory]
    [MemberData(nameof(BadData))]
    public async Task Bad_data_on_an_association_is_aborted(string what, byte[] bytes, DicomAbortReason reason)
    {
        using var server = new TestServer();
        using var peer = new RawPeer(server.Port);
        await peer.SendAsync(Request(Context(1)));
        await peer.ReadAcceptAsync();
        await peer.SendAsync(bytes);
        (await peer.ReadAbortAsync()).ShouldBe(reason, what);
        await server.ShouldEchoAsync();
    }

    [Fact]
    public async Task Every_request_cut_short_is_survived()
    {
        using var server = new TestServer();
        var request = Request([.. Context(1), 0x50, 0, 0, 8, 0x51, 0, 0, 4, 0, 1, 0, 0]);
        for (var length = 0; length < request.Length; length += 3)
        {
            using var peer = new RawPeer(server.Port);
            await peer.SendAsync(request[..length]);
        }

        await server.ShouldEchoAsync();
    }

    [Fact]
    public async Task Half_open_connections_hold_up_nobody_and_no_memory()
    {
        using var server = new TestServer();
        await server.ShouldEchoAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var peers = new List<RawPeer>();
        for (var i = 0; i < 200; i++)
        {
            var peer = new RawPeer(server.Port);
            peers.Add(peer);

            // A third says nothing, a third announces a PDU, a third is inside one.
            if (i % 3 == 1) await peer.SendAsync([Rq, 0, 0, 3, 0xFF, 0xFF]);
            if (i % 3 == 2) await peer.SendAsync([Rq, 0, 0, 0, 0xFF, 0xFF, .. new byte[100]]);
        }

        await server.ShouldEchoAsync().WaitAsync(TimeSpan.FromSeconds(20));
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(64L << 20);
        foreach (var peer in peers) peer.Dispose();
        await server.ShouldEchoAsync();
    }

    [Fact]
    public async Task A_peer_that_vanishes_inside_an_object_leaves_the_others_alone()
    {
        using var server = new TestServer(new Scenario { KeepRawBytes = true });
        using (var peer = new RawPeer(server.Port))
        {
            await peer.SendAsync(Request(Context(1)));
            await peer.ReadAcceptAsync();
            await peer.SendAsync(Pdu(Data, [0, 0, 0, 200, 1, 1, .. new byte[100]])[..80]);
        }

        await server.Scenario.Closed.FirstAsync();
        await server.ShouldEchoAsync();
    }

    private static string Hex(string text) => Convert.ToHexString(Encoding.ASCII.GetBytes(text));

    private static byte[] Pdu(byte type, byte[] body)
    {
        var pdu = new byte[6 + body.Length];
        pdu[0] = type;
        BinaryPrimitives.WriteUInt32BigEndian(pdu.AsSpan(2), (uint)body.Length);
        body.CopyTo(pdu, 6);
        return pdu;
    }

    private static byte[] Command(byte[] command) => Pdu(Data, [0, 0, 0, (byte)(command.Length + 2), 1, 3, .. command]);

    private static byte[] Item(byte type, byte[] value) => [type, 0, (byte)(value.Length >> 8), (byte)value.Length, .. value];

    private static byte[] Context(byte id, int syntaxes = 1) => Item(0x20,
    [
        id, 0, 0, 0,
        .. Item(0x30, Encoding.ASCII.GetBytes(DicomUID.Verification.UID)),
        .. Enumerable.Range(0, syntaxes).SelectMany(i => Item(0x40, Encoding.ASCII.GetBytes(i == 0 ? "1.2.840.10008.1.2" : $"1.2.3.{i}"))),
    ]);

    private static byte[] Request(byte[] items) => Pdu(Rq,
    [
        0, 1, 0, 0,
        .. Encoding.ASCII.GetBytes("TESTSCP         RAWPEER         "), .. new byte[32],
        .. Item(0x10, Encoding.ASCII.GetBytes("1.2.840.10008.3.1.1.1")), .. items,
    ]);

    /// <summary>A socket that says exactly what it is told to.</summary>
    private sealed class RawPeer : IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
        private readonly TcpClient _client;

        public RawPeer(int port) => _client = new TcpClient("127.0.0.1", port);

        public async Task SendAsync(byte[] bytes)
        {
            try
            {
                await _client.GetStream().WriteAsync(bytes);
            }
            catch (IOException)
            {
                // The server has had enough already; its answer is still to be read.
            }
        }

        public async Task ReadAcceptAsync() => (await ReadPduAsync()).Type.ShouldBe((byte)2);

        public async Task<DicomAbortReason> ReadAbortAsync()
        {
            var (type, body) = await ReadPduAsync();
            type.ShouldBe(Abort);
            body[2].ShouldBe((byte)DicomAbortSource.ServiceProvider);
            return (DicomAbortReason)body[3];
        }

        public void Dispose() => _client.Dispose();

        private async Task<(byte Type, byte[] Body)> ReadPduAsync()
        {
            using var timeout = new CancellationTokenSource(Patience);
            var header = new byte[6];
            await _client.GetStream().ReadExactlyAsync(header, timeout.Token);
            var body = new byte[BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(2))];
            await _client.GetStream().ReadExactlyAsync(body, timeout.Token);
            return (header[0], body);
        }
    }
}
