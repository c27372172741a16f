namespace Regional.Actors;

/// <summary>
/// Keys of the grains. Each begins with a prefix that is neither hex nor a number, since storage rows are keyed by state name and grain key
/// and look-alikes collide (design rule 2). A key is also the id that people's pages and REST use.
/// </summary>
public static class GrainKeys
{
    public static string NewPatient(TimeProvider time) => "pat:" + Ulid.New(time);

    public static string NewStudy(TimeProvider time) => "study:" + Ulid.New(time);

    public static string NewCriticalValue(TimeProvider time) => "crit:" + Ulid.New(time);

    public static string Site(string code) => "site:" + code;

    public static string ReadingList(string centre) => "list:" + centre;

    public static string Device(string site, string aeTitle) => $"dev:{site}/{aeTitle}";

    /// <summary>The one feed of the region.</summary>
    public const string RegionFeed = "feed:region";
}
