using System.Reflection;
using FellowOakDicom;

namespace Regional.Compat.Dicom.Tests;

/// <summary>The generated fields and the table they come from (PS3.6).</summary>
public class DictionaryTests
{
    [Fact]
    public void Every_static_tag_is_the_entry_of_its_keyword()
    {
        var fields = typeof(DicomTag).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.Name != "Unknown").ToList();
        fields.Count.ShouldBeGreaterThan(5000);
        foreach (var field in fields)
        {
            var tag = (DicomTag)field.GetValue(null)!;
            var keyword = field.Name.EndsWith("RETIRED", StringComparison.Ordinal) ? field.Name[..^7] : field.Name;
            DicomDictionary.Default[keyword].ShouldBe(tag, field.Name);
        }
    }

    [Fact]
    public void Every_static_uid_is_registered()
    {
        foreach (var field in typeof(DicomUID).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var uid = (DicomUID)field.GetValue(null)!;
            DicomUID.Parse(uid.UID).ShouldBeSameAs(uid);
            DicomUID.IsValidUid(uid.UID).ShouldBeTrue(field.Name);
        }
    }

    [Theory]
    [InlineData("00100010", "PN", "1", "PatientName")]
    [InlineData("00280010", "US", "1", "Rows")]
    [InlineData("7FE00010", "OB|OW", "1", "PixelData")]
    [InlineData("00082112", "SQ", "1", "SourceImageSequence")]
    [InlineData("00280106", "US|SS", "1", "SmallestImagePixelValue")]
    [InlineData("00200032", "DS", "3", "ImagePositionPatient")]
    [InlineData("00081199", "SQ", "1", "ReferencedSOPSequence")]
    public void Entries_are_those_of_the_standard(string tag, string vrs, string vm, string keyword)
    {
        var entry = DicomTag.Parse(tag).DictionaryEntry;
        string.Join('|', entry.ValueRepresentations.Select(vr => vr.Code)).ShouldBe(vrs);
        entry.ValueMultiplicity.ToString().ShouldBe(vm);
        entry.Keyword.ShouldBe(keyword);
    }

    [Fact]
    public void Repeating_groups_private_tags_and_unknown_ones_are_told_apart()
    {
        new DicomTag(0x6002, 0x3000).DictionaryEntry.Keyword.ShouldBe("OverlayData");
        new DicomTag(0x0009, 0x0010).DictionaryEntry.ShouldBeSameAs(DicomDictionary.PrivateCreatorTag);
        new DicomTag(0x0009, 0x1027, "GEMS_IDEN_01").DictionaryEntry.ValueRepresentations[0].ShouldBe(DicomVR.SL);
        new DicomTag(0x0009, 0x3027, "GEMS_IDEN_01").DictionaryEntry.ValueRepresentations[0].ShouldBe(DicomVR.SL, "the block does not matter");
        new DicomTag(0x0009, 0x1027, "nobody").DictionaryEntry.ShouldBeSameAs(DicomDictionary.UnknownTag);
        new DicomTag(0x0010, 0x0000).DictionaryEntry.Keyword.ShouldBe("GroupLength");
    }

    [Theory]
    [InlineData("(0010,0020)", 0x0010, 0x0020, null)]
    [InlineData("0010,0020", 0x0010, 0x0020, null)]
    [InlineData("00100020", 0x0010, 0x0020, null)]
    [InlineData("(0009,1001:GEMS_IDEN_01)", 0x0009, 0x1001, "GEMS_IDEN_01")]
    public void Tags_are_parsed(string text, int group, int element, string? creator)
    {
        var tag = DicomTag.Parse(text);
        tag.Group.ShouldBe((ushort)group);
        tag.Element.ShouldBe((ushort)element);
        tag.PrivateCreator?.Creator.ShouldBe(creator);
    }

    [Theory]
    [InlineData("")]
    [InlineData("(0010")]
    [InlineData("0010,00zz")]
    [InlineData("PatientID")]
    public void What_is_no_tag_is_refused(string text) => Should.Throw<DicomDataException>(() => DicomTag.Parse(text));

    [Fact]
    public void Syntaxes_know_their_encoding()
    {
        DicomTransferSyntax.Parse("1.2.840.10008.1.2").IsExplicitVR.ShouldBeFalse();
        DicomTransferSyntax.Parse("1.2.840.10008.1.2.2").Endian.ShouldBe(FellowOakDicom.IO.Endian.Big);
        DicomTransferSyntax.Parse("1.2.840.10008.1.2.4.80").ShouldBeSameAs(DicomTransferSyntax.JPEGLSLossless);
        DicomTransferSyntax.JPEG2000Lossy.LossyCompressionMethod.ShouldBe("ISO_15444_1");
        DicomTransferSyntax.Parse("1.2.3.4").IsEncapsulated.ShouldBeTrue("an unknown one is taken for compressed");
        Should.Throw<DicomDataException>(() => DicomTransferSyntax.Lookup(DicomUID.CTImageStorage));
        DicomUID.CTImageStorage.StorageCategory.ShouldBe(DicomStorageCategory.Image);
    }

    [Fact]
    public void Generated_uids_are_valid_and_derive_from_uuids()
    {
        var uids = Enumerable.Range(0, 100).Select(_ => DicomUID.Generate().UID).ToList();
        uids.ShouldBeUnique();
        uids.ShouldAllBe(uid => uid.StartsWith("2.25.") && DicomUID.IsValidUid(uid));
    }
}
