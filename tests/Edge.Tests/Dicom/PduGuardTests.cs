using System.Buffers.Binary;
using Regional.Edge.Dicom;

namespace Regional.Edge.Tests.Dicom;

/// <summary>The guard follows PDU headers however the bytes are cut (PS3.8 §9.3).</summary>
public sealed class PduGuardTests
{
    private static readonly GuardOptions Options = new() { MaxAssociatePdu = 1000, MaxDataPdu = 5000, MaxCommand = 1000, MaxMessage = 3000 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(4096)]
    public void Good_stream_passes_in_pieces_of_any_size(int piece)
    {
        byte[] stream = [.. Pdu(1, 300), .. Data(Store, (0, 4000)), .. Pdu(4, 0), .. Data((0, 4990)), .. Data((Last, 0), (CommandLast, 30)), .. Data((0, 2000), (Last, 1000)), .. Data(Echo), .. Data(Echo, (Command, 10)), .. Pdu(5, 4)];
        var guard = new PduGuard(Options);
        foreach (var part in stream.Chunk(piece))
            guard.Pass(part).ShouldBe(PduFault.None);
        guard.Associated.ShouldBeTrue();
    }

    [Fact]
    public void Is_not_associated_before_the_last_byte_of_the_request()
    {
        var guard = new PduGuard(Options);
        var request = Pdu(1, 300);
        guard.Pass(request.AsSpan(0, request.Length - 1)).ShouldBe(PduFault.None);
        guard.Associated.ShouldBeFalse();
        guard.Pass(request.AsSpan(request.Length - 1)).ShouldBe(PduFault.None);
        guard.Associated.ShouldBeTrue();
    }

    [Fact]
    public void Http_is_seen_at_its_first_byte() => new PduGuard(Options).Pass("G"u8).ShouldBe(PduFault.NotDicom);

    [Fact]
    public void Data_before_an_association_is_not_dicom() => new PduGuard(Options).Pass(Pdu(4, 10)).ShouldBe(PduFault.NotDicom);

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(255)]
    public void Unknown_type_is_refused(byte type)
    {
        var guard = new PduGuard(Options);
        guard.Pass(Pdu(1, 10)).ShouldBe(PduFault.None);
        guard.Pass([type]).ShouldBe(PduFault.UnknownType);
    }

    [Theory]
    [InlineData(4, 0xFFFFFFFFu)]
    [InlineData(4, 0x7FFFFFF0u)]
    [InlineData(4, 5001u)]
    [InlineData(1, 1001u)]
    [InlineData(5, 65u)]
    [InlineData(7, 0x80000000u)]
    public void Length_over_the_bound_is_refused_with_the_header(byte type, uint length)
    {
        var guard = new PduGuard(Options);
        guard.Pass(Pdu(1, 10)).ShouldBe(PduFault.None);
        guard.Pass(Header(type, length)).ShouldBe(PduFault.TooLong);
    }

    /// <summary>Ten thousand streams of random PDUs, cut at random: what is within bounds passes, the first that is not is named.</summary>
    [Fact]
    public void Random_streams_are_judged_alike_however_they_are_cut()
    {
        var random = new Random(20260302);
        for (var run = 0; run < 10_000; run++)
        {
            List<byte> bytes = [.. Pdu(1, random.Next(0, 1000))];
            for (var n = random.Next(0, 6); n > 0; n--)
                bytes.AddRange(random.Next(20) == 0 ? Header((byte)random.Next(0, 12), (uint)random.NextInt64(0, uint.MaxValue)) : Data((random.Next(0, 4), random.Next(0, 2000)), (random.Next(0, 4), random.Next(0, 2000))));
            var whole = new PduGuard(Options).Pass(bytes.ToArray());
            var guard = new PduGuard(Options);
            var inPieces = PduFault.None;
            for (var at = 0; at < bytes.Count && inPieces == PduFault.None;)
            {
                var part = Math.Min(random.Next(1, 3000), bytes.Count - at);
                inPieces = guard.Pass(bytes.GetRange(at, part).ToArray());
                at += part;
            }

            inPieces.ShouldBe(whole, $"run {run}");
        }
    }

    [Fact]
    public void A_command_that_does_not_end_is_refused_at_its_bound()
    {
        var guard = Associated();
        guard.Pass(Data((Command, 600))).ShouldBe(PduFault.None);
        guard.Pass(Data((Command, 400))).ShouldBe(PduFault.None);
        guard.Pass(Data((Command, 1))).ShouldBe(PduFault.TooLong);
    }

    [Fact]
    public void A_query_that_does_not_end_is_refused_and_an_image_is_not()
    {
        var query = Associated();
        query.Pass(Data((CommandLast, 30))).ShouldBe(PduFault.None);
        query.Pass(Data((0, 3000))).ShouldBe(PduFault.None);
        query.Pass(Data((0, 1))).ShouldBe(PduFault.TooLong);

        var image = Associated();
        image.Pass(Data(Store)).ShouldBe(PduFault.None);
        for (var i = 0; i < 10; i++)
            image.Pass(Data((0, 4000))).ShouldBe(PduFault.None);
        image.Pass(Data((Last, 10), (CommandLast, 30), (0, 2500))).ShouldBe(PduFault.None);
        image.Pass(Data((0, 501))).ShouldBe(PduFault.TooLong, "after the image comes another message");
    }

    /// <summary>Parsers that gather whatever comes before a command is whole must not be led past the bound by turns.</summary>
    [Fact]
    public void A_fragment_out_of_turn_is_refused()
    {
        var turns = Associated();
        turns.Pass(Data((Command, 500))).ShouldBe(PduFault.None);
        turns.Pass(Data((0, 1))).ShouldBe(PduFault.Malformed, "a data set in the middle of a command");

        var twice = Associated();
        twice.Pass(Data(Store, (Last, 100))).ShouldBe(PduFault.None);
        twice.Pass(Data((0, 1))).ShouldBe(PduFault.Malformed, "a second data set after an image");

        var none = Associated();
        none.Pass(Data(Echo)).ShouldBe(PduFault.None);
        none.Pass(Data((0, 1))).ShouldBe(PduFault.Malformed, "a C-ECHO has no data set");

        Associated().Pass(Data((0, 1))).ShouldBe(PduFault.Malformed, "a data set before any command");

        var interrupted = Associated();
        interrupted.Pass(Data(Store, (0, 100))).ShouldBe(PduFault.None);
        interrupted.Pass(Data((Command, 1))).ShouldBe(PduFault.Malformed, "a command in the middle of an image");
    }

    /// <summary>Two command fields, or a command too long to be a C-STORE: whichever a parser takes, the data are bounded.</summary>
    [Fact]
    public void A_command_that_only_looks_like_a_store_does_not_lift_the_bound()
    {
        byte[] doubled = [.. Store, .. Element(0x0100, 0x20)];
        var guard = Associated();
        guard.Pass(Data(doubled, (0, 3000))).ShouldBe(PduFault.None);
        guard.Pass(Data((0, 1))).ShouldBe(PduFault.TooLong);
    }

    [Fact]
    public void Messages_one_after_another_are_bounded_each_by_itself()
    {
        var guard = Associated();
        for (var i = 0; i < 20; i++)
            guard.Pass(Data((Command, 900), (CommandLast, 100))).ShouldBe(PduFault.None);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(13u)]
    [InlineData(0xFFFFFFFFu)]
    public void A_value_that_does_not_fit_its_pdu_is_refused(uint length)
    {
        byte[] body = new byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(body, length);
        Associated().Pass([.. Header(4, 16), .. body]).ShouldBe(PduFault.Malformed);
    }

    [Fact]
    public void A_value_header_cut_by_the_end_of_its_pdu_is_refused() =>
        Associated().Pass([.. Header(4, 3), 0, 0, 0]).ShouldBe(PduFault.Malformed);

    private const int Command = 1;
    private const int Last = 2;
    private const int CommandLast = 3;

    /// <summary>A C-STORE-RQ as far as it matters: SOP class, command field, data set type.</summary>
    private static readonly byte[] Store = [0, 0, 2, 0, 4, 0, 0, 0, (byte)'1', (byte)'.', (byte)'2', 0, .. Element(0x0100, 1), .. Element(0x0800, 1)];

    /// <summary>A C-ECHO-RQ, which has no data set.</summary>
    private static readonly byte[] Echo = [.. Element(0x0100, 0x30), .. Element(0x0800, 0x0101)];

    private static byte[] Element(ushort element, ushort value) => [0, 0, (byte)element, (byte)(element >> 8), 2, 0, 0, 0, (byte)value, (byte)(value >> 8)];

    private static PduGuard Associated()
    {
        var guard = new PduGuard(Options);
        guard.Pass(Pdu(1, 10)).ShouldBe(PduFault.None);
        return guard;
    }

    private static byte[] Value(int control, ReadOnlySpan<byte> fragment)
    {
        var value = new byte[6 + fragment.Length];
        BinaryPrimitives.WriteUInt32BigEndian(value, (uint)fragment.Length + 2);
        (value[4], value[5]) = (1, (byte)control);
        fragment.CopyTo(value.AsSpan(6));
        return value;
    }

    private static byte[] Data(params ReadOnlySpan<(int Control, int Length)> values) => Data([], values);

    /// <summary>A P-DATA-TF with a whole command first, if there is one.</summary>
    private static byte[] Data(byte[] command, params ReadOnlySpan<(int Control, int Length)> values)
    {
        List<byte> body = command.Length == 0 ? [] : [.. Value(CommandLast, command)];
        foreach (var (control, length) in values)
            body.AddRange(Value(control, new byte[length]));
        return [.. Header(4, (uint)body.Count), .. body];
    }

    private static byte[] Pdu(byte type, int length) => [.. Header(type, (uint)length), .. new byte[length]];

    private static byte[] Header(byte type, uint length)
    {
        var header = new byte[6];
        header[0] = type;
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(2), length);
        return header;
    }
}
