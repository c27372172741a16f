using Orleans;
using Regional.CriticalValues;
using Regional.Outcomes;
using Regional.Portal.Access;
using Regional.Portal.Accounts;
using Regional.Portal.Audit;
using Regional.Studies;

namespace Regional.Portal.Answers;

/// <summary>
/// The way of every request to a grain: the id is checked, the object is looked at, the site's right is asked, the command is given, the
/// outcome is audited. A refusal for the site reads as "not found": whether it exists is not the caller's to know.
/// </summary>
public sealed class Door(IGrainFactory grains, SiteAccess access, IAuditLog audit, Openings openings, TimeProvider time)
{
    public IGrainFactory Grains => grains;

    /// <summary>An exam that the caller may see.</summary>
    public async Task<Outcome<StudySnapshot>> Study(Caller caller, string studyId, CancellationToken cancellation)
    {
        if (!IsKey("study:", studyId))
            return Failure.Of(FailureCode.NotFound, "study");
        var found = await grains.GetGrain<IStudyGrain>(studyId).Get();
        if (!found.Succeeded || access.Sees(caller.Actor, found.Value.Site, found.Value.ReadingCentre))
            return found;
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
        if (!seen.Succeeded)
            return seen;
        return await Audited(caller, studyId, action, () => command(grains.GetGrain<IStudyGrain>(studyId)), cancellation);
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

    public async Task<Outcome<T>> Audited<T>(Caller caller, string target, string action, Func<Task<Outcome<T>>> command, CancellationToken cancellation)
        where T : class
    {
        var outcome = await command();
        await Audit(caller, action, target, outcome.Failure?.Rule, cancellation);
        return outcome;
    }

    /// <summary>Somebody looks at something: audited once in a while, not with every refresh.</summary>
    public Task Opened(Caller caller, string action, string target, CancellationToken cancellation) =>
        openings.IsFirst(caller.TokenHash, target) ? Audit(caller, action, target, null, cancellation) : Task.CompletedTask;

    public Task Audit(Caller caller, string action, string? target, string? rule, CancellationToken cancellation) => audit.Write(
        new AuditEntry(time.GetUtcNow(), caller.Actor.UserId, caller.Actor.Site, action, target, rule is null, rule, caller.Address), cancellation);

    /// <summary>A grain's key as this product makes them; anything else must not reach a grain.</summary>
    public static bool IsKey(string prefix, string key) => key.StartsWith(prefix, StringComparison.Ordinal) && Caller.IsUlid(key[prefix.Length..]);
}
