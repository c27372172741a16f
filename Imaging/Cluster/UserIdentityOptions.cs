namespace Regional.Imaging.Cluster;

/// <summary>Who may say who he is when he opens an association (PS3.7 §D.3.3.7). Nothing given: an association that names a user is refused.</summary>
public sealed class UserIdentityOptions
{
    /// <summary>Whether every association has to name a user. Default false.</summary>
    public bool Required { get; set; }

    public List<DicomUserOptions> Users { get; set; } = [];
}

/// <summary>A user of DICOM associations.</summary>
public sealed class DicomUserOptions
{
    public string Name { get; set; } = "";

    /// <summary>Reference to the passcode: <c>env:NAME</c> or <c>file:PATH</c>. Nothing: the name alone will do, and a passcode is refused.</summary>
    public string? Passcode { get; set; }
}
