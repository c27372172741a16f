using System.Globalization;
using FellowOakDicom;

namespace Regional.TestKit.Phantoms;

/// <summary>The attributes around the pixels, module by module (PS3.3 A.3, A.26, A.7), so that a validator finds no error.</summary>
internal sealed class PhantomModules(StudyRecipe recipe, string studyUid, string seriesUid)
{
    /// <summary>CT Image IOD (A.3).</summary>
    public DicomDataset HeadCt(HeadVolume volume, int index)
    {
        var spacing = volume.SliceSpacing;
        var z = (index * spacing) - 60;
        var corner = -(HeadVolume.Size / 2f * HeadVolume.PixelSpacing);
        var dataset = Common(DicomUID.CTImageStorage, "CT", "头颅CT平扫", "HEAD", index + 1);
        Text(dataset, DicomTag.SeriesDescription, "脑窗 5mm", "BRAIN 5MM");
        dataset.Add(DicomTag.ImageType, "ORIGINAL", "PRIMARY", "AXIAL");
        dataset.Add(DicomTag.PatientPosition, "HFS");
        dataset.Add(DicomTag.FrameOfReferenceUID, SeededUid.Of("frame", seriesUid));
        dataset.Add(DicomTag.PositionReferenceIndicator, "");
        dataset.Add(DicomTag.AcquisitionNumber, "1");
        dataset.Add(DicomTag.KVP, "120");
        dataset.Add(DicomTag.XRayTubeCurrent, "240");
        dataset.Add(DicomTag.ExposureTime, "1000");
        dataset.Add(DicomTag.ConvolutionKernel, "H30");
        dataset.Add(DicomTag.SliceThickness, Decimal(spacing));
        dataset.Add(DicomTag.SpacingBetweenSlices, Decimal(spacing));
        dataset.Add(DicomTag.SliceLocation, Decimal(z));
        dataset.Add(DicomTag.ImagePositionPatient, Decimal(corner), Decimal(corner), Decimal(z));
        dataset.Add(DicomTag.ImageOrientationPatient, "1", "0", "0", "0", "1", "0");
        dataset.Add(DicomTag.PixelSpacing, Decimal(HeadVolume.PixelSpacing), Decimal(HeadVolume.PixelSpacing));
        Pixels(dataset, HeadVolume.Size, HeadVolume.Size, allocated: 16, stored: 12);
        dataset.Add(DicomTag.RescaleIntercept, Decimal(-HeadVolume.Offset));
        dataset.Add(DicomTag.RescaleSlope, "1");
        dataset.Add(DicomTag.RescaleType, "HU");
        dataset.Add(DicomTag.WindowCenter, "35", "400");
        dataset.Add(DicomTag.WindowWidth, "80", "2000");
        return dataset;
    }

    /// <summary>Digital X-Ray Image IOD, for presentation (A.26).</summary>
    public DicomDataset ChestDr()
    {
        var pitch = Decimal(430.0 / recipe.Matrix);
        var dataset = Common(DicomUID.DigitalXRayImageStorageForPresentation, "DX", "胸部正位DR", "CHEST", 1);
        dataset.Add(DicomTag.ImageType, "ORIGINAL", "PRIMARY", "");
        dataset.Add(DicomTag.PresentationIntentType, "FOR PRESENTATION");
        dataset.Add(DicomTag.AnatomicRegionSequence, Code("51185008", "SCT", "Chest"));
        dataset.Add(DicomTag.ImageLaterality, "U");
        dataset.Add(DicomTag.PatientOrientation, "L", "F");
        dataset.Add(DicomTag.ViewPosition, "PA");
        dataset.Add(DicomTag.ViewCodeSequence, Code("399348003", "SCT", "postero-anterior").Add(new DicomSequence(DicomTag.ViewModifierCodeSequence)));
        dataset.Add(DicomTag.PositionerType, "NONE");
        dataset.Add(DicomTag.KVP, "120");
        dataset.Add(DicomTag.Exposure, "3");
        dataset.Add(DicomTag.ImagerPixelSpacing, pitch, pitch);
        dataset.Add(DicomTag.DetectorType, "DIRECT");
        dataset.Add(DicomTag.DetectorDescription, "");
        dataset.Add(DicomTag.DetectorID, "");
        dataset.Add(DicomTag.AcquisitionContextSequence, Array.Empty<DicomDataset>());
        Pixels(dataset, recipe.Matrix, recipe.Matrix, allocated: 16, stored: 12);
        dataset.Add(DicomTag.PixelIntensityRelationship, "LOG");
        dataset.Add(DicomTag.PixelIntensityRelationshipSign, (short)-1);
        dataset.Add(DicomTag.RescaleIntercept, "0");
        dataset.Add(DicomTag.RescaleSlope, "1");
        dataset.Add(DicomTag.RescaleType, "US");
        dataset.Add(DicomTag.PresentationLUTShape, "IDENTITY");
        dataset.Add(DicomTag.LossyImageCompression, "00");
        dataset.Add(DicomTag.BurnedInAnnotation, "NO");
        dataset.Add(DicomTag.WindowCenter, "2048");
        dataset.Add(DicomTag.WindowWidth, "4096");
        return dataset;
    }

    /// <summary>Ultrasound Multi-frame Image IOD (A.7).</summary>
    public DicomDataset AbdomenUs()
    {
        var dataset = Common(DicomUID.UltrasoundMultiFrameImageStorage, "US", "肝胆胰脾超声", "ABDOMEN", 1);
        dataset.Add(DicomTag.ImageType, "ORIGINAL", "PRIMARY", "ABDOMINAL", "0001");
        dataset.Add(DicomTag.PatientOrientation, "");
        dataset.Add(DicomTag.NumberOfFrames, recipe.Images.ToString(CultureInfo.InvariantCulture));
        dataset.Add(DicomTag.FrameTime, "40");
        dataset.Add(DicomTag.CineRate, "25");
        dataset.Add(DicomTag.FrameIncrementPointer, DicomTag.FrameTime);
        dataset.Add(DicomTag.LossyImageCompression, "00");
        dataset.Add(DicomTag.BurnedInAnnotation, "NO");
        Pixels(dataset, AbdomenSector.Rows, AbdomenSector.Columns, allocated: 8, stored: 8);
        return dataset;
    }

    private static string Decimal(double value) => Math.Round(value, 6).ToString("0.######", CultureInfo.InvariantCulture);

    private static void Pixels(DicomDataset dataset, int rows, int columns, ushort allocated, ushort stored)
    {
        dataset.Add(DicomTag.SamplesPerPixel, (ushort)1);
        dataset.Add(DicomTag.PhotometricInterpretation, "MONOCHROME2");
        dataset.Add(DicomTag.Rows, (ushort)rows);
        dataset.Add(DicomTag.Columns, (ushort)columns);
        dataset.Add(DicomTag.BitsAllocated, allocated);
        dataset.Add(DicomTag.BitsStored, stored);
        dataset.Add(DicomTag.HighBit, (ushort)(stored - 1));
        dataset.Add(DicomTag.PixelRepresentation, (ushort)0);
    }

    private static DicomDataset Code(string value, string scheme, string meaning) => new()
    {
        { DicomTag.CodeValue, value },
        { DicomTag.CodingSchemeDesignator, scheme },
        { DicomTag.CodeMeaning, meaning },
    };

    private DicomDataset Common(DicomUID sopClass, string modality, string description, string bodyPart, int number)
    {
        var dataset = new DicomDataset();
        if (recipe.Charset != PhantomCharset.Ascii)
        {
            dataset.Add(DicomTag.SpecificCharacterSet, recipe.Charset == PhantomCharset.Gb18030 ? "GB18030" : "ISO_IR 192");
        }

        var date = recipe.StudyTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var time = recipe.StudyTime.ToString("HHmmss", CultureInfo.InvariantCulture);
        dataset.Add(DicomTag.SOPClassUID, sopClass);
        dataset.Add(DicomTag.SOPInstanceUID, SeededUid.Of("image", seriesUid, number));
        dataset.Add(DicomTag.InstanceCreationDate, date);
        dataset.Add(DicomTag.InstanceCreationTime, time);

        dataset.Add(DicomTag.PatientName, recipe.PatientName);
        dataset.Add(DicomTag.PatientID, recipe.PatientId);
        dataset.Add(DicomTag.PatientBirthDate, recipe.PatientBirthDate.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
        dataset.Add(DicomTag.PatientSex, recipe.PatientSex);

        dataset.Add(DicomTag.StudyInstanceUID, studyUid);
        dataset.Add(DicomTag.StudyDate, date);
        dataset.Add(DicomTag.StudyTime, time);
        dataset.Add(DicomTag.ReferringPhysicianName, "");
        dataset.Add(DicomTag.StudyID, (Math.Abs(recipe.Seed) % 1_000_000).ToString(CultureInfo.InvariantCulture));
        dataset.Add(DicomTag.AccessionNumber, recipe.AccessionNumber);
        Text(dataset, DicomTag.StudyDescription, description, bodyPart + " " + modality);

        dataset.Add(DicomTag.Modality, modality);
        dataset.Add(DicomTag.SeriesInstanceUID, seriesUid);
        dataset.Add(DicomTag.SeriesNumber, "1");
        dataset.Add(DicomTag.SeriesDate, date);
        dataset.Add(DicomTag.SeriesTime, time);
        dataset.Add(DicomTag.BodyPartExamined, bodyPart);

        dataset.Add(DicomTag.Manufacturer, "Regional phantom");
        dataset.Add(DicomTag.ManufacturerModelName, "Seeded " + modality);
        dataset.Add(DicomTag.DeviceSerialNumber, "0001");
        dataset.Add(DicomTag.SoftwareVersions, "1");
        Text(dataset, DicomTag.InstitutionName, recipe.Institution, "TOWNSHIP HOSPITAL");
        dataset.Add(DicomTag.StationName, recipe.StationAe);

        dataset.Add(DicomTag.InstanceNumber, number.ToString(CultureInfo.InvariantCulture));
        dataset.Add(DicomTag.AcquisitionDate, date);
        dataset.Add(DicomTag.AcquisitionTime, time);
        dataset.Add(DicomTag.ContentDate, date);
        dataset.Add(DicomTag.ContentTime, time);
        return dataset;
    }

    private void Text(DicomDataset dataset, DicomTag tag, string chinese, string ascii) =>
        dataset.Add(tag, recipe.Charset == PhantomCharset.Ascii ? ascii : chinese);
}
