using System.Buffers.Binary;
using Regional.Edge.Dicom;

namespace Regional.Edge.Tests.Dicom;

/// <summary>The guard follows PDU headers however the bytes are cut (PS3.8 §9.3).</summary>
public sealed class PduGuardTests
{
    private static readonly GuardOptions Options = new() { MaxAssociatePdu = 1000, MaxDataPdu = 5000 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(4096)]
    public void Good_stream_passes_in_pieces_of_any_size(int piece)
    {
        byte[] stream = [.. Pdu(1, 300), .. Pdu(4, 5000), .. Pdu(4, 0), .. Pdu(4, 17), .. Pdu(5, 4)];
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
                bytes.AddRange(random.Next(20) == 0 ? Header((byte)random.Next(0, 12), (uint)random.NextInt64(0, uint.MaxValue)) : Pdu(4, random.Next(0, 5000)));
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

    private static byte[] Pdu(byte type, int length) => [.. Header(type, (uint)length), .. new byte[length]];

    private static byte[] Header(byte type, uint length)
    {
        var header = new byte[6];
        header[0] = type;
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(2), length);
        return header;
    }
}
