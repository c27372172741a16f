using FellowOakDicom;

namespace Regional.Compat.Dicom.Tests;

public class CoreSmokeTests
{
    [Fact]
    public void A_dataset_survives_a_file_in_memory()
    {
        var dataset = new DicomDataset
        {
            { DicomTag.SOPClassUID, DicomUID.CTImageStorage },
            { DicomTag.SOPInstanceUID, "1.2.3.4" },
            { DicomTag.SpecificCharacterSet, "GB18030" },
            { DicomTag.PatientName, "Zhang^San=张^三" },
            { DicomTag.Rows, (ushort)512 },
            { DicomTag.ReferencedStudySequence, new DicomDataset { { DicomTag.ReferencedSOPInstanceUID, "1.2.3" } } },
        };
        using var stream = new MemoryStream();
        new DicomFile(dataset).Save(stream);
        stream.Position = 0;

        var read = DicomFile.Open(stream);

        read.IsPartial.ShouldBeFalse();
        read.Dataset.GetString(DicomTag.PatientName).ShouldBe("Zhang^San=张^三");
        read.Dataset.ShouldBe(dataset);
    }
}
