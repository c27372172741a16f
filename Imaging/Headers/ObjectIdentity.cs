using System.Text;
using Regional.Imaging.Frames;
using Regional.Imaging.Packs;

namespace Regional.Imaging.Headers;

/// <summary>
/// Which object a data set says it is, read from its bytes without parsing the rest: what a receiver needs before it stores. All four are
/// UIDs by <see cref="UidRule"/>.
/// </summary>
public sealed record ObjectIdentity(string SopClassUid, string SopInstanceUid, string StudyUid, string SeriesUid)
{
    /// <summary>Null when one of the four is absent or is no UID.</summary>
    public static ObjectIdentity? Read(ReadAt read, DataSetLayout layout)
    {
        var (sopClass, sopInstance, study, series) = layout.Identity;
        return Uid(read, layout, sopClass) is { } classUid && Uid(read, layout, sopInstance) is { } instanceUid
            && Uid(read, layout, study) is { } studyUid && Uid(read, layout, series) is { } seriesUid
            ? new ObjectIdentity(classUid, instanceUid, studyUid, seriesUid)
            : null;
    }

    private static string? Uid(ReadAt read, DataSetLayout layout, ByteRange range)
    {
        // One byte of padding (PS3.5 §6.2, UI) makes 64 characters even; some senders pad more, or with spaces.
        if (range.Length is 0 or > UidRule.MaxLength * 2)
            return null;
        Span<byte> bytes = stackalloc byte[(int)range.Length];
        if (layout.Inflated is { } inflated)
            inflated.Span.Slice((int)range.Offset, bytes.Length).CopyTo(bytes);
        else if (read(range.Offset, bytes) < bytes.Length)
            return null;
        var uid = Encoding.Latin1.GetString(bytes.TrimEnd("\0 "u8));
        return UidRule.IsValid(uid) ? uid : null;
    }
}
