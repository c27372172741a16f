using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Regional.Silo.Metrics;

/// <summary>
/// Listens to the process's meters and writes them as Prometheus text (exposition format 0.0.4). Counters and histograms add up from the
/// start of the process; gauges are asked when somebody looks.
/// </summary>
internal sealed class MetricsCollector : IDisposable
{
    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly double[] Sizes = [1 << 10, 1 << 14, 1 << 17, 1 << 20, 1 << 23, 1 << 26, 1 << 30];
    private static readonly string[] Meters = ["Regional", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Orleans"];

    // A label with a thousand values is a mistake somewhere; it must not become a memory leak here.
    private const int MostSeriesPerInstrument = 500;

    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<Instrument, Family> families = new();

    public MetricsCollector()
    {
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (!Meters.Any(name => instrument.Meter.Name == name || instrument.Meter.Name.StartsWith(name + ".", StringComparison.Ordinal)))
                return;
            l.EnableMeasurementEvents(instrument, families.GetOrAdd(instrument, i => new Family(i)));
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, state) => ((Family)state!).Record(value, tags));
        listener.SetMeasurementEventCallback<float>((_, value, tags, state) => ((Family)state!).Record(value, tags));
        listener.SetMeasurementEventCallback<long>((_, value, tags, state) => ((Family)state!).Record(value, tags));
        listener.SetMeasurementEventCallback<int>((_, value, tags, state) => ((Family)state!).Record(value, tags));
        listener.SetMeasurementEventCallback<short>((_, value, tags, state) => ((Family)state!).Record(value, tags));
        listener.SetMeasurementEventCallback<byte>((_, value, tags, state) => ((Family)state!).Record(value, tags));
        listener.SetMeasurementEventCallback<decimal>((_, value, tags, state) => ((Family)state!).Record((double)value, tags));
        listener.Start();
    }

    public string Write()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var family in families.Values.OrderBy(f => f.Name, StringComparer.Ordinal))
            family.Write(text);
        return text.ToString();
    }

    public void Dispose() => listener.Dispose();

    private sealed class Family
    {
        private readonly ConcurrentDictionary<string, Series> all = new();
        private readonly Instrument instrument;
        private readonly bool adds;
        private readonly double[]? bounds;

        public Family(Instrument instrument)
        {
            this.instrument = instrument;
            var kind = instrument.GetType().Name;
            IsCounter = kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal);
            adds = kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("UpDownCounter", StringComparison.Ordinal);
            bounds = kind.StartsWith("Histogram", StringComparison.Ordinal) ? instrument.Unit == "By" ? Sizes : Seconds : null;
            Name = Clean(instrument.Name) + (instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" }) + (IsCounter ? "_total" : "");
        }

        public string Name { get; }

        private bool IsCounter { get; }

        public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var labels = Labels(tags);
            if (!all.TryGetValue(labels, out var series))
            {
                if (all.Count >= MostSeriesPerInstrument)
                    return;
                series = all.GetOrAdd(labels, _ => new Series(bounds?.Length ?? 0));
            }

            lock (series)
            {
                if (bounds is null)
                {
                    series.Value = adds ? series.Value + value : value;
                    return;
                }

                series.Value += value;
                series.Count++;
                for (var i = 0; i < bounds.Length; i++)
                {
                    if (value <= bounds[i])
                        series.Buckets[i]++;
                }
            }
        }

        public void Write(StringBuilder text)
        {
            if (all.IsEmpty)
                return;
            text.Append("# HELP ").Append(Name).Append(' ').Append((instrument.Description ?? instrument.Name).ReplaceLineEndings(" ")).Append('\n');
            text.Append("# TYPE ").Append(Name).Append(' ').Append(bounds is not null ? "histogram" : IsCounter ? "counter" : "gauge").Append('\n');
            foreach (var (labels, series) in all.OrderBy(p => p.Key, StringComparer.Ordinal))
            {
                lock (series)
                    Write(text, labels, series);
            }
        }

        private void Write(StringBuilder text, string labels, Series series)
        {
            if (bounds is null)
            {
                Line(text, Name, labels, series.Value);
                return;
            }

            var comma = labels.Length > 0 ? "," : "";
            for (var i = 0; i < bounds.Length; i++)
                Line(text, Name + "_bucket", $"{labels}{comma}le=\"{Number(bounds[i])}\"", series.Buckets[i]);
            Line(text, Name + "_bucket", $"{labels}{comma}le=\"+Inf\"", series.Count);
            Line(text, Name + "_sum", labels, series.Value);
            Line(text, Name + "_count", labels, series.Count);
        }

        private static void Line(StringBuilder text, string name, string labels, double value)
        {
            text.Append(name);
            if (labels.Length > 0)
                text.Append('{').Append(labels).Append('}');
            text.Append(' ').Append(Number(value)).Append('\n');
        }

        private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

        private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.IsEmpty)
                return "";
            List<string> parts = new(tags.Length);
            foreach (var tag in tags)
            {
                var value = Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "";
                parts.Add($"{Clean(tag.Key)}=\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"");
            }

            parts.Sort(StringComparer.Ordinal);
            return string.Join(',', parts);
        }

        private static string Clean(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_'));
    }

    private sealed class Series(int buckets)
    {
        public double Value;
        public long Count;
        public readonly long[] Buckets = new long[buckets];
    }
}
