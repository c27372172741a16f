using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Callers that wait for answers, and the end of their patience.</summary>
internal sealed class PendingCalls : IPendingCallOwner, IDisposable
{
    private static readonly TimeSpan s_longestCheck = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<PendingCall, bool> _calls = new();
    private readonly MessagingOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ITimer _check;
    private volatile bool _stopping;

    public PendingCalls(MessagingOptions options, TimeProvider clock, ILogger logger)
    {
        _options = options;
        _clock = clock;
        _logger = logger;
        var period = options.ResponseTimeout / 4 < s_longestCheck ? options.ResponseTimeout / 4 : s_longestCheck;
        using (ExecutionContext.SuppressFlow())
            _check = clock.CreateTimer(static self => ((PendingCalls)self!).ExpireOverdue(), this, period, period);
    }

    /// <summary>Has the caller wait for the answer to its request. False if the silo is stopping: it has then been told.</summary>
    public bool Add(PendingCall call, GrainRequest request, CancellationToken cancellation)
    {
        call.Request = request;
        call.Owner = this;
        call.Timeout = request.Method.ResponseTimeout ?? _options.ResponseTimeout;
        call.Deadline = _clock.GetTimestamp() + (long)(call.Timeout.TotalSeconds * _clock.TimestampFrequency);
        _calls[call] = true;
        if (_stopping)
        {
            Refuse(call);
            return false;
        }

        if (cancellation.CanBeCanceled)
            call.Cancellation = cancellation.UnsafeRegister(static (state, token) => Cancel((PendingCall)state!, token), call);
        return true;
    }

    public void Remove(PendingCall call) => _calls.TryRemove(call, out _);

    /// <summary>Tells everyone who waits, and everyone who comes, that the silo is stopping.</summary>
    public void Stop()
    {
        _stopping = true;
        foreach (var call in _calls.Keys)
            Refuse(call);
    }

    public void Dispose() => _check.Dispose();

    private static void Refuse(PendingCall call)
    {
        if (call.TryClaim())
            call.SetException(new SiloUnavailableException($"The silo is stopping and will not answer {call.Request}."));
    }

    private static void Cancel(PendingCall call, CancellationToken token)
    {
        var options = ((PendingCalls)call.Owner!)._options;
        if (options.WaitForCancellationAcknowledgement)
        {
            call.Request.TryCancel();
        }
        else if (call.TryClaim())
        {
            call.Request.TryCancel();
            call.SetException(new OperationCanceledException(token));
        }
    }

    private void ExpireOverdue()
    {
        var now = _clock.GetTimestamp();
        foreach (var call in _calls.Keys)
        {
            if (call.Deadline > now || !call.TryClaim())
                continue;

            if (_options.CancelRequestOnTimeout)
                call.Request.TryCancel();
            _logger.LogWarning("No answer came within {Timeout} to {Request}.", call.Timeout, call.Request);
            call.SetException(new TimeoutException(
                $"Response did not arrive on time in {call.Timeout} for message: {call.Request}. The request may still be carried out."));
        }
    }
}
