using Regional.Imaging.Frames;
using Regional.Imaging.Headers;

namespace Regional.Imaging.Tests.Frames;

/// <summary>proof.md "What must be survived" 8: what a data set claims is bounded before a parser sees it; frames are found by position.</summary>
public sealed class DataSetWalkerTests
{
    private const string Explicit = "1.2.840.10008.1.2.1";
    private const string Implicit = "1.2.840.10008.1.2";
    private const string BigEndian = "1.2.840.10008.1.2.2";
    private const string Jpeg = "1.2.840.10008.1.2.4.70";

    [Theory]
    [InlineData(Explicit, false, false)]
    [InlineData(Implicit, true, false)]
    [InlineData(BigEndian, false, true)]
    public void Native_pixels_are_found_in_every_encoding(string syntax, bool implicitVr, bool bigEndian)
    {
        var header = new DataSetBytes(implicitVr, bigEndian)
            .Text(0x00080018, "UI", "1.2.3")
            .Head(0x00081140, "SQ", 0xFFFFFFFF).Item().Text(0x00081150, "UI", "1.2").ItemEnd().SequenceEnd()
            .UShort(0x00280010, 4).UShort(0x00280011, 6).UShort(0x00280100, 16);
        var length = header.Length;
        var bytes = header.Element(0x7FE00010, "OW", new byte[4 * 6 * 2 * 3]).ToArray();

        var layout = Walk(bytes, syntax);

        layout.Problem.ShouldBe(DataSetProblem.None);
        layout.HeaderLength.ShouldBe(length);
        layout.NativePixels.ShouldNotBeNull().End.ShouldBe(bytes.Length);
        var map = FrameMapper.Map(layout, new PixelShape(4, 6, 1, 16, 3, "MONOCHROME2"), Reader(bytes));
        map.Count.ShouldBe(3);
        map.Frame(2).ShouldBe([new ByteRange(bytes.Length - 96, 48)]);
    }

    [Fact]
    public void Fragments_map_to_frames_with_basic_extended_and_no_offset_table()
    {
        byte[] start = [0xFF, 0xD8, 1, 2], more = [9, 9, 9, 9];
        byte[][] fragments = [start, more, start, start, more, more];
        uint[] basic = [0, 24, 36];
        var withTable = Encapsulated([.. basic.SelectMany(BitConverter.GetBytes)], fragments);
        var without = Encapsulated([], fragments);
        var shape = new PixelShape(4, 6, 1, 16, 3, "MONOCHROME2");
        foreach (var bytes in new[] { withTable, without })
        {
            var map = FrameMapper.Map(Walk(bytes, Jpeg), shape, Reader(bytes));
            map.Count.ShouldBe(3);
            Join(bytes, map.Frame(1)).ShouldBe([.. start, .. more]);
            Join(bytes, map.Frame(2)).ShouldBe(start);
            Join(bytes, map.Frame(3)).ShouldBe([.. start, .. more, .. more]);
        }

        ulong[] extended = [0, 24, 36];
        var extendedBytes = new DataSetBytes().Element(0x7FE00001, "OV", [.. extended.SelectMany(BitConverter.GetBytes)]);
        extendedBytes.Element(0x7FE00002, "OV", [.. new ulong[] { 8, 4, 12 }.SelectMany(BitConverter.GetBytes)]);
        var all = AddFragments(extendedBytes, [], [more, more, more, more, more, more]).ToArray();
        FrameMapper.Map(Walk(all, Jpeg), shape, Reader(all)).Frame(3).Count.ShouldBe(3);
    }

    [Fact]
    public void One_frame_takes_all_fragments_and_equal_counts_map_one_to_one()
    {
        var bytes = Encapsulated([], [[1, 2], [3, 4], [5, 6]]);
        FrameMapper.Map(Walk(bytes, Jpeg), new PixelShape(1, 1, 1, 8, 1, ""), Reader(bytes)).Frame(1).Count.ShouldBe(3);
        var map = FrameMapper.Map(Walk(bytes, Jpeg), new PixelShape(1, 1, 1, 8, 3, ""), Reader(bytes));
        Join(bytes, map.Frame(2)).ShouldBe([3, 4]);
        FrameMapper.Map(Walk(bytes, Jpeg), new PixelShape(1, 1, 1, 8, 2, ""), Reader(bytes)).Count.ShouldBe(0);
    }

    [Theory]
    [InlineData(65535, 65535, int.MaxValue, 16)]
    [InlineData(65535, 65535, 2, 65535)]
    [InlineData(0, 512, 1, 16)]
    [InlineData(512, 512, 0, 16)]
    [InlineData(512, 512, -1, 16)]
    [InlineData(3, 3, 2, 1)]
    public void Shapes_that_overflow_or_disagree_give_no_map(int rows, int columns, int frames, int bits)
    {
        var bytes = new DataSetBytes().Element(0x7FE00010, "OW", new byte[64]).ToArray();
        FrameMapper.Map(Walk(bytes, Explicit), new PixelShape(rows, columns, 1, bits, frames, "MONOCHROME2"), Reader(bytes)).Count.ShouldBe(0);
    }

    [Fact]
    public void The_stored_form_of_a_map_reads_back()
    {
        var native = FrameMapper.Map(Walk(new DataSetBytes().Element(0x7FE00010, "OW", new byte[300]).ToArray(), Explicit), new PixelShape(10, 10, 1, 8, 3, ""), (_, _) => 0);
        FrameMap.Decode(native.Encode()).Frame(3).ShouldBe(native.Frame(3));
        var bytes = Encapsulated([], [.. Enumerable.Range(0, 300).Select(i => new byte[2 + i * 2])]);
        var map = FrameMapper.Map(Walk(bytes, Jpeg), new PixelShape(1, 1, 1, 8, 300, ""), Reader(bytes));
        var back = FrameMap.Decode(map.Encode());
        for (var frame = 1; frame <= 300; frame++) back.Frame(frame).ShouldBe(map.Frame(frame));
        FrameMap.Decode(FrameMap.None.Encode()).Count.ShouldBe(0);
        FrameMap.Decode([]).Count.ShouldBe(0);
    }

    [Theory]
    [InlineData(0xFFFFFFF0u)]
    [InlineData(0x7FFFFFF0u)]
    [InlineData(11u)]
    public void A_length_beyond_the_end_is_truncation_and_the_header_before_it_stays_usable(uint length)
    {
        var bytes = new DataSetBytes().Text(0x00100020, "LO", "4711").Head(0x7FE00010, "OW", length).Raw(new byte[10]).ToArray();
        var layout = Walk(bytes, Explicit);
        layout.Problem.ShouldBe(DataSetProblem.Truncated);
        layout.HeaderLength.ShouldBe(12);
        FrameMapper.Map(layout, new PixelShape(1, 1, 1, 8, 1, ""), Reader(bytes)).Count.ShouldBe(0);
        HeaderReader.Read(Reader(bytes), layout, layout.HeaderLength, Explicit).ShouldNotBeNull().GetString(FellowOakDicom.DicomTag.PatientID).ShouldBe("4711");
    }

    [Theory]
    [InlineData(50, true, false)]
    [InlineData(5_000, true, false)]
    [InlineData(100_000, true, false)]
    [InlineData(100_000, false, false)]
    [InlineData(1_000, true, true)]
    public void Absurd_nesting_is_refused_without_recursion(int depth, bool undefined, bool implicitVr)
    {
        var data = new DataSetBytes(implicitVr).Text(0x00080018, "UI", "1.2.3");
        var before = data.Length;
        if (undefined)
        {
            for (var i = 0; i < depth; i++) data.Head(0x00081140, "SQ", 0xFFFFFFFF).Item();
        }
        else
        {
            var perLevel = implicitVr ? 16u : 20u;
            for (var i = 0; i < depth; i++) data.Head(0x00081140, "SQ", (uint)(depth - i) * perLevel - (implicitVr ? 8u : 12u)).Item((uint)(depth - i - 1) * perLevel);
        }
        var bytes = data.ToArray();
        var layout = Walk(bytes, implicitVr ? Implicit : Explicit);
        layout.Problem.ShouldBe(DataSetProblem.TooDeep);
        layout.HeaderLength.ShouldBe(before);
    }

    [Fact]
    public void Nesting_by_defined_lengths_in_implicit_vr_counts_too()
    {
        const int depth = 500;
        var data = new DataSetBytes(implicitVr: true);
        for (var i = 0; i < depth; i++) data.Head(0x00081140, "SQ", (uint)(depth - i) * 16 - 8).Item((uint)(depth - i - 1) * 16);
        Walk(data.ToArray(), Implicit).Problem.ShouldBe(DataSetProblem.TooDeep);
    }

    [Fact]
    public void Every_truncation_and_random_bytes_end_in_a_layout()
    {
        var whole = new DataSetBytes().Text(0x00080018, "UI", "1.2.3")
            .Head(0x00081140, "SQ", 0xFFFFFFFF).Item().Text(0x00081150, "UI", "1.2").ItemEnd().SequenceEnd()
            .Element(0x7FE00010, "OW", new byte[40]).ToArray();
        for (var cut = 0; cut < whole.Length; cut++)
        {
            var part = whole[..cut];
            var layout = Walk(part, Explicit);
            layout.HeaderLength.ShouldBeLessThanOrEqualTo(cut);
            HeaderReader.Read(Reader(part), layout, layout.HeaderLength, Explicit);
        }
        var random = new Random(7);
        for (var i = 0; i < 3_000; i++)
        {
            var bytes = (byte[])whole.Clone();
            for (var k = 0; k < 3; k++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            foreach (var syntax in new[] { Explicit, Implicit, BigEndian, Jpeg })
            {
                var layout = Walk(bytes, syntax);
                layout.HeaderLength.ShouldBeInRange(0, bytes.Length);
                HeaderReader.Read(Reader(bytes), layout, layout.HeaderLength, syntax);
            }
        }
    }

    [Fact]
    public void A_deflated_data_set_is_walked_within_a_bound_and_a_bomb_is_refused()
    {
        const string deflated = "1.2.840.10008.1.2.1.99";
        var plain = new DataSetBytes().Text(0x00100020, "LO", "4711").ToArray();
        var layout = Walk(Deflate(plain), deflated);
        layout.Problem.ShouldBe(DataSetProblem.None);
        HeaderReader.Read(Reader(Deflate(plain)), layout, layout.HeaderLength, deflated).ShouldNotBeNull().GetString(FellowOakDicom.DicomTag.PatientID).ShouldBe("4711");
        Walk(Deflate(new byte[300 << 20]), deflated).Problem.ShouldBe(DataSetProblem.BadDeflate);
        Walk([1, 2, 3, 4], deflated).Problem.ShouldBe(DataSetProblem.BadDeflate);
    }

    private static byte[] Deflate(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var deflate = new System.IO.Compression.DeflateStream(target, System.IO.Compression.CompressionLevel.Fastest)) deflate.Write(bytes);
        return target.ToArray();
    }

    private static byte[] Encapsulated(byte[] table, byte[][] fragments) =>
        AddFragments(new DataSetBytes().Text(0x00080018, "UI", "1.2.3"), table, fragments).ToArray();

    private static DataSetBytes AddFragments(DataSetBytes data, byte[] table, byte[][] fragments)
    {
        data.Head(0x7FE00010, "OB", 0xFFFFFFFF).Fragment(table);
        foreach (var fragment in fragments) data.Fragment(fragment);
        return data.SequenceEnd();
    }

    private static byte[] Join(byte[] bytes, IReadOnlyList<ByteRange> ranges) =>
        [.. ranges.SelectMany(range => bytes.Skip((int)range.Offset).Take((int)range.Length))];

    private static DataSetLayout Walk(byte[] bytes, string syntax) => DataSetWalker.Walk(Reader(bytes), bytes.Length, syntax);

    private static ReadAt Reader(byte[] bytes) => (offset, buffer) =>
    {
        var part = (int)Math.Clamp(bytes.Length - offset, 0, buffer.Length);
        bytes.AsSpan((int)Math.Min(offset, bytes.Length), part).CopyTo(buffer);
        return part;
    };
}
