using Regional.Outcomes;

namespace Regional.Transitions;

/// <summary>Rules one after another: the first failure stands.</summary>
internal static class OutcomeChain
{
    public static Outcome<TNext> Then<T, TNext>(this Outcome<T> outcome, Func<T, Outcome<TNext>> next)
        where T : class
        where TNext : class => outcome.Succeeded ? next(outcome.Value) : outcome.Failure;

    public static Outcome<T> Then<T>(this Outcome<T> outcome, Func<T, T> next)
        where T : class => outcome.Succeeded ? next(outcome.Value) : outcome;
}
