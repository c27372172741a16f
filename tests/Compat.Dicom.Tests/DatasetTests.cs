using FellowOakDicom;
using FellowOakDicom.IO.Buffer;
using Regional.Compat.Dicom.Tests.Support;

namespace Regional.Compat.Dicom.Tests;

/// <summary>What a data set takes, gives and refuses.</summary>
public class DatasetTests
{
    [Fact]
    public void Values_come_in_the_types_asked_for()
    {
        var dataset = new DicomDataset
        {
            { DicomTag.ImagePositionPatient, "1.5", "-2", "3e1" },
            { DicomTag.InstanceNumber, "7" },
            { DicomTag.Rows, (ushort)512 },
            { DicomTag.StudyDate, "20260131" },
            { DicomTag.StudyTime, "235958.5" },
            { DicomTag.SOPClassUID, DicomUID.CTImageStorage },
            { DicomTag.FrameIncrementPointer, DicomTag.FrameTime },
        };

        dataset.GetValues<decimal>(DicomTag.ImagePositionPatient).ShouldBe([1.5m, -2m, 30m]);
        dataset.GetValues<double>(DicomTag.ImagePositionPatient).ShouldBe([1.5, -2, 30]);
        dataset.GetString(DicomTag.ImagePositionPatient).ShouldBe(@"1.5\-2\3e1");
        dataset.GetValue<float>(DicomTag.ImagePositionPatient, 1).ShouldBe(-2f);
        dataset.GetSingleValue<int>(DicomTag.InstanceNumber).ShouldBe(7);
        dataset.GetSingleValue<int?>(DicomTag.InstanceNumber).ShouldBe(7);
        dataset.GetSingleValue<int>(DicomTag.Rows).ShouldBe(512);
        dataset.GetSingleValue<DateTime>(DicomTag.StudyDate).ShouldBe(new DateTime(2026, 1, 31));
        dataset.GetDateTime(DicomTag.StudyDate, DicomTag.StudyTime).ShouldBe(new DateTime(2026, 1, 31, 23, 59, 58));
        dataset.GetSingleValue<DicomUID>(DicomTag.SOPClassUID).ShouldBeSameAs(DicomUID.CTImageStorage);
        dataset.GetSingleValue<DicomTag>(DicomTag.FrameIncrementPointer).ShouldBe(DicomTag.FrameTime);
        dataset.GetValueCount(DicomTag.ImagePositionPatient).ShouldBe(3);
    }

    [Fact]
    public void Absent_wrong_and_many_are_failures_or_defaults()
    {
        var dataset = new DicomDataset { { DicomTag.ImageType, "ORIGINAL", "PRIMARY" }, { DicomTag.PatientID, "" }, { DicomTag.InstanceNumber, "1" } };

        Should.Throw<DicomDataException>(() => dataset.GetString(DicomTag.PatientName));
        Should.Throw<DicomDataException>(() => dataset.GetSingleValue<string>(DicomTag.ImageType));
        Should.Throw<DicomDataException>(() => dataset.GetSingleValue<string[]>(DicomTag.ImageType));
        Should.Throw<DicomDataException>(() => dataset.GetValue<string>(DicomTag.ImageType, 2));
        Should.Throw<DicomDataException>(() => dataset.GetSequence(DicomTag.ImageType));
        dataset.GetSingleValueOrDefault(DicomTag.PatientID, "none").ShouldBe("none", "an empty element has no value");
        dataset.TryGetString(DicomTag.PatientID, out var empty).ShouldBeTrue();
        empty.ShouldBe("");
        dataset.TryGetSingleValue<DateTime>(DicomTag.InstanceNumber, out _).ShouldBeFalse();
        dataset.TryGetSequence(DicomTag.PatientName, out _).ShouldBeFalse();
    }

    [Fact]
    public void Adding_twice_fails_and_updating_replaces()
    {
        var dataset = new DicomDataset { { DicomTag.PatientID, "a" } };
        Should.Throw<ArgumentException>(() => dataset.Add(DicomTag.PatientID, "b"));
        dataset.AddOrUpdate(DicomTag.PatientID, "b").GetString(DicomTag.PatientID).ShouldBe("b");
        dataset.Remove(DicomTag.PatientID).Contains(DicomTag.PatientID).ShouldBeFalse();
        Should.Throw<DicomDataException>(() => dataset.Add(new DicomTag(0x0010, 0x9999), "x"));
    }

    [Fact]
    public void Private_elements_stand_in_the_block_of_their_creator()
    {
        var (ours, theirs) = (new DicomTag(0x0011, 0x0001, "OURS"), new DicomTag(0x0011, 0x0001, "THEIRS"));
        var dataset = new DicomDataset();
        dataset.Add(DicomVR.LO, theirs, "t");
        dataset.Add(DicomVR.LO, ours, "o");

        dataset.GetString(ours).ShouldBe("o");
        dataset.GetPrivateTag(ours).Element.ShouldBe((ushort)0x1101);
        dataset.GetString(new DicomTag(0x0011, 0x0011)).ShouldBe("OURS");
        dataset.Contains(new DicomTag(0x0011, 0x0001, "NOBODY")).ShouldBeFalse();
    }

    [Fact]
    public void A_clone_has_its_own_sequences()
    {
        var original = new DicomDataset { { DicomTag.ReferencedStudySequence, new DicomDataset { { DicomTag.StudyDescription, "a" } } } };
        var clone = original.Clone();
        clone.ShouldHold(original);
        clone.GetSequence(DicomTag.ReferencedStudySequence).Items[0].AddOrUpdate(DicomTag.StudyDescription, "b");
        original.GetSequence(DicomTag.ReferencedStudySequence).Items[0].GetString(DicomTag.StudyDescription).ShouldBe("a");
        clone.Equals(original).ShouldBeFalse();
    }

    [Theory]
    [InlineData("CS", "lower")]
    [InlineData("CS", "MORE THAN SIXTEEN")]
    [InlineData("DA", "2026-01")]
    [InlineData("DA", "20261301")]
    [InlineData("TM", "2460")]
    [InlineData("TM", "021")]
    [InlineData("DT", "20260101250000")]
    [InlineData("DT", "20260101000000+1500")]
    [InlineData("DS", "one")]
    [InlineData("IS", "1.5")]
    [InlineData("IS", "99999999999")]
    [InlineData("UI", "1.02.3")]
    [InlineData("UI", "1..2")]
    [InlineData("UI", "../../a")]
    [InlineData("UI", "1.2.3.4.5.6.7.8.9.0.1.2.3.4.5.6.7.8.9.0.1.2.3.4.5.6.7.8.9.0.1.2.3")]
    [InlineData("AE", "MORE THAN SIXTEEN")]
    [InlineData("AS", "5Y")]
    [InlineData("PN", "a^b^c^d^e^f")]
    [InlineData("PN", "a=b=c=d")]
    [InlineData("SH", "more than sixteen")]
    [InlineData("LO", "with\u0001control")]
    public void Values_against_their_vr_are_refused(string vr, string value)
    {
        var tag = DicomDictionary.Default.First(entry => entry.ValueRepresentations[0].Code == vr && entry.MaskTag is null).Tag;
        var dataset = new DicomDataset();
        Should.Throw<DicomValidationException>(() => dataset.Add(DicomVR.Parse(vr), tag, value));
        Should.NotThrow(() => dataset.NotValidated().Add(DicomVR.Parse(vr), tag, value));
    }

    [Theory]
    [InlineData("DA", "20260101-20260131")]
    [InlineData("DA", "-20260131")]
    [InlineData("TM", "070907.0705 ")]
    [InlineData("DT", "20260101120000.123456+0800")]
    [InlineData("DT", "2026-2027")]
    [InlineData("DT", "20260101-0500")]
    [InlineData("DS", " 1.5E+3 ")]
    [InlineData("IS", "-2147483648")]
    [InlineData("UI", "2.25.329800735698586629295641978511506172918")]
    [InlineData("PN", "Yamada^Tarou=山田^太郎=やまだ^たろう")]
    public void Values_within_their_vr_pass(string vr, string value)
    {
        var tag = DicomDictionary.Default.First(entry => entry.ValueRepresentations[0].Code == vr && entry.MaskTag is null).Tag;
        new DicomDataset { { DicomVR.Parse(vr), tag, value } }.GetString(tag).ShouldBe(value);
    }

    [Fact]
    public void Too_many_values_are_refused() =>
        Should.Throw<DicomValidationException>(() => new DicomDataset().Add(DicomTag.ImagePositionPatient, "1", "2", "3", "4"));

    [Fact]
    public void Ranges_are_read_and_written()
    {
        var range = new DicomDataset { { DicomTag.StudyDate, "20260101-20260131" } }.GetSingleValue<DicomDateRange>(DicomTag.StudyDate);
        range.Contains(new DateTime(2026, 1, 15)).ShouldBeTrue();
        range.Contains(new DateTime(2026, 2, 1)).ShouldBeFalse();
        new DicomDataset { { DicomTag.StudyDate, new DicomDateRange(new DateTime(2026, 1, 1), DateTime.MaxValue) } }
            .GetString(DicomTag.StudyDate).ShouldBe("20260101-");
        new DicomDataset { { DicomTag.StudyDate, "20260105" } }.GetSingleValue<DicomDateRange>(DicomTag.StudyDate)
            .Maximum.ShouldBe(new DateTime(2026, 1, 5, 23, 59, 59, 999));
    }

    [Fact]
    public void Buffers_give_ranges_of_what_they_hold()
    {
        var composite = new CompositeByteBuffer(new MemoryByteBuffer([1, 2, 3]), EmptyBuffer.Value, new MemoryByteBuffer([4, 5, 6]));
        var output = new byte[4];
        composite.GetByteRange(1, 4, output);
        output.ShouldBe([2, 3, 4, 5]);
        new RangeByteBuffer(composite, 2, 2).Data.ShouldBe([3, 4]);
        var swapped = new SwapByteBuffer(composite, 2);
        swapped.Data.ShouldBe([2, 1, 4, 3, 6, 5]);
        swapped.GetByteRange(1, 3, output);
        output[..3].ShouldBe([1, 4, 3]);
        EvenLengthBuffer.Create(new MemoryByteBuffer([1])).Data.ShouldBe([1, 0]);
    }

    [Fact]
    public void Functional_groups_of_a_frame_hide_shared_ones()
    {
        DicomDataset Group(string position) => new() { { DicomTag.PlanePositionSequence, new DicomDataset { { DicomTag.ImagePositionPatient, position, "0", "0" } } } };
        var dataset = new DicomDataset
        {
            { DicomTag.SharedFunctionalGroupsSequence, Group("9") },
            { DicomTag.PerFrameFunctionalGroupsSequence, Group("1"), Group("2") },
        };
        dataset.FunctionalGroupValues(1).GetValue<int>(DicomTag.ImagePositionPatient, 0).ShouldBe(2);
        dataset.FunctionalGroupValues(5).GetValue<int>(DicomTag.ImagePositionPatient, 0).ShouldBe(9);
    }

    [Fact]
    public async Task A_walker_sees_every_item_in_the_order_of_writing()
    {
        var fragments = new DicomOtherByteFragment(DicomTag.PixelData);
        fragments.Fragments.Add(new MemoryByteBuffer([1, 2]));
        var dataset = new DicomDataset { { DicomTag.PatientID, "1" }, { DicomTag.ReferencedStudySequence, new DicomDataset { { DicomTag.StudyDescription, "a" } } } };
        dataset.Add(fragments);
        const string Expected = "begin sequence item 00081030 /item /sequence 00100020 fragments 2 /fragments end";
        var visitor = new Visitor();
        new DicomDatasetWalker(dataset).Walk(visitor);
        string.Join(' ', visitor.Seen).ShouldBe(Expected);
        visitor.Seen.Clear();
        await new DicomDatasetWalker(dataset).WalkAsync(visitor);
        string.Join(' ', visitor.Seen).ShouldBe(Expected);
    }

    private sealed class Visitor : IDicomDatasetWalker
    {
        public List<string> Seen { get; } = [];

        public void OnBeginWalk() => Seen.Add("begin");

        public bool OnElement(DicomElement element) => Note(element.Tag.ToString("J", null));

        public Task<bool> OnElementAsync(DicomElement element) => Task.FromResult(OnElement(element));

        public bool OnBeginSequence(DicomSequence sequence) => Note("sequence");

        public bool OnBeginSequenceItem(DicomDataset dataset) => Note("item");

        public bool OnEndSequenceItem() => Note("/item");

        public bool OnEndSequence() => Note("/sequence");

        public bool OnBeginFragment(DicomFragmentSequence fragment) => Note("fragments");

        public bool OnFragmentItem(IByteBuffer item) => Note($"{item.Size}");

        public Task<bool> OnFragmentItemAsync(IByteBuffer item) => Task.FromResult(OnFragmentItem(item));

        public bool OnEndFragment() => Note("/fragments");

        public void OnEndWalk() => Seen.Add("end");

        private bool Note(string what)
        {
            Seen.Add(what);
            return true;
        }
    }
}
