using NBomber.Contracts;
using NBomber.Domain;

namespace NBomber.CSharp;

/// <summary>One user action inside a scenario, measured on its own.</summary>
public static class Step
{
    /// <summary>
    /// Runs and measures. A failed response, or an exception, ends the whole iteration as failed unless the scenario was told
    /// otherwise with <see cref="Scenario.WithRestartIterationOnFail"/>.
    /// </summary>
    public static Task<Response<T>> Run<T>(string name, IScenarioContext context, Func<Task<Response<T>>> run)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(run);
        if (name == ScenarioCopy.GlobalInformation) throw new ArgumentException($"'{name}' is a reserved step name.", nameof(name));
        return ((ScenarioCopy)context).RunStepAsync(name, run);
    }
}
