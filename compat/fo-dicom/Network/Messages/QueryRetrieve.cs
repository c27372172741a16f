namespace FellowOakDicom.Network;

/// <summary>Levels of the query/retrieve information models (PS3.4 annex C).</summary>
public enum DicomQueryRetrieveLevel
{
    Patient,
    Study,
    Series,
    Image,

    [Obsolete("A worklist has no level: see NotApplicable.")]
    Worklist,

    NotApplicable = -1,
}

/// <summary>What the answers to C-FIND, C-GET and C-MOVE say of their sub-operations (PS3.7 9.1.3 and 9.1.4); absent counts read as 0.</summary>
internal static class SubOperations
{
    public static int Get(DicomDataset command, DicomTag tag) => command.GetSingleValueOrDefault(tag, (ushort)0);

    public static void Set(DicomDataset command, DicomTag tag, int value) => command.AddOrUpdate(tag, (ushort)value);

    public static string Describe(string text, int completed, int remaining, int warnings, int failures, DicomStatus status)
    {
        foreach (var (name, count) in new[] { ("Completed", completed), ("Remaining", remaining), ("Warnings", warnings), ("Failures", failures) })
        {
            if (count != 0) text += $"\n\t\t{name}:\t{count}";
        }

        return status.State is not (DicomState.Pending or DicomState.Success) && !string.IsNullOrEmpty(status.ErrorComment)
            ? $"{text}\n\t\tError:\t\t{status.ErrorComment}"
            : text;
    }
}

/// <summary>The level attribute of an identifier (0008,0052).</summary>
internal static class IdentifierLevel
{
    public static void Set(DicomDataset identifier, DicomQueryRetrieveLevel level)
    {
        if (level is DicomQueryRetrieveLevel.Patient or DicomQueryRetrieveLevel.Study or DicomQueryRetrieveLevel.Series or DicomQueryRetrieveLevel.Image)
            identifier.AddOrUpdate(DicomTag.QueryRetrieveLevel, level.ToString().ToUpperInvariant());
        else
            identifier.Remove(DicomTag.QueryRetrieveLevel);
    }

    /// <summary>An identifier of a retrieval. Not validated: a peer's invalid UIDs must be askable.</summary>
    public static DicomDataset Of(DicomQueryRetrieveLevel level, string study, string series = null, string instance = null)
    {
        var identifier = new DicomDataset().NotValidated();
        Set(identifier, level);
        identifier.Add(DicomTag.StudyInstanceUID, study);
        if (level is DicomQueryRetrieveLevel.Series or DicomQueryRetrieveLevel.Image) identifier.Add(DicomTag.SeriesInstanceUID, series);
        if (level is DicomQueryRetrieveLevel.Image) identifier.Add(DicomTag.SOPInstanceUID, instance);
        return identifier;
    }
}
