using System.Text.Json;
using System.Text.Json.Serialization;
using Regional.Imaging.Capture;
using Regional.Imaging.Storage;

namespace Regional.Edge.Capture;

/// <summary>
/// Whom a file in <c>processing</c> shows, written durably beside it before it is converted. A restart goes on from it: whatever the worklist says by
/// then, the object made a second time is the same.
/// </summary>
internal static class CapturePlan
{
    public const string Ending = ".plan";
    private const string Unfinished = ".plan-new";

    /// <summary>Null when there is none, or it cannot be read: it is made anew.</summary>
    public static CaptureSubject? Read(string file)
    {
        try
        {
            return File.Exists(file + Ending) ? JsonSerializer.Deserialize(File.ReadAllBytes(file + Ending), CapturePlanJson.Default.CaptureSubject) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static void Write(IFileLayer files, string file, CaptureSubject subject)
    {
        files.Delete(file + Unfinished);
        using (var plan = files.CreateNew(file + Unfinished))
        {
            plan.Write(0, [JsonSerializer.SerializeToUtf8Bytes(subject, CapturePlanJson.Default.CaptureSubject)]);
            plan.SyncData();
        }

        files.Rename(file + Unfinished, file + Ending);
        files.SyncDirectory(Path.GetDirectoryName(file)!);
    }

    /// <summary>Whether a name in <c>processing</c> is the edge's own and no captured file.</summary>
    public static bool IsPlan(string name) => name.EndsWith(Ending, StringComparison.Ordinal) || name.EndsWith(Unfinished, StringComparison.Ordinal);
}

[JsonSerializable(typeof(CaptureSubject))]
internal sealed partial class CapturePlanJson : JsonSerializerContext;
