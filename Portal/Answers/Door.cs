using Microsoft.Extensions.Logging;
using Orleans;
using Regional.CriticalValues;
using Regional.Outcomes;
using Regional.Portal.Access;
using Regional.Portal.Accounts;
using Regional.Portal.Audit;
using Regional.Portal.Reports;
using Regional.Studies;

namespace Regional.Portal.Answers;

/// <summary>
/// The way of every request to a grain: the id is checked, the object is looked at, the site's right is asked, the command is given, the
/// outcome is audited. A refusal for the site reads as "not found": whether it exists is not the caller's to know. Every exam that goes out
/// goes out as <see cref="ReportSight"/> lets this person see it.
/// </summary>
public sealed partial class Door(IGrainFactory grains, SiteAccess access, IAuditLog audit, Openings openings, TimeProvider time, ILogger<Door> log)
{
    /// <summary>Rule of a refusal because the audit log cannot be written: nothing is done that would leave no trace.</summary>
    public const string NoAudit = "audit.unavailable";

    /// <summary>Ends the name of an intention in the log; the command's own name follows with what it came to.</summary>
    public const string Begun = ".begun";

    public IGrainFactory Grains => grains;

    /// <summary>An exam that the caller may see.</summary>
    public async Task<Outcome<StudySnapshot>> Study(Caller caller, string studyId, CancellationToken cancellation)
    {
        if (!IsKey("study:", studyId))
            return Failure.Of(FailureCode.NotFound, "study");
        var found = await grains.GetGrain<IStudyGrain>(studyId).Get();
        if (!found.Succeeded || access.Sees(caller.Actor, found.Value.Site, found.Value.ReadingCentre))
            return Seen(caller, found);
        await Audit(caller, "refused", studyId, SiteAccess.SiteRule, cancellation);
        return Failure.Of(FailureCode.NotFound, "study");
    }

    /// <summary>An alert that the caller may see.</summary>
    public async Task<Outcome<CriticalValueSnapshot>> CriticalValue(Caller caller, string id, CancellationToken cancellation)
    {
        if (!IsKey("crit:", id))
            return Failure.Of(FailureCode.NotFound, "critical");
        var found = await grains.GetGrain<ICriticalValueGrain>(id).Get();
        if (!found.Succeeded || access.Sees(caller.Actor, found.Value.Suspicion.Site, found.Value.Suspicion.ReadingCentre))
            return found;
        await Audit(caller, "refused", id, SiteAccess.SiteRule, cancellation);
        return Failure.Of(FailureCode.NotFound, "critical");
    }

    /// <summary>Gives a command to an exam that the caller may see.</summary>
    /// <param name="action">Name of the transition in the audit log, such as <c>exam.accept</c>.</param>
    public async Task<Outcome<StudySnapshot>> Command(
        Caller caller, string studyId, string action, Func<IStudyGrain, Task<Outcome<StudySnapshot>>> command, CancellationToken cancellation)
    {
        var seen = await Study(caller, studyId, cancellation);
        return seen.Succeeded ? await Begin(caller, studyId, action, command, cancellation) : seen;
    }

    /// <summary>Gives the first command to an exam whose id is the caller's own (<see cref="Caller.Derived"/>).</summary>
    public async Task<Outcome<StudySnapshot>> Begin(
        Caller caller, string studyId, string action, Func<IStudyGrain, Task<Outcome<StudySnapshot>>> command, CancellationToken cancellation) =>
        Seen(caller, await Audited(caller, studyId, action, () => command(grains.GetGrain<IStudyGrain>(studyId)), cancellation));

    /// <summary>Gives a command that comes many times a minute, such as an autosave: it is not audited; what leaves the writer's hands is.</summary>
    public async Task<Outcome<StudySnapshot>> Often(
        Caller caller, string studyId, Func<IStudyGrain, Task<Outcome<StudySnapshot>>> command, CancellationToken cancellation)
    {
        var seen = await Study(caller, studyId, cancellation);
        return seen.Succeeded ? Seen(caller, await command(grains.GetGrain<IStudyGrain>(studyId))) : seen;
    }

    /// <summary>Gives a command to an alert that the caller may see.</summary>
    public async Task<Outcome<CriticalValueSnapshot>> Command(
        Caller caller, string id, string action, Func<ICriticalValueGrain, Task<Outcome<CriticalValueSnapshot>>> command, CancellationToken cancellation)
    {
        var seen = await CriticalValue(caller, id, cancellation);
        if (!seen.Succeeded)
            return seen;
        return await Audited(caller, id, action, () => command(grains.GetGrain<ICriticalValueGrain>(id)), cancellation);
    }

    /// <summary>
    /// The intention is written first, and without it nothing is done; then the command; then what it came to. A crash in between leaves the
    /// intention (<c>report.sign.begun</c>), and a log that fails afterwards is an alarm and never turns a done command into an error.
    /// </summary>
    public async Task<Outcome<T>> Audited<T>(Caller caller, string target, string action, Func<Task<Outcome<T>>> command, CancellationToken cancellation)
        where T : class
    {
        try
        {
            await Audit(caller, action + Begun, target, null, cancellation);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            NotBegun(action, target, failure);
            return Failure.Of(FailureCode.PolicyRefused, NoAudit);
        }

        var outcome = await command();
        try
        {
            // Whoever hung up meanwhile has done it all the same.
            await Audit(caller, action, target, outcome.Failure?.Rule, CancellationToken.None);
        }
        catch (Exception failure)
        {
            NotConcluded(action, target, outcome.Failure?.Rule, failure);
        }

        return outcome;
    }

    /// <summary>Somebody looks at something: audited once in a while, not with every refresh.</summary>
    public Task Opened(Caller caller, string action, string target, CancellationToken cancellation) =>
        openings.IsFirst(caller.TokenHash, target) ? Audit(caller, action, target, null, cancellation) : Task.CompletedTask;

    public Task Audit(Caller caller, string action, string? target, string? rule, CancellationToken cancellation) => audit.Write(
        new AuditEntry(time.GetUtcNow(), caller.Actor.UserId, caller.Actor.Site, action, target, rule is null, rule, caller.Address), cancellation);

    /// <summary>A grain's key as this product makes them; anything else must not reach a grain.</summary>
    public static bool IsKey(string prefix, string key) => key.StartsWith(prefix, StringComparison.Ordinal) && Caller.IsUlid(key[prefix.Length..]);

    private static Outcome<StudySnapshot> Seen(Caller caller, Outcome<StudySnapshot> outcome) =>
        outcome.Succeeded ? ReportSight.For(caller.Actor, outcome.Value) : outcome;

    [LoggerMessage(EventId = 2301, Level = LogLevel.Error, Message = "{Action} on {Target} refused: the audit log cannot be written")]
    private partial void NotBegun(string action, string target, Exception failure);

    [LoggerMessage(EventId = 2302, Level = LogLevel.Error, Message = "{Action} on {Target} came to an end (refused by {Rule}) that the audit log could not take")]
    private partial void NotConcluded(string action, string target, string? rule, Exception failure);
}
