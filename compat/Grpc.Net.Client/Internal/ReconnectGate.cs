using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// After a connection could not be made, calls fail at once as Unavailable until a growing pause is over, as the real client's subchannel
/// does: a caller that redials in a loop does not hammer the server. Only over a plain <see cref="SocketsHttpHandler"/>.
/// </summary>
internal sealed class ReconnectGate
{
    private const double Growth = 1.6;
    private const double Jitter = 0.2;

    private readonly Lock _lock = new();
    private readonly TimeSpan _initial;
    private readonly TimeSpan? _longest;
    private TimeSpan _pause;
    private DateTime _closedUntil = DateTime.MinValue;
    private Exception? _lastFailure;

    public ReconnectGate(TimeSpan initial, TimeSpan? longest)
    {
        _initial = initial;
        _longest = longest;
        _pause = initial;
    }

    public static bool Applies(HttpMessageHandler? handler)
    {
        while (handler is DelegatingHandler delegating)
            handler = delegating.InnerHandler;
        return handler is SocketsHttpHandler { ConnectCallback: null };
    }

    public static bool IsConnectFailure(HttpRequestException failure) =>
        failure.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError;

    /// <exception cref="RpcException">Unavailable: the pause is not over.</exception>
    public void DemandOpen(DateTime now)
    {
        lock (_lock)
        {
            if (_lastFailure is not null && now < _closedUntil)
                throw Unavailable(_lastFailure);
        }
    }

    public void Connected()
    {
        lock (_lock)
        {
            _lastFailure = null;
            _pause = _initial;
        }
    }

    /// <summary>Closes the gate for the next pause and returns what to throw.</summary>
    public RpcException Refuse(HttpRequestException failure, DateTime now)
    {
        lock (_lock)
        {
            _lastFailure = failure;
#pragma warning disable CA5394 // Spreading reconnects needs no secret.
            _closedUntil = now + (_pause * (1 + (((Random.Shared.NextDouble() * 2) - 1) * Jitter)));
#pragma warning restore CA5394
            var next = _pause * Growth;
            _pause = next > _longest ? _longest.Value : next;
            return Unavailable(failure);
        }
    }

    private static RpcException Unavailable(Exception failure) =>
        new(new Status(StatusCode.Unavailable, "Error connecting to subchannel.", failure.InnerException ?? failure));
}
