using System.Buffers;
using Grpc.Wire;

namespace Regional.Compat.Grpc.Tests;

public sealed class WireTests
{
    [Theory]
    [InlineData(-5, "1n")]
    [InlineData(0, "1n")]
    [InlineData(1, "1m")]
    [InlineData(10_000, "1m")]
    [InlineData(10_001, "2m")]
    [InlineData(999_999_990_000, "99999999m")]
    [InlineData(1_000_000_000_000, "100000S")]
    [InlineData(1_000_000_000_001, "100001S")]
    public void A_time_out_is_rounded_up_and_has_eight_digits_at_most(long ticks, string header)
    {
        TimeoutHeader.Encode(TimeSpan.FromTicks(ticks)).ShouldBe(header);
    }

    [Theory]
    [InlineData("1H", 36_000_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("3S", 30_000_000)]
    [InlineData("4m", 40_000)]
    [InlineData("5u", 50)]
    [InlineData("600n", 6)]
    public void A_time_out_is_read_in_every_unit(string header, long ticks)
    {
        TimeoutHeader.TryDecode(header, out var timeout).ShouldBeTrue();
        timeout.Ticks.ShouldBe(ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("1x")]
    [InlineData("-1S")]
    [InlineData(" 1S")]
    [InlineData("99999999999S")]
    public void A_time_out_that_is_none_is_told_apart(string header) => TimeoutHeader.TryDecode(header, out _).ShouldBeFalse();

    [Fact]
    public void Base64_may_lack_its_padding()
    {
        foreach (var length in Enumerable.Range(0, 10))
        {
            var bytes = Enumerable.Range(0, length).Select(i => (byte)(i * 37)).ToArray();
            var text = Convert.ToBase64String(bytes);

            HeaderText.DecodeBinary(text).ShouldBe(bytes);
            HeaderText.DecodeBinary(text.TrimEnd('=')).ShouldBe(bytes);
        }
    }

    [Fact]
    public void A_frame_written_straight_or_collected_is_the_same()
    {
        byte[] payload = [1, 2, 3, 4];

        var announced = Write(context =>
        {
            context.SetPayloadLength(payload.Length);
            context.GetBufferWriter().Write(payload);
            context.Complete();
        });
        var collected = Write(context =>
        {
            context.GetBufferWriter().Write(payload);
            context.Complete();
        });
        var array = Write(context => context.Complete(payload));

        announced.ShouldBe(new byte[] { 0, 0, 0, 0, 4, 1, 2, 3, 4 });
        collected.ShouldBe(announced);
        array.ShouldBe(announced);
    }

    [Fact]
    public void A_serializer_may_not_end_twice_or_begin_after_its_end()
    {
        Should.Throw<InvalidOperationException>(() => Write(context =>
        {
            context.Complete([]);
            context.Complete([]);
        }));
        Should.Throw<InvalidOperationException>(() => Write(context => context.Complete()));
        Should.Throw<InvalidOperationException>(() => Write(context =>
        {
            context.Complete([]);
            context.GetBufferWriter();
        }));
    }

    private static byte[] Write(Action<SerializationContext> serialize)
    {
        using var target = new PooledBufferWriter();
        new MessageFrameWriter().Write("message", (_, context) => serialize(context), target, limit: null, compression: null, level: null);
        return target.WrittenMemory.ToArray();
    }
}
