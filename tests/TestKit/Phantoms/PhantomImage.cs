using FellowOakDicom;

namespace Regional.TestKit.Phantoms;

/// <summary>One synthetic object, ready to be sent or saved.</summary>
/// <param name="File">Part 10 file, Explicit VR Little Endian.</param>
/// <param name="SopInstanceUid">(0008,0018).</param>
/// <param name="InstanceNumber">Counted from 1.</param>
/// <param name="PixelSha256">SHA-256 of the value of Pixel Data, lower-case hex.</param>
public sealed record PhantomImage(DicomFile File, string SopInstanceUid, int InstanceNumber, string PixelSha256);
