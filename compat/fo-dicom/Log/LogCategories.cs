namespace FellowOakDicom.Log;

/// <summary>Logger names of the library.</summary>
public static class LogCategories
{
    public const string Network = "FellowOakDicom.Network";
    public const string Codec = "FellowOakDicom.Imaging.Codec";
    public const string Encoding = "FellowOakDicom.Encoding";
    public const string IO = "FellowOakDicom.IO";
    public const string Printing = "FellowOakDicom.Printing";
}
