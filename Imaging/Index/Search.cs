namespace Regional.Imaging.Index;

/// <summary>What can be searched for (PS3.18 §10.6, PS3.4 §C.6.2), at whichever level it lives.</summary>
public enum SearchKey
{
    StudyInstanceUid,
    PatientId,
    IssuerOfPatientId,
    PatientName,
    PatientBirthDate,
    PatientSex,
    StudyDate,
    StudyTime,
    AccessionNumber,
    StudyId,
    StudyDescription,
    ReferringPhysicianName,
    ModalitiesInStudy,
    InstitutionName,
    SeriesInstanceUid,
    Modality,
    SeriesNumber,
    SeriesDescription,
    BodyPartExamined,
    PerformedProcedureStepStartDate,
    PerformedProcedureStepStartTime,
    SopInstanceUid,
    SopClassUid,
    InstanceNumber
}

/// <summary>
/// One condition. The value is as DICOM writes it: wildcards * and ?, ranges of dates and times with a hyphen, lists of UIDs separated
/// by commas or backslashes. An empty value matches everything.
/// </summary>
public sealed record SearchTerm(SearchKey Key, string Value);

/// <summary>Which studies somebody may see in a search.</summary>
public abstract record SearchScope
{
    private SearchScope()
    {
    }

    /// <summary>Nothing: the default for whoever is not known.</summary>
    public static SearchScope Nobody { get; } = new Nothing();

    public static SearchScope All { get; } = new Everything();

    /// <summary>No study at all.</summary>
    public sealed record Nothing : SearchScope;

    /// <summary>Every study.</summary>
    public sealed record Everything : SearchScope;

    /// <summary>Studies that arrived first at these sites, and these studies.</summary>
    public sealed record Of(IReadOnlyCollection<string> Sites, IReadOnlyCollection<string> StudyUids) : SearchScope;
}

/// <summary>A part of a result.</summary>
/// <param name="HasMore">There are matches after this page.</param>
public sealed record SearchPage<T>(IReadOnlyList<T> Items, bool HasMore);

/// <summary>A series with the study it belongs to.</summary>
public sealed record SeriesMatch(IndexedStudy Study, IndexedSeries Series);

/// <summary>An instance with its series and study.</summary>
public sealed record InstanceMatch(IndexedStudy Study, IndexedSeries Series, IndexedInstance Instance);

/// <summary>A search value that cannot be understood, such as a date of 5 digits.</summary>
public sealed class SearchValueException(SearchKey key) : Exception($"The value for {key} cannot be understood.")
{
    public SearchKey Key { get; } = key;
}
