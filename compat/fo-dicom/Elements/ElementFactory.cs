using System.Text;
using FellowOakDicom.IO.Buffer;

namespace FellowOakDicom;

/// <summary>The element class of a VR.</summary>
internal static class ElementFactory
{
    /// <exception cref="DicomDataException">The VR has no element (SQ, NONE).</exception>
    public static DicomElement Create(DicomVR vr, DicomTag tag, IByteBuffer data, Encoding[] encodings) => vr.Code switch
    {
        DicomVRCode.AE => new DicomApplicationEntity(tag, data),
        DicomVRCode.AS => new DicomAgeString(tag, data),
        DicomVRCode.AT => new DicomAttributeTag(tag, data),
        DicomVRCode.CS => new DicomCodeString(tag, data),
        DicomVRCode.DA => new DicomDate(tag, data),
        DicomVRCode.DS => new DicomDecimalString(tag, data),
        DicomVRCode.DT => new DicomDateTime(tag, data),
        DicomVRCode.FD => new DicomFloatingPointDouble(tag, data),
        DicomVRCode.FL => new DicomFloatingPointSingle(tag, data),
        DicomVRCode.IS => new DicomIntegerString(tag, data),
        DicomVRCode.LO => new DicomLongString(tag, encodings, data),
        DicomVRCode.LT => new DicomLongText(tag, encodings, data),
        DicomVRCode.OB => new DicomOtherByte(tag, data),
        DicomVRCode.OD => new DicomOtherDouble(tag, data),
        DicomVRCode.OF => new DicomOtherFloat(tag, data),
        DicomVRCode.OL => new DicomOtherLong(tag, data),
        DicomVRCode.OV => new DicomOtherVeryLong(tag, data),
        DicomVRCode.OW => new DicomOtherWord(tag, data),
        DicomVRCode.PN => new DicomPersonName(tag, encodings, data),
        DicomVRCode.SH => new DicomShortString(tag, encodings, data),
        DicomVRCode.SL => new DicomSignedLong(tag, data),
        DicomVRCode.SS => new DicomSignedShort(tag, data),
        DicomVRCode.ST => new DicomShortText(tag, encodings, data),
        DicomVRCode.SV => new DicomSignedVeryLong(tag, data),
        DicomVRCode.TM => new DicomTime(tag, data),
        DicomVRCode.UC => new DicomUnlimitedCharacters(tag, encodings, data),
        DicomVRCode.UI => new DicomUniqueIdentifier(tag, data),
        DicomVRCode.UL => new DicomUnsignedLong(tag, data),
        DicomVRCode.UN => new DicomUnknown(tag, data),
        DicomVRCode.UR => new DicomUniversalResource(tag, encodings, data),
        DicomVRCode.US => new DicomUnsignedShort(tag, data),
        DicomVRCode.UT => new DicomUnlimitedText(tag, encodings, data),
        DicomVRCode.UV => new DicomUnsignedVeryLong(tag, data),
        _ => throw new DicomDataException($"{vr.Code} has no element class"),
    };
}
