namespace Regional.TestKit.Phantoms;

/// <summary>Which synthetic study is built.</summary>
public enum PhantomKind
{
    /// <summary>Head CT, axial slices 512×512, CT Image Storage.</summary>
    HeadCt,

    /// <summary>Chest, one frontal projection, Digital X-Ray Image Storage for presentation.</summary>
    ChestDr,

    /// <summary>Upper abdomen, one clip, Ultrasound Multi-frame Image Storage.</summary>
    AbdomenUs,
}

/// <summary>How text leaves the device (PS3.3 C.12.1.1.2).</summary>
public enum PhantomCharset
{
    /// <summary>ISO_IR 192.</summary>
    Utf8,

    /// <summary>GB18030.</summary>
    Gb18030,

    /// <summary>No character set: text must be ASCII, as from a device that knows only pinyin.</summary>
    Ascii,
}

/// <summary>
/// All that decides a synthetic study. The same recipe gives the same bytes: UIDs, pixels and attributes are derived from it and from
/// nothing else.
/// </summary>
public sealed record StudyRecipe
{
    /// <summary>Everything random in the study hangs on this number.</summary>
    public required int Seed { get; init; }

    public PhantomKind Kind { get; init; } = PhantomKind.HeadCt;

    public string PatientId { get; init; } = "P0001";

    /// <summary>In DICOM form (PS3.5 6.2): family^given, with the ideographic group after '=' where there is one.</summary>
    public string PatientName { get; init; } = "Wang^Fang=王^芳";

    /// <summary>M, F or O.</summary>
    public string PatientSex { get; init; } = "F";

    public DateOnly PatientBirthDate { get; init; } = new(1961, 5, 17);

    /// <summary>At most 16 characters; empty when the device was told none.</summary>
    public string AccessionNumber { get; init; } = "";

    /// <summary>AE title of the device; also its station name.</summary>
    public string StationAe { get; init; } = "A_CT1";

    public string Institution { get; init; } = "青石镇中心卫生院";

    public PhantomCharset Charset { get; init; } = PhantomCharset.Utf8;

    /// <summary>The device's own clock, without a zone as modalities send it.</summary>
    public DateTime StudyTime { get; init; } = new(2026, 3, 2, 8, 30, 0, DateTimeKind.Unspecified);

    /// <summary>Slices of a CT, frames of a clip; a DR has one image.</summary>
    public int Images { get; init; } = 24;

    /// <summary>Rows and columns of the DR; CT is always 512, US 480×640.</summary>
    public int Matrix { get; init; } = 1024;

    /// <summary>Head CT: an acute intracerebral haemorrhage. DR: a left tension pneumothorax. US: a gallstone.</summary>
    public bool Finding { get; init; }

    /// <summary>Given from a worklist; else derived from the seed.</summary>
    public string? StudyInstanceUid { get; init; }
}
