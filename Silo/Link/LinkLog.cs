namespace Regional.Silo.Link;

/// <summary>Events 2200 to 2299.</summary>
internal static partial class LinkLog
{
    [LoggerMessage(2200, LogLevel.Information, "Edge of {Site} linked ({Software}, link {LinkId}).")]
    public static partial void Opened(ILogger logger, string site, string software, string linkId);

    [LoggerMessage(2201, LogLevel.Information, "Edge of {Site} is gone (link {LinkId}).")]
    public static partial void Closed(ILogger logger, string site, string linkId);

    [LoggerMessage(2202, LogLevel.Warning, "Clock of {Site} differs by {SkewMs} ms.")]
    public static partial void ClockSkew(ILogger logger, string site, double skewMs);

    [LoggerMessage(2203, LogLevel.Warning, "Upload of {SopInstanceUid} from {Site}: {Outcome} {Rule}.")]
    public static partial void NotStored(ILogger logger, string sopInstanceUid, string site, string outcome, string rule);

    [LoggerMessage(2204, LogLevel.Warning, "A grain did not take what the link of {Site} told ({What}); it is told again.")]
    public static partial void GrainBusy(ILogger logger, Exception exception, string site, string what);

    [LoggerMessage(2205, LogLevel.Error, "Storing {SopInstanceUid} from {Site} failed.")]
    public static partial void StoreFailed(ILogger logger, Exception exception, string sopInstanceUid, string site);

    [LoggerMessage(2206, LogLevel.Warning, "The certificate with serial {Serial} is not believed at the link ({Errors}; none: it is revoked).")]
    public static partial void CertificateRefused(ILogger logger, string serial, System.Net.Security.SslPolicyErrors errors);
}
