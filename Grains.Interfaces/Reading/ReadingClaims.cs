using Orleans;
using Regional.Actors;
using Regional.Outcomes;
using Regional.Studies;

namespace Regional.Reading;

/// <summary>Claiming as a person's client sees it: when the ticket is in hand, the Study knows it too.</summary>
public static class ReadingClaims
{
    /// <summary>
    /// Claims at the list, then hands the ticket to the Study. The list's outbox would do the same a moment later; doing it here keeps a
    /// reader's first draft from being refused in between, without one grain waiting for the other.
    /// </summary>
    public static async Task<Outcome<ClaimTicket>> ClaimStudy(this IGrainFactory grains, string readingCentre, Command command, string studyId)
    {
        var claim = await grains.GetGrain<IReadingListGrain>(GrainKeys.ReadingList(readingCentre)).Claim(command, studyId);
        if (claim.Value is { } ticket)
            await grains.GetGrain<IStudyGrain>(studyId).ClaimGranted(ticket);
        return claim;
    }
}
