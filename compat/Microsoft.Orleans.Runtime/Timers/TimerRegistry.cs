using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Timers;

namespace Orleans.Embedded;

/// <inheritdoc/>
internal sealed class TimerRegistry(
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock, ILogger<TimerRegistry> logger) : ITimerRegistry
{
    public IGrainTimer RegisterGrainTimer<TState>(
        IGrainContext grainContext, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(grainContext);
        ArgumentNullException.ThrowIfNull(callback);
        if (RuntimeContext.Current is null)
        {
            throw new InvalidSchedulingContextException(
                "A timer can only be made as part of a turn of the grain, not for instance inside Task.Run.");
        }

        if (!ReferenceEquals(RuntimeContext.Current, grainContext))
            throw new InvalidOperationException("The timer is for another grain than the one whose turn it is.");

        var activation = (Activation)grainContext;
        var timer = new GrainTimer(activation, token => callback(state, token), options.Interleave, options.KeepAlive, clock, logger);
        activation.AddTimer(timer);
        timer.Change(options.DueTime, options.Period);
        return timer;
    }
}
