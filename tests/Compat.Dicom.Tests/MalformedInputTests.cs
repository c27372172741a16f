using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using FellowOakDicom;
using FellowOakDicom.IO.Reader;
using Regional.Compat.Dicom.Tests.Support;

namespace Regional.Compat.Dicom.Tests;

/// <summary>Bytes from strangers: refused or read in part, never a crash, never more memory than there are bytes (proof.md, items 8 and 9).</summary>
public class MalformedInputTests
{
    [Theory]
    [InlineData("OW", 0xFFFFFFF0)]
    [InlineData("OB", 0x7FFFFFF0)]
    [InlineData("UT", 0xFFFFFFFE)]
    [InlineData("SQ", 0xFFFFFFF0)]
    public void A_length_beyond_the_file_allocates_nothing(string vr, uint length)
    {
        var bytes = Samples.FileOf([0x10, 0, 0x20, 0, (byte)'L', (byte)'O', 2, 0, (byte)'1', (byte)' ', .. Element(0x0040, 0xA160, vr, length), 1, 2, 3, 4]);
        foreach (var option in Enum.GetValues<FileReadOption>())
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var file = Samples.Open(bytes, option);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4 << 20);
            file.IsPartial.ShouldBeTrue();
            file.Dataset.GetString(DicomTag.PatientID).ShouldBe("1");
            file.Dataset.Contains(new DicomTag(0x0040, 0xA160)).ShouldBeFalse();
        }

        using var oneWay = new PrefixedStream(bytes, Stream.Null);
        var start = GC.GetAllocatedBytesForCurrentThread();
        DicomFile.Open(oneWay).IsPartial.ShouldBeTrue();
        (GC.GetAllocatedBytesForCurrentThread() - start).ShouldBeLessThan(8 << 20);
    }

    [Theory]
    [InlineData(50, true)]
    [InlineData(DatasetParser.MaxDepth, true)]
    [InlineData(DatasetParser.MaxDepth + 1, false)]
    [InlineData(5_000, false)]
    [InlineData(100_000, false)]
    public void Nesting_is_bounded(int depth, bool readable)
    {
        foreach (var syntax in new[] { DicomTransferSyntax.ExplicitVRLittleEndian, DicomTransferSyntax.ImplicitVRLittleEndian })
        {
            var bytes = Samples.FileOf(Nested(depth, syntax.IsExplicitVR), syntax);
            if (readable) Samples.Open(bytes).Dataset.Contains(DicomTag.ReferencedSeriesSequence).ShouldBeTrue();
            else Should.Throw<DicomFileException>(() => Samples.Open(bytes)).InnerException.ShouldBeOfType<DicomReaderException>();
        }
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused_or_partial()
    {
        var dataset = Samples.Ct();
        dataset.Add(DicomTag.ReferencedStudySequence, new DicomDataset { { DicomTag.ReferencedSOPInstanceUID, "1.2.3" } });
        var bytes = Samples.Bytes(new DicomFile(dataset));
        var boundaries = 0;
        for (var length = 0; length < bytes.Length; length++)
        {
            DicomFile file;
            try
            {
                file = Samples.Open(bytes[..length]);
            }
            catch (DicomFileException)
            {
                continue;
            }

            if (!file.IsPartial) boundaries++;
            file.Dataset.All(item => dataset.Contains(item.Tag)).ShouldBeTrue();
        }

        // A cut between two elements of the outermost data set cannot be told from a shorter file.
        boundaries.ShouldBeLessThan(dataset.Count());
    }

    [Fact]
    public void Compressed_pixel_data_cut_anywhere_is_refused_or_partial()
    {
        var dataset = new DicomDataset(DicomTransferSyntax.RLELossless) { { DicomTag.SOPClassUID, DicomUID.CTImageStorage }, { DicomTag.SOPInstanceUID, "1.2" } };
        var fragments = new DicomOtherByteFragment(DicomTag.PixelData);
        for (var i = 0; i < 4; i++) fragments.Fragments.Add(new FellowOakDicom.IO.Buffer.MemoryByteBuffer(new byte[10]));
        dataset.Add(fragments);
        var bytes = Samples.Bytes(new DicomFile(dataset));
        for (var length = bytes.Length - 90; length < bytes.Length; length++)
        {
            var file = Samples.Open(bytes[..length]);
            var read = file.Dataset.GetDicomItem<DicomFragmentSequence>(DicomTag.PixelData);
            if (!file.IsPartial && read is not null) read.Fragments.ShouldAllBe(fragment => fragment.Size == 10);
        }
    }

    [Fact]
    public void Bytes_changed_at_random_never_do_more_than_fail()
    {
        var random = new Random(20260131);
        var sample = Samples.Ct();
        sample.Add(DicomTag.ReferencedStudySequence, new DicomDataset { { DicomTag.ReferencedSOPInstanceUID, "1.2.3" } });
        sample.Add(DicomVR.UN, new DicomTag(0x0011, 0x0001, "REGIONAL TEST"), new byte[] { 1, 2 });
        var original = Samples.Bytes(new DicomFile(sample));
        for (var round = 0; round < 5_000; round++)
        {
            var bytes = (byte[])original.Clone();
            for (var change = random.Next(1, 6); change > 0; change--) bytes[random.Next(130, bytes.Length)] = (byte)random.Next(256);
            try
            {
                foreach (var item in Samples.Open(bytes, FileReadOption.ReadAll).Dataset) _ = item.ToString();
            }
            catch (DicomFileException)
            {
                // Refused in the type that callers expect.
            }
        }
    }

    [Fact]
    public void Elements_in_reverse_order_do_not_cost_quadratic_time()
    {
        var bytes = new byte[200_000 * 8];
        for (var i = 0; i < 200_000; i++)
        {
            var number = 0x0011_0000u + (uint)(200_000 - i) * 2;
            var group = (ushort)((number >> 16) * 2 + 0x10);
            Element(group, (ushort)number, "SH", 0).CopyTo(bytes.AsSpan(i * 8));
        }

        var watch = Stopwatch.StartNew();
        Samples.Open(Samples.FileOf(bytes)).Dataset.Count().ShouldBeGreaterThan(100_000);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void A_deflated_bomb_is_stopped()
    {
        using var deflated = new MemoryStream();
        using (var deflater = new DeflateStream(deflated, CompressionLevel.Optimal, leaveOpen: true))
        {
            var head = Element(0x7FE0, 0x0010, "OB", 0xF0000000);
            deflater.Write(head);
            var zeros = new byte[1 << 20];
            for (var i = 0; i <= FileParser.MaxInflatedSize >> 20; i++) deflater.Write(zeros);
        }

        var bytes = Samples.FileOf(deflated.ToArray(), DicomTransferSyntax.DeflatedExplicitVRLittleEndian);
        bytes.Length.ShouldBeLessThan(4 << 20);
        Should.Throw<DicomFileException>(() => Samples.Open(bytes, FileReadOption.SkipLargeTags)).InnerException.ShouldBeOfType<DicomReaderException>();
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n")]
    public void What_is_no_dicom_is_refused(string text)
    {
        Should.Throw<DicomFileException>(() => Samples.Open(System.Text.Encoding.ASCII.GetBytes(text)));
        Should.Throw<DicomFileException>(() => Samples.Open(System.Text.Encoding.ASCII.GetBytes(text.PadRight(500, 'x'))));
    }

    [Fact]
    public void Files_without_preamble_or_meta_information_are_recognised()
    {
        var bytes = Samples.Bytes(new DicomFile(Samples.Ct()));
        var bare = Samples.Open(bytes[132..]);
        bare.Format.ShouldBe(DicomFileFormat.DICOM3NoPreamble);
        bare.Dataset.ShouldHold(Samples.Ct());

        var dataset = bytes[(132 + 12 + (int)Samples.Open(bytes).FileMetaInfo.GetSingleValue<uint>(DicomTag.FileMetaInformationGroupLength))..];
        var naked = Samples.Open(dataset);
        naked.Format.ShouldBe(DicomFileFormat.DICOM3NoFileMetaInfo);
        naked.Dataset.ShouldHold(Samples.Ct());
    }

    [Fact]
    public void Sequences_in_un_are_read_as_cp_246_says()
    {
        // (0008,1110) UN of undefined length; inside, implicit VR little endian.
        byte[] inner = [.. Tag(0xFFFE, 0xE000), 10, 0, 0, 0, .. Tag(0x0008, 0x1155), 2, 0, 0, 0, (byte)'1', 0, .. Tag(0xFFFE, 0xE0DD), 0, 0, 0, 0];
        var read = Samples.Open(Samples.FileOf([.. Element(0x0008, 0x1110, "UN", 0xFFFFFFFF), .. inner, .. Element(0x0010, 0x0020, "LO", 2), (byte)'7', (byte)' ']));
        read.Dataset.GetSequence(DicomTag.ReferencedStudySequence).Items[0].GetString(DicomTag.ReferencedSOPInstanceUID).ShouldBe("1");
        read.Dataset.GetString(DicomTag.PatientID).ShouldBe("7");
    }

    private static byte[] Tag(ushort group, ushort element) => [(byte)group, (byte)(group >> 8), (byte)element, (byte)(element >> 8)];

    private static byte[] Element(ushort group, ushort element, string vr, uint length)
    {
        var isShort = DicomVR.Parse(vr).Is16bitLength;
        var bytes = new byte[isShort ? 8 : 12];
        Tag(group, element).CopyTo(bytes, 0);
        (bytes[4], bytes[5]) = ((byte)vr[0], (byte)vr[1]);
        if (isShort) BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(6), (ushort)length);
        else BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), length);
        return bytes;
    }

    private static byte[] Nested(int depth, bool explicitVr)
    {
        using var stream = new MemoryStream();
        for (var i = 0; i < depth; i++)
        {
            stream.Write(explicitVr ? Element(0x0008, 0x1115, "SQ", 0xFFFFFFFF) : [.. Tag(0x0008, 0x1115), 0xFF, 0xFF, 0xFF, 0xFF]);
            stream.Write([.. Tag(0xFFFE, 0xE000), 0xFF, 0xFF, 0xFF, 0xFF]);
        }

        for (var i = 0; i < depth; i++) stream.Write([.. Tag(0xFFFE, 0xE00D), 0, 0, 0, 0, .. Tag(0xFFFE, 0xE0DD), 0, 0, 0, 0]);
        return stream.ToArray();
    }
}
