using System.Text.Json.Serialization;
using Regional.Actors;
using Regional.Feeds;
using Regional.Reading;
using Regional.Sites;
using Regional.Studies;

namespace Regional.Delivery;

/// <summary>Something that a grain tells others. Stored inside states under the short names below, which are never reused.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Project), "project")]
[JsonDerivedType(typeof(Publish), "publish")]
[JsonDerivedType(typeof(OfferToList), "list.offer")]
[JsonDerivedType(typeof(ReserveAtList), "list.reserve")]
[JsonDerivedType(typeof(FinishAtList), "list.finish")]
[JsonDerivedType(typeof(RenewAtList), "list.renew")]
[JsonDerivedType(typeof(WithdrawFromList), "list.withdraw")]
[JsonDerivedType(typeof(GrantClaim), "claim.granted")]
[JsonDerivedType(typeof(EndClaim), "claim.ended")]
[JsonDerivedType(typeof(LinkCriticalValue), "critical.link")]
[JsonDerivedType(typeof(RelinkCriticalValue), "critical.relink")]
[JsonDerivedType(typeof(WatchPresence), "presence.watch")]
[JsonDerivedType(typeof(TellReachability), "presence.changed")]
[JsonDerivedType(typeof(ForwardImages), "images.forward")]
[JsonDerivedType(typeof(CompleteAttach), "images.attach")]
[JsonDerivedType(typeof(AdoptImages), "images.adopt")]
internal abstract record OutgoingEvent
{
    /// <summary>Position in the sender's outbox.</summary>
    public long Sequence { get; set; }
}

/// <summary>The grain's row in the projections is to be brought up to date.</summary>
internal sealed record Project : OutgoingEvent;

internal sealed record Publish(FeedItem Item) : OutgoingEvent;

internal sealed record OfferToList(string Centre, ReadingEntry Entry) : OutgoingEvent;

internal sealed record ReserveAtList(string Centre, ReadingEntry Entry, string ReaderId, string ReaderName) : OutgoingEvent;

internal sealed record FinishAtList(string Centre, string StudyId, long Token) : OutgoingEvent;

internal sealed record RenewAtList(string Centre, string StudyId, long Token, Command Command) : OutgoingEvent;

internal sealed record WithdrawFromList(string Centre, string StudyId, long Version) : OutgoingEvent;

internal sealed record GrantClaim(ClaimTicket Ticket) : OutgoingEvent;

internal sealed record EndClaim(string StudyId, long Token, string Why) : OutgoingEvent;

internal sealed record LinkCriticalValue(string StudyId, string CriticalValueId, bool Open) : OutgoingEvent;

internal sealed record RelinkCriticalValue(string CriticalValueId, string StudyId) : OutgoingEvent;

internal sealed record WatchPresence(string Site, string CriticalValueId, bool Watch) : OutgoingEvent;

internal sealed record TellReachability(string CriticalValueId, Reachability Reachability) : OutgoingEvent;

internal sealed record ForwardImages(string StudyId, ImagesArrived Batch) : OutgoingEvent;

/// <summary>Completes an attach whose receiver crashed after the images were handed over: the same command again.</summary>
internal sealed record CompleteAttach(string StudyId, Command Command, string FromStudyId) : OutgoingEvent;

/// <summary>Images taken off an exam go to a new unmatched study.</summary>
internal sealed record AdoptImages(string StudyId, Command Command, HandOver Images) : OutgoingEvent;
