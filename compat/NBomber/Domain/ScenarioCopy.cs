using NBomber.Contracts;
using NBomber.Contracts.Stats;
using Serilog;

namespace NBomber.Domain;

/// <summary>A virtual user: the context its iterations see.</summary>
internal sealed class ScenarioCopy(ScenarioRun run, int number) : IScenarioContext
{
    public const string GlobalInformation = "global information";
    public const string UnhandledException = "-101";
    public const string Timeout = "-100";

    public TestInfo TestInfo => run.Session.TestInfo;

    public NodeInfo NodeInfo => run.Session.NodeInfo;

    public ILogger Logger => run.Session.Logger;

    public ScenarioInfo ScenarioInfo { get; private set; } = new();

    public long InvocationNumber { get; private set; }

    public Dictionary<string, object> Data { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, object> ScenarioInstanceData { get; } = new(StringComparer.Ordinal);

    public CancellationToken ScenarioCancellationToken => run.Cancelled;

    public Random Random { get; } = new();

    private Measurements Phase { get; set; } = new();

    public void StopScenario(string scenarioName, string reason) => run.Session.StopScenario(scenarioName, reason);

    public void StopCurrentTest(string reason) => run.Session.Stop(reason);

    public TimeSpan GetScenarioTimerTime() => run.Elapsed;

    /// <summary>Runs once. Latency counts from the instant the iteration was due, so a late start is not hidden.</summary>
    public async Task IterateAsync(long due)
    {
        Phase = run.Phase;
        InvocationNumber++;
        ScenarioInfo = run.Describe(number);
        IResponse response;
        try
        {
            response = await run.Props.Run!(this);
        }
        catch (IterationRestarted restarted)
        {
            response = restarted.Response;
        }
        catch (Exception failure)
        {
            Logger.Error(failure, "Unhandled exception in scenario {Scenario}", run.Props.ScenarioName);
            response = CSharp.Response.Fail(statusCode: UnhandledException, message: failure.Message);
        }

        Data.Clear();
        run.Finished(Phase, response, run.Session.Clock.GetElapsedTime(due));
    }

    public async Task<Response<T>> RunStepAsync<T>(string name, Func<Task<Response<T>>> step)
    {
        var clock = run.Session.Clock;
        var started = clock.GetTimestamp();
        Response<T> response;
        try
        {
            response = await step();
        }
        catch (Exception failure) when (failure is not IterationRestarted)
        {
            Logger.Error(failure, "Unhandled exception in step {Step} of scenario {Scenario}", name, run.Props.ScenarioName);
            response = CSharp.Response.Fail<T>(statusCode: UnhandledException, message: failure.Message);
        }

        Phase.AddStep(name, response, clock.GetElapsedTime(started));
        if (response.IsError && run.Props.RestartIterationOnFail) throw new IterationRestarted(response);
        return response;
    }

    private sealed class IterationRestarted(IResponse response) : Exception("A step failed; the iteration starts anew.")
    {
        public IResponse Response { get; } = response;
    }
}
