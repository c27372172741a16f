namespace Regional.Silo.Performed;

/// <summary>Events 2320 to 2339.</summary>
internal static partial class PerformedLog
{
    [LoggerMessage(2320, LogLevel.Information, "Step {StepUid} of {Site} ({Status}) is with exam {StudyId}.")]
    public static partial void Taken(ILogger logger, string site, string stepUid, Studies.StepStatus status, string studyId);

    [LoggerMessage(2321, LogLevel.Information, "Step {StepUid} of {Site} belongs to no exam yet.")]
    public static partial void NoExam(ILogger logger, string site, string stepUid);

    [LoggerMessage(2322, LogLevel.Warning, "Step {StepUid} of {Site} was not taken; it is tried again.")]
    public static partial void NotDelivered(ILogger logger, Exception exception, string site, string stepUid);
}
