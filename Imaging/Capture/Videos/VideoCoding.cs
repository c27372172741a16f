namespace Regional.Imaging.Capture.Videos;

/// <summary>Which DICOM transfer syntax holds a video, by the codec configuration in its sample description (ISO/IEC 14496-15).</summary>
/// <param name="Method">LossyImageCompressionMethod (PS3.3 C.7.6.1.1.5.1).</param>
internal readonly record struct VideoCoding(string TransferSyntaxUid, string Method)
{
    public const string AvcHigh41 = "1.2.840.10008.1.2.4.102";
    public const string AvcHigh42 = "1.2.840.10008.1.2.4.104";
    public const string HevcMain51 = "1.2.840.10008.1.2.4.107";

    /// <summary>Fields of a visual sample description before its boxes.</summary>
    private const int VisualEntry = 78;

    /// <exception cref="CaptureRefusedException">Another codec, or a profile or level that no transfer syntax holds.</exception>
    public static VideoCoding Read(ReadOnlySpan<byte> bytes, Mp4Track track)
    {
        var extensions = track.Description with { Start = track.Description.Start + VisualEntry, Length = track.Description.Length - VisualEntry };
        return track.Entry switch
        {
            "avc1" => Avc(Mp4Boxes.Need(bytes, extensions, "avcC"u8, 7).In(bytes)),
            "hvc1" or "hev1" => Hevc(Mp4Boxes.Need(bytes, extensions, "hvcC"u8, 23).In(bytes)),
            _ => throw new CaptureRefusedException(CaptureRule.VideoCodec),
        };
    }

    /// <summary>
    /// A High decoder plays Main and what is Baseline by constraint set 1 (ISO/IEC 14496-10 A.2); level 1b and 9 are below 4.1 too. The parameter
    /// set must say the same as the configuration that announces it.
    /// </summary>
    private static VideoCoding Avc(ReadOnlySpan<byte> configuration)
    {
        var (profile, compatible, level) = (configuration[1], configuration[2], configuration[3]);
        var sets = configuration[5] & 0x1F;
        if (configuration[0] != 1 || sets == 0 || configuration.Length < 12 || (configuration[8] & 0x1F) != 7 || configuration[9] != profile || configuration[11] != level)
            throw new CaptureRefusedException(CaptureRule.VideoDamaged);
        var fits = profile is 100 or 77 || (profile == 66 && (compatible & 0x40) != 0);
        return (fits, level) switch
        {
            (true, > 0 and <= 41) => new VideoCoding(AvcHigh41, "ISO_14496_10"),
            (true, 42) => new VideoCoding(AvcHigh42, "ISO_14496_10"),
            _ => throw new CaptureRefusedException(CaptureRule.VideoProfile),
        };
    }

    /// <summary>
    /// Main, main tier, up to level 5.1, 4:2:0 (ISO/IEC 23008-2 A.3). Main 10 has a syntax too (PS3.5 §8.2.11), but the classes of video that we make
    /// hold 8 bits a sample.
    /// </summary>
    private static VideoCoding Hevc(ReadOnlySpan<byte> configuration)
    {
        var (profile, high, level) = (configuration[1] & 0x1F, (configuration[1] & 0x20) != 0, configuration[12]);
        var (chroma, luma, colour) = (configuration[16] & 3, configuration[17] & 7, configuration[18] & 7);
        if (configuration[0] != 1) throw new CaptureRefusedException(CaptureRule.VideoDamaged);
        return profile == 1 && !high && level is > 0 and <= 153 && chroma == 1 && luma == 0 && colour == 0
            ? new VideoCoding(HevcMain51, "ISO_23008_2")
            : throw new CaptureRefusedException(CaptureRule.VideoProfile);
    }
}
