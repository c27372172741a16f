using FellowOakDicom;
using Regional.Imaging.Rendering;
using Regional.Imaging.Tests.Codecs;
using Regional.TestKit;
using Regional.TestKit.Phantoms;

namespace Regional.Imaging.Tests.Rendering;

/// <summary>The display pipeline beside DCMTK's: at most one level of grey apart (PS3.4 annex N, PS3.3 C.11). R4.3.3-3, R4.4.3-2.</summary>
public sealed class DcmtkRenderTests
{
    private const int Rows = 45, Columns = 62;

    /// <summary>Kinds of objects, with what DCMTK must be told to show them.</summary>
    public static TheoryData<string, string[]> Kinds => new()
    {
        { "window", ["+Wi", "1"] }, { "narrow", ["+Wi", "1"] }, { "sigmoid", ["+Wi", "1"] }, { "signed", ["+Wi", "1"] }, { "high", ["+Wi", "1"] },
        { "mono1", ["+Wi", "1"] }, { "modality", ["+Wi", "1"] }, { "voi", ["+Wl", "1"] }, { "voi8", ["+Wl", "1"] }, { "none", ["+Wm"] }, { "none8", [] },
        { "rgb", [] }, { "planar", [] }, { "ybr", [] }, { "ybr422", [] }, { "palette", [] }, { "palette16", [] }, { "bits1", ["+Wm"] }
    };

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task A_frame_looks_as_dcmtk_shows_it(string kind, string[] options)
    {
        StrangersFiles.Require();
        using var folder = new TempFolder();
        var data = Object(kind);
        var path = folder.File("o.dcm");
        await new DicomFile(data).SaveAsync(path);
        RenderedFiles.ShouldShow(RenderedFiles.Render(data), await RenderedFiles.JudgeAsync(path, folder.File("o.pnm"), 1, options), kind,
            // DCMTK cuts each summand of a colour transform to a whole number.
            kind.StartsWith("ybr", StringComparison.Ordinal) ? 2 : 1);
    }

    [SkippableFact]
    public async Task Phantoms_and_real_slices_look_as_dcmtk_shows_them()
    {
        StrangersFiles.Require();
        using var folder = new TempFolder();
        foreach (var path in (await StrangersFiles.SeededAsync(folder)).Concat(StrangersFiles.Real("ct-ge").Take(3)))
        {
            var source = RenderedFiles.Open(await File.ReadAllBytesAsync(path)).ShouldNotBeNull();
            var window = new DisplayWindow(40.5, 350);
            var isGrey = source.Shape.SamplesPerPixel == 1;
            RenderedFiles.ShouldShow(
                RenderedFiles.Rendered(source, new RenderOptions { Window = window }),
                await RenderedFiles.JudgeAsync(path, folder.File("p.pnm"), 1, isGrey ? ["+Ww", "40.5", "350"] : []), Path.GetFileName(path));
        }
    }

    [SkippableTheory]
    [InlineData("dcmcjpls")]
    [InlineData("dcmcrle")]
    [InlineData("dcmcjpeg")]
    public async Task A_compressed_frame_looks_like_its_source(string compress)
    {
        StrangersFiles.Require();
        using var folder = new TempFolder();
        foreach (var path in await StrangersFiles.SeededAsync(folder))
        {
            var encoded = await StrangersFiles.RunAsync(compress, path, folder.File("c.dcm"));
            var source = RenderedFiles.Open(await File.ReadAllBytesAsync(encoded)).ShouldNotBeNull();
            var native = RenderedFiles.Open(await File.ReadAllBytesAsync(path)).ShouldNotBeNull();
            RenderedFiles.ShouldShow(RenderedFiles.Rendered(source, frame: source.FrameCount), RenderedFiles.Rendered(native, frame: native.FrameCount), Path.GetFileName(path), 0);
        }
    }

    private static DicomDataset Object(string kind)
    {
        var (words, bytes, colour) = (Words(12), Words(8, wide: false), Colour());
        DicomDataset Grey(byte[] pixels, Action<DicomDataset> more, string photometric = "MONOCHROME2") => RenderedFiles.Make(Rows, Columns, 1, 16, photometric, pixels, data =>
        {
            data.AddOrUpdate(DicomTag.BitsStored, (ushort)12).AddOrUpdate(DicomTag.HighBit, (ushort)11);
            data.Add(DicomTag.RescaleSlope, "1.5").Add(DicomTag.RescaleIntercept, "-1024");
            more(data);
        });
        void Window(DicomDataset data, string center, string width, string? function = null)
        {
            data.AddOrUpdate(DicomTag.WindowCenter, center).AddOrUpdate(DicomTag.WindowWidth, width);
            if (function is not null) data.Add(DicomTag.VOILUTFunction, function);
        }
        ushort[] curve = [.. Enumerable.Range(0, 2000).Select(i => (ushort)(4095 * Math.Pow(i / 2000.0, 1.7)))];
        return kind switch
        {
            "window" => Grey(words, data => Window(data, "300", "1400")),
            // DCMTK rounds after the modality transformation: whole slopes show no difference.
            "narrow" => Grey(words, data =>
            {
                data.AddOrUpdate(DicomTag.RescaleSlope, "2");
                Window(data, "40", "80");
            }),
            "sigmoid" => Grey(words, data => Window(data, "900", "1200", "SIGMOID")),
            "signed" => Grey(Words(12, signed: true), data =>
            {
                data.AddOrUpdate(DicomTag.PixelRepresentation, (ushort)1);
                Window(data, "-1000", "3000");
            }),
            "high" => Grey(Words(12, shift: 4), data =>
            {
                data.AddOrUpdate(DicomTag.HighBit, (ushort)15);
                Window(data, "900", "3000");
            }),
            "mono1" => Grey(words, data => Window(data, "900", "3000"), "MONOCHROME1"),
            "modality" => Grey(words, data =>
            {
                data.Remove(DicomTag.RescaleSlope, DicomTag.RescaleIntercept);
                var lut = RenderedFiles.Lut(curve.Length, 500, 12, curve);
                lut.Add(DicomTag.ModalityLUTType, "US");
                data.Add(new DicomSequence(DicomTag.ModalityLUTSequence, lut));
                Window(data, "2000", "3000");
            }),
            "voi" => Grey(words, data =>
            {
                data.Remove(DicomTag.RescaleSlope, DicomTag.RescaleIntercept);
                data.Add(new DicomSequence(DicomTag.VOILUTSequence, RenderedFiles.Lut(curve.Length, 700, 12, curve)));
            }),
            "voi8" => Grey(words, data =>
            {
                data.Remove(DicomTag.RescaleSlope, DicomTag.RescaleIntercept);
                data.Add(new DicomSequence(DicomTag.VOILUTSequence, RenderedFiles.Lut(curve.Length, 0, 8, [.. curve.Select(v => (ushort)(v >> 4))])));
            }),
            "none" => Grey(words, _ => { }),
            "none8" => RenderedFiles.Make(Rows, Columns, 1, 8, "MONOCHROME2", bytes),
            "rgb" => RenderedFiles.Make(Rows, Columns, 3, 8, "RGB", colour),
            "planar" => RenderedFiles.Make(Rows, Columns, 3, 8, "RGB", SeededPixels.Planar(colour, SeededPixels.Shape(Rows, Columns, 3, 8)), data => data.AddOrUpdate(DicomTag.PlanarConfiguration, (ushort)1)),
            "ybr" => RenderedFiles.Make(Rows, Columns, 3, 8, "YBR_FULL", colour),
            "ybr422" => RenderedFiles.Make(Rows, Columns, 3, 8, "YBR_FULL_422", colour[..(2 * Rows * Columns)]),
            "palette" => RenderedFiles.Make(Rows, Columns, 1, 8, "PALETTE COLOR", bytes, data => Palette(data, 200, 10, 8)),
            "palette16" => RenderedFiles.Make(Rows, Columns, 1, 16, "PALETTE COLOR", words, data => Palette(data, 3000, 50, 16)),
            _ => RenderedFiles.Make(Rows, Columns - 6, 1, 1, "MONOCHROME2", bytes[..(Rows * (Columns - 6) / 8)])
        };
    }

    private static void Palette(DicomDataset data, int count, int first, int bits)
    {
        ushort[] Ramp(double power) => [.. Enumerable.Range(0, count).Select(i => (ushort)(((1 << bits) - 1) * Math.Pow(i / (count - 1.0), power)))];
        foreach (var (descriptor, table, power) in new[]
        {
            (DicomTag.RedPaletteColorLookupTableDescriptor, DicomTag.RedPaletteColorLookupTableData, 1.0),
            (DicomTag.GreenPaletteColorLookupTableDescriptor, DicomTag.GreenPaletteColorLookupTableData, 0.6),
            (DicomTag.BluePaletteColorLookupTableDescriptor, DicomTag.BluePaletteColorLookupTableData, 2.0)
        })
        {
            data.Add(descriptor, (ushort)count, (ushort)first, (ushort)bits);
            data.Add(new DicomOtherWord(table, Ramp(power)));
        }
    }

    private static byte[] Words(int bits, bool wide = true, bool signed = false, int shift = 0)
    {
        var bytes = new byte[Rows * Columns * (wide ? 2 : 1)];
        var random = new Random(bits);
        for (var i = 0; i < Rows * Columns; i++)
        {
            var value = (i * 37 + random.Next(60)) % (1 << bits) - (signed ? 1 << (bits - 1) : 0);
            if (wide) BitConverter.TryWriteBytes(bytes.AsSpan(2 * i), (short)(value << shift));
            else bytes[i] = (byte)value;
        }
        return bytes;
    }

    private static byte[] Colour()
    {
        var shape = SeededPixels.Shape(Rows, Columns, 3, 8);
        return SeededPixels.Make("soft", shape, 8, 9);
    }
}
