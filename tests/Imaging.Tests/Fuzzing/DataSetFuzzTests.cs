using System.Text.Json;
using FellowOakDicom;
using FellowOakDicom.Imaging.Codec;
using FellowOakDicom.IO.Buffer;
using Regional.Imaging.Codecs;
using Regional.Imaging.Codecs.Jpeg;
using Regional.Imaging.Codecs.JpegLs;
using Regional.Imaging.Codecs.Rle;
using Regional.Imaging.DicomWeb;
using Regional.Imaging.Frames;
using Regional.Imaging.Headers;
using Regional.Imaging.Rendering;
using Regional.Imaging.Tests.Codecs;
using Regional.Imaging.Tests.Rendering;
using Regional.TestKit.Fuzzing;
using Regional.TestKit.Modality;

namespace Regional.Imaging.Tests.Fuzzing;

/// <summary>Damaged data sets through everything that reads one: walker, parser, index facts, frame map, JSON, rendering (proof.md, list 8).</summary>
public sealed class DataSetFuzzTests
{
    private const long MostAllocated = 96L << 20;

    [Fact]
    public async Task Damaged_data_sets_are_refused_or_read_and_nothing_else()
    {
        var corpus = Corpus();
        var cases = await new FuzzRun("dataset", 14).RunAsync([.. corpus.Select(entry => entry.Bytes)], (entry, bytes, random) =>
        {
            // Now and then the syntax is a lie as well.
            var syntax = random.Next(8) == 0 ? corpus[random.Next(corpus.Count)].Syntax : corpus[entry].Syntax;
            var before = GC.GetAllocatedBytesForCurrentThread();
            ReadAll(bytes, syntax);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MostAllocated);
            return Task.CompletedTask;
        });
        cases.ShouldBeGreaterThan(50);
    }

    private static void ReadAll(byte[] bytes, string syntax)
    {
        int Read(long offset, Span<byte> buffer)
        {
            var part = (int)Math.Clamp(bytes.Length - offset, 0, buffer.Length);
            bytes.AsSpan((int)Math.Min(bytes.Length, offset), part).CopyTo(buffer);
            return part;
        }
        var layout = DataSetWalker.Walk(Read, bytes.Length, syntax);
        if (HeaderReader.Read(Read, layout, layout.HeaderLength, syntax) is { } dataSet)
        {
            var map = FrameMapper.Map(layout, FactReader.Shape(FactReader.Read(dataSet)), Read);
            FrameMap.Decode(map.Encode()).Count.ShouldBe(map.Count);
            using var json = new MemoryStream();
            using (var writer = new Utf8JsonWriter(json)) new DataSetJson(writer).Write(dataSet, "bulk/", syntax, "OW");
            json.Position = 0;
            using var _ = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 256 });
        }
        if (FrameSource.Open(Read, bytes.Length, syntax) is not { } source) return;
        foreach (var frame in new[] { 1, source.FrameCount })
        {
            var outcome = FrameRenderer.Render(source, frame, new RenderOptions { Viewport = frame == 1 ? null : new Viewport(40, 30) });
            (outcome.Image is null).ShouldBe(outcome.Problem != CodecProblem.None);
        }
    }

    private static List<(byte[] Bytes, string Syntax)> Corpus()
    {
        List<(byte[], string)> corpus = [];
        var grey = RenderedFiles.Make(12, 10, 1, 16, "MONOCHROME2", SeededPixels.Make("soft", SeededPixels.Shape(12, 10, 1, 16), 12, 1), data =>
        {
            data.Add(DicomTag.PatientName, "Wang^Fang").Add(DicomTag.WindowCenter, "40", "400").Add(DicomTag.WindowWidth, "80", "900").Add(DicomTag.PixelPaddingValue, (ushort)0);
            data.Add(DicomTag.PixelSpacing, "0.5", "0.7").Add(DicomTag.RescaleSlope, "1").Add(DicomTag.RescaleIntercept, "-1024");
            data.Add(new DicomSequence(DicomTag.VOILUTSequence, RenderedFiles.Lut(6, 0, 8, 1, 2, 3, 4, 5, 6)), new DicomSequence(DicomTag.ModalityLUTSequence, RenderedFiles.Lut(3, 1, 16, 7, 8, 9)));
        });
        foreach (var syntax in new[]
        {
            DicomTransferSyntax.ExplicitVRLittleEndian, DicomTransferSyntax.ImplicitVRLittleEndian, DicomTransferSyntax.ExplicitVRBigEndian, DicomTransferSyntax.DeflatedExplicitVRLittleEndian
        })
            corpus.Add((Bytes(grey.Clone(syntax)), syntax.UID.UID));

        var colour = SeededPixels.Shape(12, 10, 3, 8);
        var pixels = SeededPixels.Make("soft", colour, 8, 2);
        var palette = RenderedFiles.Make(3, 4, 1, 8, "PALETTE COLOR", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2], data =>
        {
            data.Add(DicomTag.RedPaletteColorLookupTableDescriptor, (ushort)8, (ushort)0, (ushort)16).Add(new DicomOtherWord(DicomTag.SegmentedRedPaletteColorLookupTableData, [0, 2, 0, 0x1000, 1, 6, 0x7000]));
            data.Add(DicomTag.GreenPaletteColorLookupTableDescriptor, (ushort)4, (ushort)1, (ushort)8).Add(new DicomOtherWord(DicomTag.GreenPaletteColorLookupTableData, [1, 2, 3, 4]));
            data.Add(DicomTag.BluePaletteColorLookupTableDescriptor, (ushort)4, (ushort)1, (ushort)8).Add(new DicomOtherWord(DicomTag.BluePaletteColorLookupTableData, [0x0201, 0x0403]));
        });
        const string explicitLittle = "1.2.840.10008.1.2.1";
        corpus.Add((Bytes(palette), explicitLittle));
        corpus.Add((Bytes(RenderedFiles.Make(12, 10, 3, 8, "YBR_FULL_422", pixels[..240])), explicitLittle));
        corpus.Add((Bytes(RenderedFiles.Make(4, 16, 1, 1, "MONOCHROME2", pixels[..8])), explicitLittle));
        corpus.Add((Bytes(Enhanced(pixels)), explicitLittle));
        foreach (var (syntax, stream) in new[]
        {
            ("1.2.840.10008.1.2.5", RleEncoder.Encode(pixels, colour)), ("1.2.840.10008.1.2.4.80", JpegLsEncoder.Encode(pixels, colour, 8)!),
            ("1.2.840.10008.1.2.4.50", BaselineJpegEncoder.Encode(pixels, 10, 12, 3, 80))
        })
            corpus.Add((Encapsulated(RenderedFiles.Make(12, 10, 3, 8, "RGB", pixels, data => data.Add(DicomTag.NumberOfFrames, "2")), syntax, stream), syntax));
        return corpus;
    }

    private static DicomDataset Enhanced(byte[] pixels) => RenderedFiles.Make(4, 5, 1, 8, "MONOCHROME2", pixels[..40], data =>
    {
        data.Add(DicomTag.NumberOfFrames, "2");
        data.Add(new DicomSequence(DicomTag.SharedFunctionalGroupsSequence, new DicomDataset
        {
            new DicomSequence(DicomTag.PixelMeasuresSequence, new DicomDataset { { DicomTag.PixelSpacing, "1", "2" } })
        }));
        data.Add(new DicomSequence(DicomTag.PerFrameFunctionalGroupsSequence, new DicomDataset
        {
            new DicomSequence(DicomTag.FrameVOILUTSequence, new DicomDataset { { DicomTag.WindowCenter, "9" }, { DicomTag.WindowWidth, "12" }, { DicomTag.VOILUTFunction, "SIGMOID" } })
        }));
    });

    private static byte[] Encapsulated(DicomDataset data, string syntax, byte[] stream)
    {
        data.Remove(DicomTag.PixelData);
        var file = new DicomFile(data);
        file.FileMetaInfo.TransferSyntax = DicomTransferSyntax.Lookup(DicomUID.Parse(syntax));
        var fragments = new DicomOtherByteFragment(DicomTag.PixelData);
        fragments.Fragments.Add(new MemoryByteBuffer(stream));
        fragments.Fragments.Add(new MemoryByteBuffer(stream));
        file.Dataset.Add(fragments);
        return RawAssociation.DataSetBytes(file);
    }

    private static byte[] Bytes(DicomDataset data) => RawAssociation.DataSetBytes(new DicomFile(data));
}
