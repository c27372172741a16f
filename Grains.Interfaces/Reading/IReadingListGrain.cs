using System.Collections.Immutable;
using Orleans;
using Regional.Actors;
using Regional.Outcomes;
using Regional.Studies;

namespace Regional.Reading;

/// <summary>
/// What waits to be read at a reading centre, keyed by <c>list:</c> centre. Owns the claims: of two readers at once exactly one wins; a claim
/// carries a fencing token that grows with each grant, and ends when idle (30 min*). The Study checks the token at draft and at sign.
/// The list tells the Study of a grant through its outbox; no turn of one waits on the other.
/// </summary>
[Alias("regional.IReadingListGrain")]
public interface IReadingListGrain : IGrainWithStringKey
{
    /// <summary>A study waits, or what matters to its order changed. Older versions are ignored.</summary>
    [Alias("Offer")] Task Offer(ReadingEntry entry);

    /// <summary>As <see cref="Offer"/>, and claimed at once for a named reader: a report that its reviewer returned to its author.</summary>
    [Alias("Reserve")] Task Reserve(ReadingEntry entry, string readerId, string readerName);

    /// <summary>The Study says that this claim's work is done while the study goes on waiting (实习稿 handed in).</summary>
    [Alias("Finish")] Task Finish(string studyId, long token);

    /// <summary>A study no longer waits here.</summary>
    [Alias("Withdraw")] Task Withdraw(string studyId, long version);

    [Alias("Claim")] Task<Outcome<ClaimTicket>> Claim(Command command, string studyId);

    /// <summary>The reader is at work: moves the idle deadline. Fails with Stale when the claim is no longer this one.</summary>
    [Alias("Renew")] Task<Outcome<ClaimTicket>> Renew(Command command, string studyId, long token);

    [Alias("Release")] Task<Outcome<ClaimTicket>> Release(Command command, string studyId, long token);

    [Alias("Entries")] Task<ImmutableArray<ReadingEntry>> Entries();

    [Alias("Deliver")] Task Deliver();
}

/// <summary>A study that waits, with what its place in the list depends on.</summary>
/// <param name="Version">Of the study.</param>
/// <param name="Deadline">When the agreement wants it read.</param>
/// <param name="Claim">Who holds it, or null.</param>
[GenerateSerializer, Immutable, Alias("regional.ReadingEntry")]
public sealed record ReadingEntry(
    [property: Id(0)] string StudyId,
    [property: Id(1)] long Version,
    [property: Id(2)] string Site,
    [property: Id(3)] Priority Priority,
    [property: Id(4)] DateTimeOffset Since,
    [property: Id(5)] DateTimeOffset? Deadline,
    [property: Id(6)] ClaimTicket? Claim);

/// <summary>A granted claim.</summary>
/// <param name="Token">Fencing token; grows with each grant of this list.</param>
[GenerateSerializer, Immutable, Alias("regional.ClaimTicket")]
public sealed record ClaimTicket(
    [property: Id(0)] string StudyId,
    [property: Id(1)] long Token,
    [property: Id(2)] string ReaderId,
    [property: Id(3)] string ReaderName,
    [property: Id(4)] DateTimeOffset GrantedAt,
    [property: Id(5)] DateTimeOffset ExpiresAt);
