using System.Collections.Immutable;
using Regional.Actors;
using Regional.Transitions;
using static Regional.Reading.ClaimPhase;
using Row = Regional.Transitions.Transition<Regional.Reading.ClaimPhase>;
using Table = Regional.Transitions.TransitionTable<Regional.Reading.ClaimPhase>;

namespace Regional.Reading;

/// <summary>A study on a reading list.</summary>
internal enum ClaimPhase
{
    /// <summary>Anybody of the centre may claim it.</summary>
    Waiting = 1,

    /// <summary>One reader holds it, by the newest token.</summary>
    Held,

    /// <summary>Not on this list any more.</summary>
    Gone,
}

/// <summary>What becomes of a listed study. The diagram in this folder's README is compared with it by a test.</summary>
internal static class ClaimTransitions
{
    public const string Claim = "claim";

    private static readonly ImmutableArray<Doer> Readers = Doer.AtCentre(Role.Reporting);
    private static readonly ImmutableArray<Doer> Rules = [Doer.System];

    public static readonly Table Table = new("claim",
    [
        new Row(null, "offer", Waiting, Rules),
        new Row(Waiting, Claim, Held, Readers),
        new Row(Waiting, "reserve", Held, Rules),
        new Row(Held, "renew", Held, Readers),
        new Row(Held, "release", Waiting, Readers),
        new Row(Held, "expire", Waiting, Rules),
        new Row(Held, "finish", Waiting, Rules),
        new Row(Waiting, "withdraw", Gone, Rules),
        new Row(Held, "withdraw", Gone, Rules),
    ]);
}
