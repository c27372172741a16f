using System.Buffers.Binary;

namespace Regional.Imaging.Capture.Videos;

/// <summary>
/// What an MP4 with one video track says of itself (ISO/IEC 14496-12, -15). The container goes into DICOM whole; nothing is decoded here, so every
/// figure comes from bounded tables of the file, checked against its length.
/// </summary>
/// <param name="TransferSyntaxUid">By codec, profile and level (PS3.5 §8.2.7 to §8.2.11).</param>
/// <param name="Width">Columns of the coded picture.</param>
/// <param name="FrameTime">Milliseconds a frame.</param>
/// <param name="Turned">The container asks players to turn the picture; DICOM cannot say so.</param>
internal sealed record Mp4Video(
    string TransferSyntaxUid, string Method, int Width, int Height, int Frames, double FrameTime, bool Turned)
{
    private const int MaxMovie = 32 << 20;
    private const int MaxSide = 8192;

    /// <exception cref="CaptureRefusedException">With the rule that it breaks.</exception>
    public static Mp4Video Read(Stream file)
    {
        var movie = Movie(file);
        ReadOnlySpan<byte> bytes = movie;
        var all = new Mp4Box(0, 0, bytes.Length);
        if (Mp4Boxes.Find(bytes, all, "mvex"u8) is not null) throw new CaptureRefusedException(CaptureRule.VideoFragmented);
        Mp4Track? video = null;
        var sound = false;
        foreach (var box in Mp4Boxes.Children(bytes, 0, bytes.Length))
        {
            if (box.Type != Mp4Boxes.Code("trak"u8)) continue;
            var track = Mp4Track.Read(bytes, box, file.Length);
            switch (track.Handler)
            {
                case "vide" when video is null:
                    video = track;
                    break;
                case "soun" when !sound && track.Entry == "mp4a":
                    sound = true;
                    break;
                default:
                    throw new CaptureRefusedException(CaptureRule.VideoTracks);
            }
        }

        return video is null ? throw new CaptureRefusedException(CaptureRule.VideoTracks) : Of(bytes, video);
    }

    private static Mp4Video Of(ReadOnlySpan<byte> bytes, Mp4Track track)
    {
        var coding = VideoCoding.Read(bytes, track);
        var entry = track.Description.In(bytes);
        var (width, height) = (BinaryPrimitives.ReadUInt16BigEndian(entry[24..]), BinaryPrimitives.ReadUInt16BigEndian(entry[26..]));
        if (width is 0 or > MaxSide || height is 0 or > MaxSide || track.Samples is 0 || track.Duration == 0 || track.Timescale == 0)
            throw new CaptureRefusedException(CaptureRule.VideoDamaged);
        var frameTime = track.Duration * 1000.0 / track.Timescale / track.Samples;
        if (frameTime is < 1 or > 60_000) throw new CaptureRefusedException(CaptureRule.VideoDamaged);
        return new Mp4Video(coding.TransferSyntaxUid, coding.Method, width, height, track.Samples, frameTime, track.Turned);
    }

    /// <summary>Walks the boxes of the file itself, which must fill it exactly, and reads the content of <c>moov</c>.</summary>
    private static byte[] Movie(Stream file)
    {
        byte[]? movie = null;
        var media = false;
        Span<byte> head = stackalloc byte[16];
        for (long at = 0; at < file.Length;)
        {
            file.Position = at;
            if (file.ReadAtLeast(head, 8, throwOnEndOfStream: false) < 8) throw new CaptureRefusedException(CaptureRule.VideoDamaged);
            long size = BinaryPrimitives.ReadUInt32BigEndian(head);
            var content = 8;
            if (size == 1)
            {
                file.Position = at + 8;
                if (file.ReadAtLeast(head[8..], 8, throwOnEndOfStream: false) < 8) throw new CaptureRefusedException(CaptureRule.VideoDamaged);
                (size, content) = ((long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(head[8..]), long.MaxValue), 16);
            }
            else if (size == 0)
            {
                size = file.Length - at;
            }

            if (size < content || size > file.Length - at) throw new CaptureRefusedException(CaptureRule.VideoDamaged);
            var type = Mp4Boxes.Code(head[4..]);
            if (type == Mp4Boxes.Code("moof"u8)) throw new CaptureRefusedException(CaptureRule.VideoFragmented);
            media |= type == Mp4Boxes.Code("mdat"u8);
            if (type == Mp4Boxes.Code("moov"u8))
            {
                if (movie is not null || size - content > MaxMovie) throw new CaptureRefusedException(CaptureRule.VideoDamaged);
                movie = new byte[size - content];
                file.Position = at + content;
                file.ReadExactly(movie);
            }

            at += size;
        }

        return movie is not null && media ? movie : throw new CaptureRefusedException(CaptureRule.VideoDamaged);
    }
}
