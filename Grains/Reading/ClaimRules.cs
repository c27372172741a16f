using System.Collections.Immutable;
using Regional.Actors;
using Regional.Delivery;
using Regional.Feeds;
using Regional.Outcomes;
using Regional.Transitions;

namespace Regional.Reading;

/// <summary>
/// The claims of a reading list: of two readers exactly one wins, each grant has a larger token, idleness ends a claim. Every function gives
/// back the same state when nothing changed.
/// </summary>
internal static class ClaimRules
{
    private const int RememberedWithdrawals = 256;

    /// <summary>A renewal that moves the deadline by less is answered without a write.</summary>
    private static readonly TimeSpan RenewalStep = TimeSpan.FromSeconds(30);

    /// <summary>The Study (and so the pages) hear of a renewal that moved the deadline by this much.</summary>
    private static readonly TimeSpan TellStep = TimeSpan.FromMinutes(5);

    public static ReadingListState Offer(ReadingListState state, ReadingEntry entry)
    {
        if (state.Withdrawn.Any(one => one.StudyId == entry.StudyId && one.Version >= entry.Version)) return state;
        var known = state.Find(entry.StudyId);
        if (known is not null && known.Entry.Version >= entry.Version) return state;
        var listed = known is null
            ? new ListedStudy(entry with { Claim = null }, null, 0)
            : known with { Entry = entry with { Claim = known.Entry.Claim } };
        return Told(state with { Withdrawn = state.Withdrawn.RemoveAll(one => one.StudyId == entry.StudyId) }, listed, "offered");
    }

    public static ReadingListState Reserve(
        ReadingListState state, ReadingEntry entry, string readerId, string readerName, DateTimeOffset now, TimeSpan idle)
    {
        var offered = Offer(state, entry);
        if (offered.Find(entry.StudyId) is not { } listed || listed.ReservedVersion >= entry.Version || Holder(listed, now) is not null) return offered;
        return Grant(offered, listed with { ReservedVersion = entry.Version }, readerId, readerName, now, idle);
    }

    public static ReadingListState Withdraw(ReadingListState state, string studyId, long version)
    {
        var known = state.Find(studyId);
        if (known is not null && known.Entry.Version > version) return state;
        if (known is null && state.Withdrawn.Any(one => one.StudyId == studyId && one.Version >= version)) return state;
        var remembered = state.Withdrawn.RemoveAll(one => one.StudyId == studyId);
        var next = state with
        {
            Listed = known is null ? state.Listed : state.Listed.Remove(known),
            Withdrawn = [.. remembered.Skip(Math.Max(0, remembered.Length - RememberedWithdrawals + 1)), new WithdrawnStudy(studyId, version)],
        };
        return Stepped(next, "withdrawn");
    }

    public static Outcome<ReadingListState> Claim(ReadingListState state, Actor by, string studyId, DateTimeOffset now, TimeSpan idle)
    {
        var right = ClaimTransitions.Table.Find(ClaimPhase.Waiting, ClaimTransitions.Claim, new Turn(by, null, now), "", state.Centre);
        if (!right.Succeeded) return right.Failure;
        if (state.Find(studyId) is not { } listed) return Failure.Of(FailureCode.NotFound, "claim.listed");
        return Holder(listed, now) switch
        {
            null => Grant(Expire(state, now), listed with { Entry = listed.Entry with { Claim = null } }, by.UserId, by.Name, now, idle),
            var holder when holder.ReaderId == by.UserId => state,
            var holder => Failure.TakenBy("claim.claim", holder.ReaderName),
        };
    }

    public static Outcome<ReadingListState> Renew(ReadingListState state, Actor by, string studyId, long token, DateTimeOffset now, TimeSpan idle)
    {
        if (Held(state, by, studyId, token, now) is not { } listed) return Stale(state, studyId);
        var ticket = listed.Entry.Claim! with { ExpiresAt = now + idle };
        if (ticket.ExpiresAt - listed.Entry.Claim!.ExpiresAt < RenewalStep) return state;
        var tell = ticket.ExpiresAt - listed.ToldExpiry >= TellStep;
        var next = (state with { Version = state.Version + 1 }).Put(listed with
        {
            Entry = listed.Entry with { Claim = ticket },
            ToldExpiry = tell ? ticket.ExpiresAt : listed.ToldExpiry,
        });
        return tell ? next.Send(new GrantClaim(ticket)) : next;
    }

    /// <summary>The reader gives it back.</summary>
    public static Outcome<ReadingListState> Release(ReadingListState state, Actor by, string studyId, long token, DateTimeOffset now) =>
        Held(state, by, studyId, token, now) is { } listed ? End(state, listed, "released") : Stale(state, studyId);

    /// <summary>The Study says that the claim's work is done; it knows, so it is not told.</summary>
    public static ReadingListState Finish(ReadingListState state, string studyId, long token) =>
        state.Find(studyId) is { Entry.Claim: { } claim } listed && claim.Token == token
            ? Told(state, listed with { Entry = listed.Entry with { Claim = null }, ToldExpiry = null }, "unclaimed")
            : state;

    /// <summary>Ends the claims whose readers were idle too long.</summary>
    public static ReadingListState Expire(ReadingListState state, DateTimeOffset now)
    {
        foreach (var listed in state.Listed)
        {
            if (listed.Entry.Claim is { } claim && claim.ExpiresAt <= now) state = End(state, listed, "idle");
        }

        return state;
    }

    public static DateTimeOffset? Deadline(ReadingListState state) => state.Listed.Min(listed => listed.Entry.Claim?.ExpiresAt);

    /// <summary>As read: emergencies first, then by deadline, then by waiting time.</summary>
    public static ImmutableArray<ReadingEntry> Ordered(ReadingListState state) =>
    [
        .. state.Listed.Select(listed => listed.Entry)
            .OrderByDescending(entry => entry.Priority)
            .ThenBy(entry => entry.Deadline ?? DateTimeOffset.MaxValue)
            .ThenBy(entry => entry.Since)
            .ThenBy(entry => entry.StudyId, StringComparer.Ordinal),
    ];

    private static ReadingListState Grant(
        ReadingListState state, ListedStudy listed, string readerId, string readerName, DateTimeOffset now, TimeSpan idle)
    {
        var ticket = new ClaimTicket(listed.Entry.StudyId, state.LastToken + 1, readerId, readerName, now, now + idle);
        var claimed = listed with { Entry = listed.Entry with { Claim = ticket }, ToldExpiry = ticket.ExpiresAt };
        return Told((state with { LastToken = ticket.Token }).Send(new GrantClaim(ticket)), claimed, "claimed");
    }

    private static ReadingListState End(ReadingListState state, ListedStudy listed, string why)
    {
        var ended = state.Send(new EndClaim(listed.Entry.StudyId, listed.Entry.Claim!.Token, why));
        return Told(ended, listed with { Entry = listed.Entry with { Claim = null }, ToldExpiry = null }, "unclaimed");
    }

    private static ReadingListState Told(ReadingListState state, ListedStudy listed, string detail) => Stepped(state.Put(listed), detail);

    private static ReadingListState Stepped(ReadingListState state, string detail)
    {
        var version = state.Version + 1;
        var item = new FeedItem("reading-list", GrainKeys.ReadingList(state.Centre), version, [state.Centre], detail);
        return (state with { Version = version }).Send(new Publish(item));
    }

    private static ClaimTicket? Holder(ListedStudy listed, DateTimeOffset now) => listed.Entry.Claim is { } claim && claim.ExpiresAt > now ? claim : null;

    private static ListedStudy? Held(ReadingListState state, Actor by, string studyId, long token, DateTimeOffset now) =>
        state.Find(studyId) is { } listed && Holder(listed, now) is { } claim && claim.Token == token && claim.ReaderId == by.UserId ? listed : null;

    private static Failure Stale(ReadingListState state, string studyId) =>
        new(FailureCode.Stale, "claim.stale", state.Find(studyId)?.Entry.Claim?.ReaderName, []);
}
