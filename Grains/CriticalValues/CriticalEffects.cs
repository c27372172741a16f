using System.Text.Json;
using Regional.Delivery;
using Regional.Feeds;

namespace Regional.CriticalValues;

/// <summary>What others have to hear when an alert has changed.</summary>
internal static class CriticalEffects
{
    public static CriticalValueState Tell(CriticalValueState before, CriticalValueState after) =>
        ReferenceEquals(before, after) ? after : after.With(after.Outbox.AddRange(Between(before, after)));

    private static IEnumerable<OutgoingEvent> Between(CriticalValueState before, CriticalValueState after)
    {
        yield return new Project();
        yield return new Publish(new FeedItem(
            "critical-value", after.CriticalValueId, after.Version,
            after.Site == after.ReadingCentre ? [after.Site] : [after.Site, after.ReadingCentre], Detail(before, after)));

        if ((before.Phase == CriticalPhase.Notifying) != (after.Phase == CriticalPhase.Notifying))
            yield return new WatchPresence(after.Site, after.CriticalValueId, after.Phase == CriticalPhase.Notifying);

        var open = IsOpen(after);
        if (IsOpen(before) != open || before.Suspicion?.StudyId != after.Suspicion!.StudyId)
            yield return new LinkCriticalValue(after.Suspicion!.StudyId, after.CriticalValueId, open);
    }

    /// <summary>The phase; a deadline of verification that passed rings without one.</summary>
    private static string Detail(CriticalValueState before, CriticalValueState after) =>
        before.Phase == CriticalPhase.Suspected && after.Phase == CriticalPhase.Suspected
            ? "verifyOverdue"
            : JsonNamingPolicy.CamelCase.ConvertName(after.Phase.ToString()!);

    private static bool IsOpen(CriticalValueState state) => state.Phase is { } phase && CriticalTransitions.IsOpen(phase);
}
