using NBomber.Domain;

namespace Regional.Compat.NBomber.Tests;

public sealed class HistogramTests
{
    [Fact]
    public void Percentiles_of_a_known_set_are_exact_where_buckets_are_linear()
    {
        var histogram = new Histogram();
        foreach (var value in Enumerable.Range(1, 1000)) histogram.Add(value);
        histogram.Percentile(50).ShouldBe(500);
        histogram.Percentile(95).ShouldBe(950);
        histogram.Percentile(99).ShouldBe(990);
        histogram.Percentile(100).ShouldBe(1000);
        histogram.Mean.ShouldBe(500.5);
        histogram.StdDev.ShouldBe(288.675, 0.001);
        (histogram.Min, histogram.Max, histogram.Count).ShouldBe((1, 1000, 1000));
    }

    [Fact]
    public void Every_value_is_found_again_within_a_thousandth()
    {
        var random = new Random(20260302);
        for (var i = 0; i < 20_000; i++)
        {
            var value = random.NextInt64(1L << random.Next(1, 40));
            var histogram = new Histogram();
            histogram.Add(value);
            histogram.Add(long.MaxValue >> 8);
            var found = histogram.Percentile(50);
            found.ShouldBeGreaterThanOrEqualTo(value);
            (found - value).ShouldBeLessThanOrEqualTo(value / 1024);
        }
    }

    [Fact]
    public void Percentiles_agree_with_sorting()
    {
        var random = new Random(7);
        var values = Enumerable.Range(0, 50_000).Select(_ => (long)Math.Exp(random.NextDouble() * 16)).ToArray();
        var histogram = new Histogram();
        foreach (var value in values) histogram.Add(value);
        Array.Sort(values);
        foreach (var percent in new[] { 1.0, 50, 75, 90, 95, 99, 99.9 })
        {
            var exact = values[(int)Math.Ceiling(percent / 100 * values.Length) - 1];
            ((double)histogram.Percentile(percent)).ShouldBe(exact, Math.Max(1, exact / 1000.0));
        }
    }

    [Fact]
    public void An_empty_one_answers_zero()
    {
        var histogram = new Histogram();
        histogram.Percentile(99).ShouldBe(0);
        histogram.Mean.ShouldBe(0);
        histogram.StdDev.ShouldBe(0);
    }
}
