using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FellowOakDicom;

namespace Regional.TestKit.Modality;

/// <summary>How an object goes over the line when it should not go well.</summary>
public sealed record RawStore
{
    /// <summary>Data-set bytes after which nothing more is sent; null sends all.</summary>
    public int? StopAfter { get; init; }

    /// <summary>Data-set bytes a PDU; with its headers it fits the 16 KiB every receiver takes. Larger provokes on purpose.</summary>
    public int PduBytes { get; init; } = (16 * 1024) - 12;

    /// <summary>Wait between PDUs: a slow device.</summary>
    public TimeSpan Pause { get; init; }
}

/// <summary>
/// A DICOM upper-layer connection (PS3.8) written by hand, so that a test can stop, cut or garble it at any byte. Shares no code with the
/// library under test. One presentation context, id 1.
/// </summary>
public sealed class RawAssociation : IAsyncDisposable
{
    private const string ApplicationContext = "1.2.840.10008.3.1.1.1";
    private const byte AssociateRequest = 1;
    private const byte AssociateAccept = 2;
    private const byte Data = 4;
    private const byte ReleaseRequest = 5;
    private const byte ReleaseResponse = 6;
    private const byte Abort = 7;
    private readonly Socket socket;
    private readonly NetworkStream stream;
    private ushort messageId;

    private RawAssociation(Socket socket)
    {
        this.socket = socket;
        stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>The bare stream, for bytes that are not DICOM at all.</summary>
    public Stream Stream => stream;

    /// <summary>Connects and says nothing.</summary>
    public static async Task<RawAssociation> ConnectAsync(int port, CancellationToken cancellation = default)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return new RawAssociation(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Asks for an association; true when accepted together with its presentation context.</summary>
    public async Task<bool> OpenAsync(
        string calledAe, string callingAe, string sopClassUid, string transferSyntaxUid = "1.2.840.10008.1.2.1", CancellationToken cancellation = default)
    {
        var (type, body) = await RequestAsync(calledAe, callingAe, sopClassUid, transferSyntaxUid, cancellation);
        return type == AssociateAccept && ContextAccepted(body);
    }

    /// <summary>Asks for an association; gives the answering PDU, such as A-ASSOCIATE-RJ (3) with result, source and reason.</summary>
    public async Task<(byte Type, byte[] Body)> RequestAsync(
        string calledAe, string callingAe, string sopClassUid, string transferSyntaxUid = "1.2.840.10008.1.2.1", CancellationToken cancellation = default)
    {
        await SendPduAsync(AssociateRequest, Request(calledAe, callingAe, sopClassUid, transferSyntaxUid), cancellation);
        return await ReadPduAsync(cancellation);
    }

    /// <summary>Sends an object and waits for the status; null when it was stopped on purpose.</summary>
    public Task<ushort?> StoreAsync(DicomFile file, RawStore? how = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        return StoreAsync(
            file.Dataset.GetSingleValue<string>(DicomTag.SOPClassUID), file.Dataset.GetSingleValue<string>(DicomTag.SOPInstanceUID), DataSetBytes(file), how,
            cancellation);
    }

    /// <summary>Sends exactly these bytes as a data set under these UIDs, which may be anything; the status, or null when none came.</summary>
    public async Task<ushort?> StoreAsync(
        string sopClassUid, string sopInstanceUid, ReadOnlyMemory<byte> dataSet, RawStore? how = null, CancellationToken cancellation = default)
    {
        how ??= new RawStore();
        await SendPduAsync(Data, Fragment(Command(sopClassUid, sopInstanceUid), isCommand: true, isLast: true), cancellation);
        var end = Math.Min(dataSet.Length, how.StopAfter ?? dataSet.Length);
        for (var at = 0; at < end; at += how.PduBytes)
        {
            if (how.Pause > TimeSpan.Zero) await Task.Delay(how.Pause, TimeProvider.System, cancellation);
            var size = Math.Min(how.PduBytes, end - at);
            await SendPduAsync(Data, Fragment(dataSet.Span.Slice(at, size), isCommand: false, isLast: at + size == dataSet.Length), cancellation);
        }

        return end < dataSet.Length ? null : await ReadStatusAsync(cancellation);
    }

    /// <summary>One more fragment of a data set that has begun: for data sets without an end.</summary>
    public Task SendFragmentAsync(ReadOnlyMemory<byte> value, bool isLast, CancellationToken cancellation = default) =>
        SendPduAsync(Data, Fragment(value.Span, isCommand: false, isLast), cancellation);

    /// <summary>The data set as it goes over the line: the file without preamble and group 2.</summary>
    public static byte[] DataSetBytes(DicomFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var memory = new MemoryStream();
        file.Save(memory);
        var all = memory.ToArray();
        // Preamble 128, 'DICM', then (0002,0000) UL 4 with the length of the rest of group 2 (PS3.10 7.1).
        var metaLength = BinaryPrimitives.ReadUInt32LittleEndian(all.AsSpan(132 + 8));
        return all[(132 + 12 + (int)metaLength)..];
    }

    /// <summary>Sends any PDU.</summary>
    public async Task SendPduAsync(byte type, ReadOnlyMemory<byte> body, CancellationToken cancellation = default)
    {
        var header = new byte[6];
        header[0] = type;
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(2), (uint)body.Length);
        await stream.WriteAsync(header, cancellation);
        await stream.WriteAsync(body, cancellation);
    }

    /// <summary>Reads one PDU; type 0 when the other side closed.</summary>
    public async Task<(byte Type, byte[] Body)> ReadPduAsync(CancellationToken cancellation = default)
    {
        var header = new byte[6];
        if (await stream.ReadAtLeastAsync(header, 6, throwOnEndOfStream: false, cancellation) < 6) return (0, []);
        var body = new byte[BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(2))];
        await stream.ReadExactlyAsync(body, cancellation);
        return (header[0], body);
    }

    /// <summary>A-RELEASE and its answer.</summary>
    public async Task<bool> ReleaseAsync(CancellationToken cancellation = default)
    {
        await SendPduAsync(ReleaseRequest, new byte[4], cancellation);
        return (await ReadPduAsync(cancellation)).Type == ReleaseResponse;
    }

    /// <summary>A-ABORT by the service user (PS3.8 9.3.8).</summary>
    public Task AbortAsync() => SendPduAsync(Abort, new byte[4]);

    /// <summary>Cuts the line: a reset, without a goodbye.</summary>
    public void Cut()
    {
        socket.LingerState = new LingerOption(true, 0);
        stream.Dispose();
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private static byte[] Request(string calledAe, string callingAe, string sopClassUid, string transferSyntaxUid)
    {
        byte[] context = [1, 0, 0, 0, .. Item(0x30, Encoding.ASCII.GetBytes(sopClassUid)), .. Item(0x40, Encoding.ASCII.GetBytes(transferSyntaxUid))];
        byte[] user = [.. Item(0x51, [0, 1, 0, 0]), .. Item(0x52, "2.25.1"u8.ToArray())];
        return
        [
            0, 1, 0, 0,
            .. Encoding.ASCII.GetBytes(calledAe.PadRight(16)), .. Encoding.ASCII.GetBytes(callingAe.PadRight(16)), .. new byte[32],
            .. Item(0x10, Encoding.ASCII.GetBytes(ApplicationContext)), .. Item(0x20, context), .. Item(0x50, user),
        ];
    }

    private static byte[] Item(byte type, byte[] value) => [type, 0, (byte)(value.Length >> 8), (byte)value.Length, .. value];

    private static bool ContextAccepted(byte[] body)
    {
        for (var at = 68; at + 4 <= body.Length;)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(body.AsSpan(at + 2));
            if (body[at] == 0x21) return body[at + 6] == 0;
            at += 4 + length;
        }

        return false;
    }

    private static byte[] Fragment(ReadOnlySpan<byte> value, bool isCommand, bool isLast)
    {
        var pdv = new byte[6 + value.Length];
        BinaryPrimitives.WriteUInt32BigEndian(pdv, (uint)(value.Length + 2));
        pdv[4] = 1;
        pdv[5] = (byte)((isCommand ? 1 : 0) | (isLast ? 2 : 0));
        value.CopyTo(pdv.AsSpan(6));
        return pdv;
    }

    private byte[] Command(string sopClassUid, string sopInstanceUid)
    {
        // C-STORE-RQ (PS3.7 9.3.1.1), Implicit VR Little Endian.
        byte[] elements =
        [
            .. Element(0x0002, Padded(sopClassUid)),
            .. Element(0x0100, [0x01, 0x00]),
            .. Element(0x0110, [(byte)++messageId, (byte)(messageId >> 8)]),
            .. Element(0x0700, [0x00, 0x00]),
            .. Element(0x0800, [0x00, 0x00]),
            .. Element(0x1000, Padded(sopInstanceUid)),
        ];
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, elements.Length);
        return [.. Element(0x0000, length), .. elements];
    }

    private static byte[] Padded(string uid) => Encoding.ASCII.GetBytes(uid.Length % 2 == 0 ? uid : uid + "\0");

    private static byte[] Element(ushort element, byte[] value) =>
        [0, 0, (byte)element, (byte)(element >> 8), (byte)value.Length, (byte)(value.Length >> 8), 0, 0, .. value];

    private async Task<ushort?> ReadStatusAsync(CancellationToken cancellation)
    {
        var (type, body) = await ReadPduAsync(cancellation);
        if (type is not Data) return null;
        // Group 0 elements follow the PDV header; (0000,0900) is the status.
        for (var at = 6; at + 8 <= body.Length;)
        {
            var element = BinaryPrimitives.ReadUInt16LittleEndian(body.AsSpan(at + 2));
            var length = BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(at + 4));
            if (element == 0x0900) return BinaryPrimitives.ReadUInt16LittleEndian(body.AsSpan(at + 8));
            at += 8 + length;
        }

        return null;
    }
}
