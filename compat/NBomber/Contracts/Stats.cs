namespace NBomber.Contracts.Stats;

public enum ReportFormat
{
    Txt = 0,
    Html = 1,
    Csv = 2,
    Md = 3,
}

public enum OperationType
{
    None = 0,
    Init = 1,
    WarmUp = 2,
    Bombing = 3,
    Stop = 4,
    Complete = 5,
    Error = 6,
}

public sealed record TestInfo
{
    public string SessionId { get; init; } = "";

    public string TestSuite { get; init; } = "";

    public string TestName { get; init; } = "";

    public string ClusterId { get; init; } = "";

    public DateTime Created { get; init; }
}

public sealed record NodeInfo
{
    public string MachineName { get; init; } = "";

    public OperationType CurrentOperation { get; init; }

    public string OS { get; init; } = "";

    public string DotNetVersion { get; init; } = "";

    public string Processor { get; init; } = "";

    public int CoresCount { get; init; }

    public string NBomberVersion { get; init; } = "";
}

public sealed record StatusCodeStats
{
    public string StatusCode { get; init; } = "";

    public bool IsError { get; init; }

    public string Message { get; init; } = "";

    public int Count { get; init; }

    /// <summary>Of all requests of the scenario or step, rounded.</summary>
    public int Percent { get; init; }
}

public sealed record RequestStats
{
    public int Count { get; init; }

    /// <summary>Per second of the time during which load was applied.</summary>
    public double RPS { get; init; }

    public int Percent { get; init; }
}

public sealed record LatencyCount
{
    public int LessOrEq800 { get; init; }

    public int More800Less1200 { get; init; }

    public int MoreOrEq1200 { get; init; }
}

/// <summary>Milliseconds.</summary>
public sealed record LatencyStats
{
    public double MinMs { get; init; }

    public double MeanMs { get; init; }

    public double MaxMs { get; init; }

    public double Percent50 { get; init; }

    public double Percent75 { get; init; }

    public double Percent95 { get; init; }

    public double Percent99 { get; init; }

    public double StdDev { get; init; }

    public LatencyCount LatencyCount { get; init; } = new();
}

/// <summary>Bytes.</summary>
public sealed record DataTransferStats
{
    public long MinBytes { get; init; }

    public long MeanBytes { get; init; }

    public long MaxBytes { get; init; }

    public long Percent50 { get; init; }

    public long Percent75 { get; init; }

    public long Percent95 { get; init; }

    public long Percent99 { get; init; }

    public double StdDev { get; init; }

    public long AllBytes { get; init; }
}

public sealed record MeasurementStats
{
    public RequestStats Request { get; init; } = new();

    public LatencyStats Latency { get; init; } = new();

    public DataTransferStats DataTransfer { get; init; } = new();

    public StatusCodeStats[] StatusCodes { get; init; } = [];
}

public sealed record StepStats
{
    public string StepName { get; init; } = "";

    public MeasurementStats Ok { get; init; } = new();

    public MeasurementStats Fail { get; init; } = new();

    public int SortIndex { get; init; }
}

public sealed record LoadSimulationStats
{
    public string SimulationName { get; init; } = "";

    public int Value { get; init; }
}

public sealed record ScenarioStats
{
    public string ScenarioName { get; init; } = "";

    public MeasurementStats Ok { get; init; } = new();

    public MeasurementStats Fail { get; init; } = new();

    public StepStats[] StepStats { get; init; } = [];

    public LoadSimulationStats LoadSimulationStats { get; init; } = new();

    public OperationType CurrentOperation { get; init; }

    public int AllRequestCount { get; init; }

    public int AllOkCount { get; init; }

    public int AllFailCount { get; init; }

    public long AllBytes { get; init; }

    /// <summary>How long load was applied.</summary>
    public TimeSpan Duration { get; init; }

    public int SortIndex { get; init; }
}

public sealed record ReportFile
{
    public string FilePath { get; init; } = "";

    public ReportFormat ReportFormat { get; init; }

    public string ReportContent { get; init; } = "";
}

public sealed record ThresholdResult
{
    public string ScenarioName { get; init; } = "";

    public string StepName { get; init; } = "";

    public string CheckExpression { get; init; } = "";

    public string ExceptionMsg { get; init; } = "";

    public int ErrorCount { get; init; }

    public bool IsFailed { get; init; }
}

public sealed record NodeStats
{
    public ScenarioStats[] ScenarioStats { get; init; } = [];

    public ThresholdResult[] Thresholds { get; init; } = [];

    public NodeInfo NodeInfo { get; init; } = new();

    public TestInfo TestInfo { get; init; } = new();

    public int AllRequestCount { get; init; }

    public int AllOkCount { get; init; }

    public int AllFailCount { get; init; }

    public long AllBytes { get; init; }

    public TimeSpan Duration { get; init; }

    public ReportFile[] ReportFiles { get; init; } = [];
}
