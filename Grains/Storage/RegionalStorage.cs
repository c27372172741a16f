namespace Regional.Storage;

/// <summary>Name of the storage that holds every grain's state; the host registers it.</summary>
public static class RegionalStorage
{
    public const string Name = "regional";
}
