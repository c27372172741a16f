namespace Regional.Studies;

/// <summary>
/// Finds the exam that images belong to (workflow.md 1, 3, 8): the one that has their StudyInstanceUID; else the one with their accession
/// number at this site, or to which the worklist gave that UID; else the only open exam of that patient on that kind of device; else a new unmatched study. Evidence that
/// contradicts (sex, birth date, name) always means unmatched: no false automatic link is acceptable.
/// </summary>
public interface IStudyMatching
{
    /// <summary>The grain key to which the batch goes. The StudyInstanceUID belongs to that exam from now on; asked again, the answer is the same.</summary>
    Task<string> Route(ImagesArrived batch, CancellationToken cancellation);

    /// <summary>
    /// The grain key of the exam that a device speaks of: by StudyInstanceUID, by accession number, by the UID that the worklist gave. Null when there is
    /// none yet, or when what the device says of the patient contradicts: its images may still bring one.
    /// </summary>
    Task<string?> Route(PerformedStep step, CancellationToken cancellation);
}
