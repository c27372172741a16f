using System.Diagnostics.CodeAnalysis;
using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>A running timer of an activation. Disposing it cancels the tick under way through its token.</summary>
    public interface IGrainTimer : IDisposable
    {
        /// <summary>Sets when the next tick is due and the pause between the end of a tick and the next one.</summary>
        void Change(TimeSpan dueTime, TimeSpan period);
    }

    /// <summary>How a grain timer runs.</summary>
    public readonly struct GrainTimerCreationOptions
    {
        public GrainTimerCreationOptions() { }

        [SetsRequiredMembers]
        public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
        {
            DueTime = dueTime;
            Period = period;
        }

        /// <summary>The wait for the first tick.</summary>
        public required TimeSpan DueTime { get; init; }

        /// <summary>The pause after each tick; <see cref="Timeout.InfiniteTimeSpan"/> for a single tick.</summary>
        public required TimeSpan Period { get; init; }

        /// <summary>True if ticks may start while requests are awaiting.</summary>
        public bool Interleave { get; init; }

        /// <summary>True if a tick counts as activity of the grain.</summary>
        public bool KeepAlive { get; init; }
    }
}

namespace Orleans.Timers
{
    /// <summary>Starts grain timers.</summary>
    public interface ITimerRegistry
    {
        IGrainTimer RegisterGrainTimer<TState>(
            IGrainContext grainContext, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options);
    }
}
