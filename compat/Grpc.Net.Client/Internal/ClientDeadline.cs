using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>The deadline of one call, by the channel's clock. It is never early: a timer that fires before it is set again.</summary>
internal sealed class ClientDeadline : IDisposable
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly Lock _lock = new();
    private readonly GrpcChannel _channel;
    private readonly DateTime _deadline;
    private readonly Action _passed;
    private ITimer? _timer;
    private bool _disposed;

    /// <exception cref="InvalidOperationException">The deadline is not in UTC.</exception>
    public ClientDeadline(GrpcChannel channel, DateTime? deadline, Action passed)
    {
        if (deadline is { } given && given != DateTime.MaxValue && given != DateTime.MinValue && given.Kind != DateTimeKind.Utc)
            throw new InvalidOperationException("Deadline must have a kind DateTimeKind.Utc or be equal to DateTime.MaxValue or DateTime.MinValue.");
        _channel = channel;
        _deadline = deadline ?? DateTime.MaxValue;
        _passed = passed;
    }

    /// <summary>Null without a deadline; at most what grpc-timeout can say.</summary>
    public TimeSpan? Remaining
    {
        get
        {
            if (_deadline == DateTime.MaxValue)
                return null;
            var remaining = _deadline - _channel.Clock.UtcNow;
            return remaining < GrpcWire.LongestTimeout ? remaining : GrpcWire.LongestTimeout;
        }
    }

    public bool HasPassed => _deadline <= _channel.Clock.UtcNow;

    public void Start()
    {
        if (_deadline == DateTime.MaxValue)
            return;
        lock (_lock)
        {
            if (_disposed)
                return;
            _timer = _channel.Clock.Time.CreateTimer(static state => ((ClientDeadline)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        if (HasPassed)
            _passed();
        else
            Arm();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _timer?.Dispose();
        }
    }

    private void Arm()
    {
        // Timers count whole milliseconds; one more makes sure that the shot is not early.
        var due = Remaining!.Value + TimeSpan.FromMilliseconds(1);
        lock (_lock)
        {
            if (!_disposed)
                _timer!.Change(due <= TimeSpan.Zero ? TimeSpan.Zero : due < LongestTimer ? due : LongestTimer, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimer()
    {
        try
        {
            if (HasPassed)
                _passed();
            else
                Arm();
        }
        catch (Exception failure)
        {
            ClientLog.DeadlineFailed(_channel.Logger, failure);
        }
    }
}
