namespace Regional.Imaging.Capture;

/// <summary>
/// The class of an object by the modality of its station (PS3.3 A.6, A.7, A.8, A.32, A.45): ultrasound, endoscopy, microscopy and photography have
/// classes of their own; everything else is a secondary capture.
/// </summary>
internal static class CaptureClass
{
    public const string SecondaryCapture = "1.2.840.10008.5.1.4.1.1.7";
    public const string Ultrasound = "1.2.840.10008.5.1.4.1.1.6.1";
    public const string UltrasoundMultiframe = "1.2.840.10008.5.1.4.1.1.3.1";
    public const string Endoscopic = "1.2.840.10008.5.1.4.1.1.77.1.1";
    public const string EndoscopicVideo = "1.2.840.10008.5.1.4.1.1.77.1.1.1";
    public const string Microscopic = "1.2.840.10008.5.1.4.1.1.77.1.2";
    public const string MicroscopicVideo = "1.2.840.10008.5.1.4.1.1.77.1.2.1";
    public const string Photographic = "1.2.840.10008.5.1.4.1.1.77.1.4";
    public const string PhotographicVideo = "1.2.840.10008.5.1.4.1.1.77.1.4.1";
    public const string EncapsulatedPdf = "1.2.840.10008.5.1.4.1.1.104.1";

    /// <param name="bits">Bits a sample: ultrasound and visible light hold 8.</param>
    public static string OfStill(string modality, int bits) => (modality, bits) switch
    {
        ("US", 8) => Ultrasound,
        ("ES", 8) => Endoscopic,
        ("GM", 8) => Microscopic,
        ("XC", 8) => Photographic,
        _ => SecondaryCapture,
    };

    /// <summary>There is no secondary capture of video: what is of no class of its own is a video photograph, and its modality says so.</summary>
    public static (string Class, string Modality) OfVideo(string modality) => modality switch
    {
        "US" => (UltrasoundMultiframe, modality),
        "ES" => (EndoscopicVideo, modality),
        "GM" => (MicroscopicVideo, modality),
        _ => (PhotographicVideo, "XC"),
    };

    public static bool IsVisibleLight(string sopClass) =>
        sopClass is Endoscopic or Microscopic or Photographic or EndoscopicVideo or MicroscopicVideo or PhotographicVideo;
}
