using System.Collections.Immutable;
using Regional.Delivery;
using Regional.Feeds;

namespace Regional.Studies;

/// <summary>What others have to hear when an exam has changed: derived from before and after, so that no rule can forget it.</summary>
internal static class StudyEffects
{
    public static StudyState Tell(StudyState before, StudyState after)
    {
        if (StudyViews.SameRow(before, after)) return after;
        return after.With(after.Outbox.AddRange(Between(before, after)));
    }

    private static IEnumerable<OutgoingEvent> Between(StudyState before, StudyState after)
    {
        yield return new Project();

        var waited = before.ListEntry();
        var waits = after.ListEntry();
        if (waits is not null && (waited is null || waited with { Version = waits.Version } != waits))
            yield return new OfferToList(after.ReadingCentre, waits);
        if (waits is null && waited is not null)
            yield return new WithdrawFromList(before.ReadingCentre, after.StudyId, after.Version);

        yield return new Publish(new FeedItem("study", after.StudyId, after.Version, Sites(after), Detail(before, after)));
    }

    private static ImmutableArray<string> Sites(StudyState state) =>
        state.Site == state.ReadingCentre ? [state.Site] : [state.Site, state.ReadingCentre];

    /// <summary>The last thing that happened, by its name in the history; counts move without one.</summary>
    private static string Detail(StudyState before, StudyState after) =>
        after.History.Length > before.History.Length ? after.History[^1].Event
        : after.CriticalValues != before.CriticalValues ? "exam.critical-value"
        : "exam.images";
}
