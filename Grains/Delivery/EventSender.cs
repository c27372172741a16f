using System.Collections.Immutable;
using Orleans;
using Regional.Actors;
using Regional.CriticalValues;
using Regional.Feeds;
using Regional.Projections;
using Regional.Reading;
using Regional.Sites;
using Regional.Studies;

namespace Regional.Delivery;

/// <summary>
/// Carries an event to its receiver. A typed failure of the receiver counts as delivered: it has heard and decided; only exceptions are
/// tried again.
/// </summary>
internal sealed class EventSender(IGrainFactory grains, IStudyKeys keys)
{
    public Task Publish(ImmutableArray<FeedItem> items) => grains.GetGrain<IFeedGrain>(GrainKeys.RegionFeed).Publish(items);

    public Task Send(OutgoingEvent happening) => happening switch
    {
        OfferToList e => List(e.Centre).Offer(e.Entry),
        ReserveAtList e => List(e.Centre).Reserve(e.Entry, e.ReaderId, e.ReaderName),
        FinishAtList e => List(e.Centre).Finish(e.StudyId, e.Token),
        RenewAtList e => List(e.Centre).Renew(e.Command, e.StudyId, e.Token),
        WithdrawFromList e => List(e.Centre).Withdraw(e.StudyId, e.Version),
        GrantClaim e => Study(e.Ticket.StudyId).ClaimGranted(e.Ticket),
        EndClaim e => Study(e.StudyId).ClaimEnded(e.Token, e.Why),
        LinkCriticalValue e => Study(e.StudyId).CriticalValueChanged(e.CriticalValueId, e.Open),
        RelinkCriticalValue e => grains.GetGrain<ICriticalValueGrain>(e.CriticalValueId).Relink(e.StudyId),
        WatchPresence e => grains.GetGrain<ISiteGrain>(GrainKeys.Site(e.Site)).WatchPresence(e.CriticalValueId, e.Watch),
        TellReachability e => grains.GetGrain<ICriticalValueGrain>(e.CriticalValueId).PresenceChanged(e.Reachability),
        ForwardImages e => Study(e.StudyId).ImagesArrived(e.Batch),
        CompleteAttach e => Study(e.StudyId).Attach(e.Command, e.FromStudyId),
        AdoptImages e => Adopt(e),
        _ => throw new InvalidOperationException($"No receiver is known for {happening.GetType().Name}."),
    };

    /// <summary>The UIDs move first, so that images which arrive meanwhile already find their new place.</summary>
    private async Task Adopt(AdoptImages e)
    {
        await keys.MoveStudyInstanceUids([.. e.Images.Images.Select(set => set.StudyInstanceUid)], e.StudyId, CancellationToken.None);
        await Study(e.StudyId).Adopt(e.Command, e.Images);
    }

    /// <summary>The grain that hears of it, by key. Events of one receiver arrive in the order in which they were written.</summary>
    public static string ReceiverOf(OutgoingEvent happening) => happening switch
    {
        OfferToList e => GrainKeys.ReadingList(e.Centre),
        ReserveAtList e => GrainKeys.ReadingList(e.Centre),
        FinishAtList e => GrainKeys.ReadingList(e.Centre),
        RenewAtList e => GrainKeys.ReadingList(e.Centre),
        WithdrawFromList e => GrainKeys.ReadingList(e.Centre),
        GrantClaim e => e.Ticket.StudyId,
        EndClaim e => e.StudyId,
        LinkCriticalValue e => e.StudyId,
        RelinkCriticalValue e => e.CriticalValueId,
        WatchPresence e => GrainKeys.Site(e.Site),
        TellReachability e => e.CriticalValueId,
        ForwardImages e => e.StudyId,
        CompleteAttach e => e.StudyId,
        AdoptImages e => e.StudyId,
        _ => throw new InvalidOperationException($"No receiver is known for {happening.GetType().Name}."),
    };

    private IStudyGrain Study(string studyId) => grains.GetGrain<IStudyGrain>(studyId);

    private IReadingListGrain List(string centre) => grains.GetGrain<IReadingListGrain>(GrainKeys.ReadingList(centre));
}
