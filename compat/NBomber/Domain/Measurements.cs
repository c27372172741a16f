using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace NBomber.Domain;

/// <summary>What was measured of one scenario in one phase: the whole iterations and each step. Thread-safe.</summary>
internal sealed class Measurements
{
    private readonly Lock gate = new();
    private readonly Outcomes whole = new();
    private readonly Dictionary<string, Outcomes> steps = new(StringComparer.Ordinal);
    private readonly List<string> order = [];

    public int Failures
    {
        get { lock (gate) return (int)whole.Fail.Latency.Count; }
    }

    public void AddIteration(IResponse response, TimeSpan latency)
    {
        lock (gate) whole.Add(response, latency);
    }

    public void AddStep(string name, IResponse response, TimeSpan latency)
    {
        lock (gate)
        {
            if (!steps.TryGetValue(name, out var step))
            {
                steps[name] = step = new Outcomes();
                order.Add(name);
            }

            step.Add(response, latency);
        }
    }

    public ScenarioStats ToStats(string scenarioName, int sortIndex, TimeSpan duration, LoadSimulationStats simulation, OperationType operation)
    {
        lock (gate)
        {
            var (ok, fail) = whole.ToStats(duration);
            return new ScenarioStats
            {
                ScenarioName = scenarioName,
                Ok = ok,
                Fail = fail,
                StepStats =
                [
                    .. order.Select((name, index) =>
                    {
                        var (stepOk, stepFail) = steps[name].ToStats(duration);
                        return new StepStats { StepName = name, Ok = stepOk, Fail = stepFail, SortIndex = index };
                    }),
                ],
                LoadSimulationStats = simulation,
                CurrentOperation = operation,
                AllRequestCount = ok.Request.Count + fail.Request.Count,
                AllOkCount = ok.Request.Count,
                AllFailCount = fail.Request.Count,
                AllBytes = ok.DataTransfer.AllBytes + fail.DataTransfer.AllBytes,
                Duration = duration,
                SortIndex = sortIndex,
            };
        }
    }

    private sealed class Outcomes
    {
        private readonly Outcome ok = new();

        public Outcome Fail { get; } = new();

        public void Add(IResponse response, TimeSpan latency)
        {
            if (response.CustomLatencyMs > 0) latency = TimeSpan.FromMilliseconds(response.CustomLatencyMs);
            (response.IsError ? Fail : ok).Add(response, latency);
        }

        public (MeasurementStats Ok, MeasurementStats Fail) ToStats(TimeSpan duration)
        {
            var all = ok.Latency.Count + Fail.Latency.Count;
            return (ok.ToStats(duration, all, isError: false), Fail.ToStats(duration, all, isError: true));
        }
    }

    private sealed class Outcome
    {
        private readonly Histogram bytes = new();
        private readonly Dictionary<string, (int Count, string Message)> codes = new(StringComparer.Ordinal);
        private int fast;
        private int slow;

        /// <summary>Microseconds.</summary>
        public Histogram Latency { get; } = new();

        public void Add(IResponse response, TimeSpan latency)
        {
            Latency.Add((long)latency.TotalMicroseconds);
            bytes.Add(response.SizeBytes);
            if (latency.TotalMilliseconds <= 800) fast++;
            else if (latency.TotalMilliseconds >= 1200) slow++;
            var seen = codes.GetValueOrDefault(response.StatusCode, (0, response.Message));
            codes[response.StatusCode] = (seen.Item1 + 1, seen.Item2);
        }

        public MeasurementStats ToStats(TimeSpan duration, long all, bool isError)
        {
            var count = (int)Latency.Count;
            return new MeasurementStats
            {
                Request = new RequestStats
                {
                    Count = count,
                    RPS = duration > TimeSpan.Zero ? Math.Round(count / duration.TotalSeconds, 2) : 0,
                    Percent = Share(count, all),
                },
                Latency = LatencyOf(count),
                DataTransfer = new DataTransferStats
                {
                    MinBytes = count == 0 ? 0 : bytes.Min,
                    MeanBytes = (long)bytes.Mean,
                    MaxBytes = bytes.Max,
                    Percent50 = bytes.Percentile(50),
                    Percent75 = bytes.Percentile(75),
                    Percent95 = bytes.Percentile(95),
                    Percent99 = bytes.Percentile(99),
                    StdDev = Math.Round(bytes.StdDev, 2),
                    AllBytes = (long)bytes.Sum,
                },
                StatusCodes =
                [
                    .. codes.Where(c => c.Key.Length > 0).OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => new StatusCodeStats
                    {
                        StatusCode = c.Key,
                        IsError = isError,
                        Message = c.Value.Message,
                        Count = c.Value.Count,
                        Percent = Share(c.Value.Count, all),
                    }),
                ],
            };
        }

        private static int Share(int count, long all) => all == 0 ? 0 : (int)Math.Round(100.0 * count / all);

        private static double Ms(double microseconds) => Math.Round(microseconds / 1000, 2);

        private LatencyStats LatencyOf(int count) => new()
        {
            MinMs = count == 0 ? 0 : Ms(Latency.Min),
            MeanMs = Ms(Latency.Mean),
            MaxMs = Ms(Latency.Max),
            Percent50 = Ms(Latency.Percentile(50)),
            Percent75 = Ms(Latency.Percentile(75)),
            Percent95 = Ms(Latency.Percentile(95)),
            Percent99 = Ms(Latency.Percentile(99)),
            StdDev = Ms(Latency.StdDev),
            LatencyCount = new LatencyCount { LessOrEq800 = fast, More800Less1200 = count - fast - slow, MoreOrEq1200 = slow },
        };
    }
}
