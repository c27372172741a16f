namespace Regional.Actors;

/// <summary>
/// Keys of the grains. Each begins with a prefix that is neither hex nor a number, since storage rows are keyed by state name and grain key
/// and look-alikes collide (design rule 2). A key is also the id that people's pages and REST use.
/// </summary>
public static class GrainKeys
{
    private const string StudyPrefix = "study:";

    public static string NewPatient(TimeProvider time) => "pat:" + Ulid.New(time);

    public static string NewStudy(TimeProvider time) => StudyPrefix + Ulid.New(time);

    public static string Study(UInt128 number) => StudyPrefix + Ulid.Text(number);

    /// <summary>The 128 bits of a study's key; null for any other text.</summary>
    public static UInt128? StudyNumber(string key) => key.StartsWith(StudyPrefix, StringComparison.Ordinal) ? Ulid.Number(key.AsSpan(StudyPrefix.Length)) : null;

    public static string NewCriticalValue(TimeProvider time) => "crit:" + Ulid.New(time);

    public static string Site(string code) => "site:" + code;

    public static string ReadingList(string centre) => "list:" + centre;

    public static string Device(string site, string aeTitle) => $"dev:{site}/{aeTitle}";

    /// <summary>The one feed of the region.</summary>
    public const string RegionFeed = "feed:region";
}
