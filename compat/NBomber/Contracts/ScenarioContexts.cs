using Microsoft.Extensions.Configuration;
using NBomber.Contracts.Stats;
using Serilog;

namespace NBomber.Contracts;

public enum ScenarioOperation
{
    Init = 0,
    Clean = 1,
    WarmUp = 2,
    Bombing = 3,
}

/// <summary>Which copy of which scenario is running.</summary>
public sealed record ScenarioInfo
{
    public string InstanceId { get; init; } = "";

    /// <summary>Counted from 0 within the scenario; injected copies reuse the numbers of finished ones.</summary>
    public int InstanceNumber { get; init; }

    public string ScenarioName { get; init; } = "";

    public TimeSpan ScenarioDuration { get; init; }

    public ScenarioOperation ScenarioOperation { get; init; }
}

/// <summary>What an iteration may know and do.</summary>
public interface IScenarioContext
{
    TestInfo TestInfo { get; }

    ScenarioInfo ScenarioInfo { get; }

    NodeInfo NodeInfo { get; }

    ILogger Logger { get; }

    /// <summary>How often this copy has run, from 1.</summary>
    long InvocationNumber { get; }

    /// <summary>Shared by the steps of one iteration, cleared after it.</summary>
    Dictionary<string, object> Data { get; }

    /// <summary>Kept by the copy as long as the scenario runs.</summary>
    Dictionary<string, object> ScenarioInstanceData { get; }

    /// <summary>Cancelled when the scenario is stopped or its completion time-out has passed.</summary>
    CancellationToken ScenarioCancellationToken { get; }

    Random Random { get; }

    void StopScenario(string scenarioName, string reason);

    void StopCurrentTest(string reason);

    TimeSpan GetScenarioTimerTime();
}

/// <summary>What the init and clean functions may know.</summary>
public interface IScenarioInitContext
{
    TestInfo TestInfo { get; }

    ScenarioInfo ScenarioInfo { get; }

    NodeInfo NodeInfo { get; }

    IConfiguration CustomSettings { get; }

    IConfiguration GlobalCustomSettings { get; }

    ILogger Logger { get; }
}
