using Microsoft.Extensions.Logging;
using Regional.Imaging.Packs;

namespace Regional.Imaging.Repairs;

/// <summary>Says once a study, device and outcome what was read otherwise than it stands, and what a device left out. Events 4160–4169.</summary>
internal sealed partial class RepairLog(ILogger logger)
{
    private const int Kept = 4096;

    private readonly HashSet<(string Study, string Ae, string What)> _said = [];

    public void Note(RecordHeader header, RepairNotes notes)
    {
        if (_said.Count >= Kept) _said.Clear();
        var (repaired, lacking) = (string.Join(' ', notes.Repaired), string.Join(' ', notes.Lacking));
        if (repaired.Length > 0 && _said.Add((header.StudyUid, header.CallingAe, repaired))) Repaired(logger, header.StudyUid, header.CallingAe, repaired);
        if (lacking.Length > 0 && _said.Add((header.StudyUid, header.CallingAe, "!" + lacking))) Lacking(logger, header.StudyUid, header.CallingAe, lacking);
    }

    [LoggerMessage(4160, LogLevel.Information, "Study {StudyUid} of {CallingAe} is read by its device's profile: {Attributes}")]
    private static partial void Repaired(ILogger logger, string studyUid, string callingAe, string attributes);

    [LoggerMessage(4161, LogLevel.Warning, "Study {StudyUid} of {CallingAe} lacks what its device's profile requires: {Attributes}")]
    private static partial void Lacking(ILogger logger, string studyUid, string callingAe, string attributes);
}
