using System.Buffers.Binary;
using System.IO.Compression;
using FellowOakDicom;
using Regional.Imaging.Codecs;
using Regional.Imaging.Rendering;
using Regional.Imaging.Tests.Codecs;
using static Regional.Imaging.Tests.Rendering.RenderedFiles;

namespace Regional.Imaging.Tests.Rendering;

/// <summary>What a display owes to the standard and that no stranger judges: padding, functional groups, viewport, pixel shape, encodings. R4.4.3-2.</summary>
public sealed class FrameRendererTests
{
    [Fact]
    public void Padding_is_black_and_does_not_count_for_the_range()
    {
        var words = Words(100, 200, 300, 63536, 63537, 50);
        foreach (var photometric in new[] { "MONOCHROME2", "MONOCHROME1" })
        {
            var image = Render(Make(1, 6, 1, 16, photometric, words, data =>
                data.Add(DicomTag.PixelPaddingValue, (ushort)63536).Add(DicomTag.PixelPaddingRangeLimit, (ushort)63537)));
            byte[] expected = [51, 153, 255, 0, 0, 0];
            if (photometric == "MONOCHROME1") expected = [204, 102, 0, 0, 0, 255];
            image.Pixels.ShouldBe(expected);
        }
    }

    [Fact]
    public void Each_frame_of_an_enhanced_object_has_its_own_window_and_rescale()
    {
        DicomDataset Voi(string center) => new() { new DicomSequence(DicomTag.FrameVOILUTSequence, new DicomDataset { { DicomTag.WindowCenter, center }, { DicomTag.WindowWidth, "100" } }) };
        var data = Make(1, 2, 1, 16, "MONOCHROME2", Words(100, 150, 100, 150, 100, 150), d =>
        {
            d.Add(DicomTag.NumberOfFrames, "3");
            d.Add(new DicomSequence(DicomTag.SharedFunctionalGroupsSequence, new DicomDataset
            {
                new DicomSequence(DicomTag.PixelValueTransformationSequence, new DicomDataset { { DicomTag.RescaleSlope, "2" }, { DicomTag.RescaleIntercept, "-100" } }),
                new DicomSequence(DicomTag.FrameVOILUTSequence, new DicomDataset { { DicomTag.WindowCenter, "150.5" }, { DicomTag.WindowWidth, "101" } })
            }));
            d.Add(new DicomSequence(DicomTag.PerFrameFunctionalGroupsSequence, Voi("0"), Voi("500"), []));
        });
        var source = Source(data);
        Rendered(source, frame: 1).Pixels.ShouldBe(new byte[] { 255, 255 });
        Rendered(source, frame: 2).Pixels.ShouldBe(new byte[] { 0, 0 });
        Rendered(source, frame: 3).Pixels.ShouldBe(new byte[] { 0, 255 });
        Should.Throw<ArgumentOutOfRangeException>(() => FrameRenderer.Render(source, 4, RenderOptions.Default));
    }

    [Fact]
    public void Every_uncompressed_encoding_shows_the_same()
    {
        var data = Make(3, 5, 1, 16, "MONOCHROME2", Words([.. Enumerable.Range(0, 15).Select(i => i * 1000)]), d => d.Add(DicomTag.WindowCenter, "7000").Add(DicomTag.WindowWidth, "9000"));
        var little = Render(data).Pixels;
        Render(data, syntax: DicomTransferSyntax.ImplicitVRLittleEndian).Pixels.ShouldBe(little);
        Render(data, syntax: DicomTransferSyntax.ExplicitVRBigEndian).Pixels.ShouldBe(little);
        Render(data, syntax: DicomTransferSyntax.DeflatedExplicitVRLittleEndian).Pixels.ShouldBe(little);
    }

    [Fact]
    public void A_chosen_window_goes_before_the_objects_own()
    {
        var data = Make(1, 3, 1, 16, "MONOCHROME2", Words(0, 50, 100), d => d.Add(DicomTag.WindowCenter, "7000").Add(DicomTag.WindowWidth, "9000"));
        Render(data, new RenderOptions { Window = new DisplayWindow(50, 100, WindowFunction.LinearExact) }).Pixels.ShouldBe(new byte[] { 0, 128, 255 });
        Render(data, new RenderOptions { Window = new DisplayWindow(50.5, 1) }).Pixels.ShouldBe(new byte[] { 0, 0, 255 });
        Should.Throw<ArgumentException>(() => Render(data, new RenderOptions { Window = new DisplayWindow(50, 0.5) }));
        Should.Throw<ArgumentException>(() => Render(data, new RenderOptions { Window = new DisplayWindow(double.NaN, 10) }));
    }

    [Fact]
    public void A_viewport_shrinks_by_area_grows_smoothly_and_mirrors()
    {
        var data = Make(2, 4, 1, 8, "MONOCHROME2", [0, 100, 200, 40, 20, 80, 0, 160]);
        var half = Render(data, new RenderOptions { Viewport = new Viewport(2, 2) });
        (half.Width, half.Height).ShouldBe((2, 1));
        half.Pixels.ShouldBe(new byte[] { 50, 100 });
        Render(data, new RenderOptions { Viewport = new Viewport(4, 2, SourceWidth: -4) }).Pixels.ShouldBe(new byte[] { 40, 200, 100, 0, 160, 0, 80, 20 });
        Render(data, new RenderOptions { Viewport = new Viewport(4, 2, SourceHeight: -2) }).Pixels.ShouldBe(new byte[] { 20, 80, 0, 160, 0, 100, 200, 40 });
        Render(data, new RenderOptions { Viewport = new Viewport(2, 2, 1, 0, 2, 2) }).Pixels.ShouldBe(new byte[] { 100, 200, 80, 0 });
        var twice = Render(data, new RenderOptions { Viewport = new Viewport(4, 4, 0, 0, 2, 2) });
        // At the part's edge the pixels beyond it count, so that parts side by side show no seam.
        twice.Pixels[..4].ShouldBe(new byte[] { 0, 25, 75, 125 });
        var colour = Render(Make(2, 2, 3, 8, "RGB", [0, 0, 100, 50, 0, 100, 0, 200, 100, 50, 200, 100]), new RenderOptions { Viewport = new Viewport(1, 1) });
        colour.Pixels.ShouldBe(new byte[] { 25, 100, 100 });
    }

    [Fact]
    public void Pixels_that_are_not_square_become_so()
    {
        var pixels = new byte[4 * 6];
        (int, int) Size(Action<DicomDataset> more, Viewport? viewport = null)
        {
            var image = Render(Make(4, 6, 1, 8, "MONOCHROME2", pixels, more), new RenderOptions { Viewport = viewport });
            return (image.Width, image.Height);
        }
        Size(d => d.Add(DicomTag.PixelAspectRatio, "2", "1")).ShouldBe((6, 8));
        Size(d => d.Add(DicomTag.PixelAspectRatio, "1", "2")).ShouldBe((12, 4));
        Size(d => d.Add(DicomTag.PixelSpacing, "0.5", "0.5001")).ShouldBe((6, 4));
        Size(d => d.Add(DicomTag.PixelSpacing, "1", "0.5"), new Viewport(100, 100)).ShouldBe((75, 100));
        Size(d => d.Add(DicomTag.PixelAspectRatio, "0", "0")).ShouldBe((6, 4));
    }

    [Fact]
    public void A_segmented_palette_is_a_palette()
    {
        var data = Make(1, 6, 1, 8, "PALETTE COLOR", [0, 1, 2, 5, 7, 200], d =>
        {
            foreach (var descriptor in new[] { DicomTag.RedPaletteColorLookupTableDescriptor, DicomTag.GreenPaletteColorLookupTableDescriptor, DicomTag.BluePaletteColorLookupTableDescriptor })
                d.Add(descriptor, (ushort)8, (ushort)0, (ushort)16);
            d.Add(new DicomOtherWord(DicomTag.SegmentedRedPaletteColorLookupTableData, [0, 2, 0, 0x1000, 1, 6, 0x7000]));
            d.Add(new DicomOtherWord(DicomTag.SegmentedGreenPaletteColorLookupTableData, [0, 1, 0xFF00, 1, 7, 0xFF00]));
            d.Add(new DicomOtherWord(DicomTag.SegmentedBluePaletteColorLookupTableData, [0, 4, 0x100, 0x200, 0x300, 0x400, 2, 1, 0, 0]));
        });
        var image = Render(data);
        image.Pixels.Where((_, i) => i % 3 == 0).ShouldBe(new byte[] { 0, 0x10, 0x20, 0x50, 0x70, 0x70 });
        image.Pixels.Where((_, i) => i % 3 == 1).ShouldAllBe(value => value == 0xFF);
        image.Pixels.Where((_, i) => i % 3 == 2).ShouldBe(new byte[] { 1, 2, 3, 2, 4, 4 });
    }

    [Fact]
    public void Thirty_two_bits_are_shown_in_the_range_of_their_values()
    {
        var words = new byte[12];
        foreach (var (value, i) in new[] { 1_000_000, 2_000_000, 3_000_000 }.Select((v, i) => (v, i))) BinaryPrimitives.WriteInt32LittleEndian(words.AsSpan(4 * i), value);
        Render(Make(1, 3, 1, 32, "MONOCHROME2", words, d => d.Add(DicomTag.RescaleSlope, "0.001"))).Pixels.ShouldBe(new byte[] { 0, 128, 255 });
    }

    [Fact]
    public void What_cannot_be_shown_has_a_reason_and_takes_no_memory()
    {
        void Refuse(DicomDataset data, CodecProblem problem, Viewport? viewport = null)
        {
            var source = Source(data);
            var before = GC.GetAllocatedBytesForCurrentThread();
            FrameRenderer.Render(source, 1, new RenderOptions { Viewport = viewport }).Problem.ShouldBe(problem);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000_000);
        }
        Refuse(Make(2, 2, 3, 8, "CMYK", new byte[12]), CodecProblem.Unsupported);
        Refuse(Make(2, 2, 1, 8, "PALETTE COLOR", new byte[4]), CodecProblem.Unsupported);
        Refuse(Make(2, 2, 1, 16, "MONOCHROME2", new byte[8], d => d.AddOrUpdate(DicomTag.HighBit, (ushort)20)), CodecProblem.Malformed);
        Refuse(Make(2, 2, 1, 8, "MONOCHROME2", new byte[4]), CodecProblem.TooLarge, new Viewport(16384, 16384));
        using var stream = new MemoryStream();
        new DicomFile(Make(2, 2, 1, 16, "MONOCHROME2", new byte[8], d => d.AddOrUpdate(DicomTag.Rows, (ushort)65535).AddOrUpdate(DicomTag.Columns, (ushort)65535).Add(DicomTag.NumberOfFrames, "2147483647"))).Save(stream);
        Open(stream.ToArray()).ShouldBeNull("the pixels are not there (proof.md, list 8)");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_png_holds_what_was_rendered(int channels)
    {
        var shape = SeededPixels.Shape(37, 53, channels, 8);
        var image = new RenderedImage(53, 37, channels, SeededPixels.Make("soft", shape, 8, 4));
        var png = PngEncoder.Encode(image);
        png[..8].ShouldBe(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10 });
        var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(33));
        using var zlib = new ZLibStream(new MemoryStream(png, 41, length), CompressionMode.Decompress);
        var pitch = 53 * channels;
        byte[] above = new byte[pitch], line = new byte[pitch];
        for (var y = 0; y < 37; y++)
        {
            var filter = zlib.ReadByte();
            zlib.ReadExactly(line);
            for (var i = 0; i < pitch; i++) line[i] += filter switch { 1 => i < channels ? (byte)0 : line[i - channels], 2 => above[i], _ => 0 };
            line.ShouldBe(image.Pixels[(y * pitch)..((y + 1) * pitch)]);
            line.CopyTo(above, 0);
        }
    }

    private static byte[] Words(params int[] values)
    {
        var bytes = new byte[2 * values.Length];
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), (ushort)values[i]);
        return bytes;
    }
}
