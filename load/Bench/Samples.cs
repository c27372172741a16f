namespace Regional.Load.Bench;

/// <summary>What repeated measurements amount to, and in which order they are taken.</summary>
public static class Samples
{
    public static double Median(IEnumerable<double> values) => At(values, 0.5);

    public static double P99(IEnumerable<double> values) => At(values, 0.99);

    /// <summary>A B B A, or A B C C B A, as often as asked: drift of the machine falls on all alike.</summary>
    public static IEnumerable<T> ThereAndBack<T>(IReadOnlyList<T> which, int repeats) =>
        Enumerable.Range(0, repeats).SelectMany(_ => which.Concat(which.Reverse()));

    private static double At(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? double.NaN : sorted[(int)Math.Ceiling((sorted.Count - 1) * share)];
    }
}
