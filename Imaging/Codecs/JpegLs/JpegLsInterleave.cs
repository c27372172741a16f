namespace Regional.Imaging.Codecs.JpegLs;

/// <summary>How components follow each other in a scan (ILV, T.87 §C.2.3).</summary>
public enum JpegLsInterleave
{
    /// <summary>A scan for each component.</summary>
    None = 0,

    /// <summary>A line of each component in turn.</summary>
    Line = 1,

    /// <summary>A sample of each component in turn.</summary>
    Sample = 2
}
