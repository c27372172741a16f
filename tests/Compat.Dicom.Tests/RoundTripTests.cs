using FellowOakDicom;
using FellowOakDicom.Imaging;
using FellowOakDicom.IO.Buffer;
using FellowOakDicom.IO.Writer;
using Regional.Compat.Dicom.Tests.Support;

namespace Regional.Compat.Dicom.Tests;

/// <summary>Every VR through every uncompressed syntax, and the ways of writing lengths.</summary>
public class RoundTripTests
{
    public static TheoryData<string> Syntaxes => ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"];

    [Theory]
    [MemberData(nameof(Syntaxes))]
    public void Every_vr_survives(string syntax)
    {
        var dataset = EveryVr(DicomTransferSyntax.Parse(syntax));
        var read = Samples.Open(Samples.Bytes(new DicomFile(dataset)));

        read.IsPartial.ShouldBeFalse();
        read.FileMetaInfo.TransferSyntax.UID.UID.ShouldBe(syntax);
        foreach (var item in dataset.OfType<DicomElement>())
        {
            var same = read.Dataset.GetDicomItem<DicomElement>(item.Tag);
            same.ShouldNotBeNull(item.ToString());
            same.ValueRepresentation.ShouldBe(item.ValueRepresentation, item.ToString());
            same.Buffer.Data.ShouldBe(item.Buffer.Data, item.ToString());
        }

        read.Dataset.ShouldHold(dataset);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Lengths_may_be_explicit_or_not(bool sequences, bool items)
    {
        var dataset = Samples.Ct();
        dataset.Add(DicomTag.ReferencedStudySequence, Nested(20));
        var options = new DicomWriteOptions { ExplicitLengthSequences = sequences, ExplicitLengthSequenceItems = items };
        using var stream = new MemoryStream();
        new DicomFile(dataset).Save(stream, options);
        var read = Samples.Open(stream.ToArray());

        read.IsPartial.ShouldBeFalse();
        read.Dataset.ShouldHold(dataset);
        var sequence = dataset.GetDicomItem<DicomSequence>(DicomTag.ReferencedStudySequence);
        var expected = new DicomWriteLengthCalculator(DicomTransferSyntax.ExplicitVRLittleEndian, options).Calculate(sequence);
        using var without = new MemoryStream();
        new DicomFile(dataset.Clone().Remove(DicomTag.ReferencedStudySequence)).Save(without, options);
        (stream.Length - without.Length).ShouldBe(12 + expected);
    }

    [Fact]
    public async Task Writing_asynchronously_gives_the_same_bytes()
    {
        var dataset = EveryVr(DicomTransferSyntax.ExplicitVRLittleEndian);
        dataset.AddOrUpdate(new DicomOtherByte(DicomTag.EncapsulatedDocument, new byte[300_000]));
        using var stream = new MemoryStream();
        await new DicomFile(dataset).SaveAsync(stream);
        stream.ToArray().ShouldBe(Samples.Bytes(new DicomFile(dataset)));
    }

    [Fact]
    public async Task Files_are_written_and_large_values_read_on_demand()
    {
        using var folder = new TestKit.TempFolder();
        var path = folder.File("a.dcm");
        var pixels = new byte[200_000];
        new Random(5).NextBytes(pixels);
        var dataset = Samples.Ct().AddOrUpdate(new DicomOtherByte(DicomTag.PixelData, pixels));
        await new DicomFile(dataset).SaveAsync(path);

        DicomFile.HasValidHeader(path).ShouldBeTrue();
        var lazy = (await DicomFile.OpenAsync(path)).Dataset.GetDicomItem<DicomElement>(DicomTag.PixelData);
        lazy.Buffer.ShouldBeOfType<FileByteBuffer>();
        lazy.Buffer.Data.ShouldBe(pixels);
        var range = new byte[10];
        lazy.Buffer.GetByteRange(1000, 10, range);
        range.ShouldBe(pixels[1000..1010]);
        (await DicomFile.OpenAsync(path, FileReadOption.SkipLargeTags)).Dataset.Contains(DicomTag.PixelData).ShouldBeFalse();
        (await DicomFile.OpenAsync(path, FileReadOption.SkipLargeTags, 1_000_000)).Dataset.Contains(DicomTag.PixelData).ShouldBeTrue();
        DicomFile.Open(path, FileReadOption.ReadAll).Dataset.GetDicomItem<DicomElement>(DicomTag.PixelData).Buffer.IsMemory.ShouldBeTrue();
        DicomFile.Open(path, System.Text.Encoding.ASCII, state => state.Tag == DicomTag.PixelData).IsPartial.ShouldBeTrue();
        await Should.ThrowAsync<DicomFileException>(() => DicomFile.OpenAsync(folder.File("missing.dcm")));
    }

    [Fact]
    public void Streams_that_cannot_seek_are_read_too()
    {
        var bytes = Samples.Bytes(new DicomFile(Samples.Ct()));
        using var oneWay = new FellowOakDicom.IO.Reader.PrefixedStream(bytes, Stream.Null);
        DicomFile.Open(oneWay).Dataset.ShouldHold(Samples.Ct());
    }

    [Fact]
    public void Encapsulated_frames_keep_their_borders()
    {
        var dataset = Samples.Ct();
        dataset.Remove(DicomTag.PixelData);
        var encapsulated = new DicomDataset(DicomTransferSyntax.JPEGLSLossless);
        encapsulated.Add(dataset);
        var pixels = DicomPixelData.Create(encapsulated, newPixelData: true);
        pixels.AddFrame(new MemoryByteBuffer([1, 2, 3]));
        pixels.AddFrame(new MemoryByteBuffer([4, 5, 6, 7]));

        var read = Samples.Open(Samples.Bytes(new DicomFile(encapsulated)));
        var frames = DicomPixelData.Create(read.Dataset);
        frames.NumberOfFrames.ShouldBe(2);
        frames.GetFrame(0).Data.ShouldBe([1, 2, 3, 0]);
        frames.GetFrame(1).Data.ShouldBe([4, 5, 6, 7]);
        read.Dataset.GetDicomItem<DicomFragmentSequence>(DicomTag.PixelData).OffsetTable.ShouldBe([0u, 12u]);
        Should.Throw<IndexOutOfRangeException>(() => frames.GetFrame(2));
    }

    [Fact]
    public void Frames_of_several_fragments_are_found_by_the_offset_table()
    {
        var dataset = Samples.Ct();
        var fragments = new DicomOtherByteFragment(DicomTag.PixelData);
        foreach (var offset in new uint[] { 0, 20 }) fragments.OffsetTable.Add(offset);
        foreach (var bytes in new byte[][] { [1, 2], [3, 4], [5, 6] }) fragments.Fragments.Add(new MemoryByteBuffer(bytes));
        dataset.AddOrUpdate(fragments).AddOrUpdate(DicomTag.NumberOfFrames, "2");
        var pixels = DicomPixelData.Create(dataset);
        pixels.GetFrame(0).Data.ShouldBe([1, 2, 3, 4]);
        pixels.GetFrame(1).Data.ShouldBe([5, 6]);
        fragments.OffsetTable[1] = 15;
        Should.Throw<DicomImagingException>(() => pixels.GetFrame(1));
    }

    [Fact]
    public void Native_frames_are_cut_by_size_and_absurd_sizes_refused()
    {
        var dataset = Samples.Ct().AddOrUpdate(DicomTag.Rows, (ushort)2).AddOrUpdate(DicomTag.NumberOfFrames, "2");
        var pixels = DicomPixelData.Create(dataset);
        pixels.UncompressedFrameSize.ShouldBe(16);
        pixels.GetFrame(1).Data.ShouldBe(dataset.GetDicomItem<DicomElement>(DicomTag.PixelData).Buffer.Data[16..]);
        pixels.BitDepth.MaximumValue.ShouldBe(4095);
        pixels.PhotometricInterpretation.ShouldBe(PhotometricInterpretation.Monochrome2);

        dataset.AddOrUpdate(DicomTag.Rows, (ushort)65535).AddOrUpdate(DicomTag.Columns, (ushort)65535);
        Should.Throw<DicomImagingException>(() => pixels.UncompressedFrameSize);
    }

    private static DicomDataset Nested(int depth)
    {
        var dataset = new DicomDataset { { DicomTag.StudyDescription, $"level {depth}" } };
        if (depth > 0) dataset.Add(DicomTag.ReferencedSeriesSequence, Nested(depth - 1), new DicomDataset());
        return dataset;
    }

    private static DicomDataset EveryVr(DicomTransferSyntax syntax)
    {
        var dataset = new DicomDataset(syntax)
        {
            new DicomUniqueIdentifier(DicomTag.SOPClassUID, DicomUID.CTImageStorage),
            new DicomUniqueIdentifier(DicomTag.SOPInstanceUID, "1.2.3.45"),
            new DicomCodeString(DicomTag.SpecificCharacterSet, "ISO_IR 192"),
            new DicomApplicationEntity(DicomTag.RetrieveAETitle, "ONE", "TWO"),
            new DicomAgeString(DicomTag.PatientAge, "045Y"),
            new DicomAttributeTag(DicomTag.FrameIncrementPointer, DicomTag.FrameTime, DicomTag.PatientID),
            new DicomCodeString(DicomTag.ImageType, "ORIGINAL", "PRIMARY", "AXIAL"),
            new DicomDate(DicomTag.StudyDate, new DateTime(2026, 1, 31)),
            new DicomDecimalString(DicomTag.PixelSpacing, 0.5m, 0.25m),
            new DicomDateTime(DicomTag.AcquisitionDateTime, "20260131235959.123456+0800"),
            new DicomFloatingPointDouble(DicomTag.RealWorldValueSlope, Math.PI),
            new DicomFloatingPointSingle(DicomTag.ExaminedBodyThickness, 1.25f),
            new DicomIntegerString(DicomTag.InstanceNumber, 42),
            new DicomLongString(DicomTag.PatientID, "标识-1"),
            new DicomLongText(DicomTag.AdditionalPatientHistory, "第一行\r\n第二行 \\ with backslash"),
            new DicomOtherByte(DicomTag.EncapsulatedDocument, 1, 2, 3, 4),
            new DicomOtherDouble(DicomTag.DoubleFloatPixelData, 1.5, -2.5),
            new DicomOtherFloat(DicomTag.FloatPixelData, 1.5f, -2.5f),
            new DicomOtherLong(DicomTag.LongPrimitivePointIndexList, 1, uint.MaxValue),
            new DicomOtherVeryLong(DicomTag.ExtendedOffsetTable, 0, ulong.MaxValue),
            new DicomOtherWord(DicomTag.PixelData, 1, 2, ushort.MaxValue),
            new DicomPersonName(DicomTag.PatientName, "Zhang^San=张^三"),
            new DicomShortString(DicomTag.AccessionNumber, "A-1"),
            new DicomSignedLong(DicomTag.ReferencePixelX0, int.MinValue),
            new DicomSignedShort(DicomTag.TagAngleSecondAxis, -7),
            new DicomShortText(DicomTag.InstitutionAddress, "某某路 1 号"),
            new DicomTime(DicomTag.StudyTime, "235959.5"),
            new DicomUnlimitedCharacters(DicomTag.LongCodeValue, new string('x', 70_000)),
            new DicomUnsignedLong(DicomTag.ReferencedContentItemIdentifier, 1, 2),
            new DicomUniversalResource(DicomTag.RetrieveURL, "http://example.org/a?b=c"),
            new DicomUnsignedShort(DicomTag.Rows, 512),
            new DicomUnlimitedText(DicomTag.TextValue, new string('长', 40_000)),
            new DicomSequence(DicomTag.ReferencedStudySequence, Nested(3), new DicomDataset()),
        };
        dataset.Add(DicomVR.UN, new DicomTag(0x0011, 0x0001, "REGIONAL TEST"), new byte[] { 9, 8, 7, 6 });
        return dataset;
    }
}
