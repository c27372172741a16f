namespace Grpc.Core;

/// <summary>What every kind of call object carries besides its streams: headers, status, trailers, disposal.</summary>
internal sealed class AsyncCallState
{
    private readonly Func<Task<Metadata>> _headers;
    private readonly Func<Status> _status;
    private readonly Func<Metadata> _trailers;
    private readonly Action _dispose;

    public AsyncCallState(Task<Metadata> headers, Func<Status> status, Func<Metadata> trailers, Action dispose)
    {
        _headers = () => headers;
        _status = status;
        _trailers = trailers;
        _dispose = dispose;
    }

    public AsyncCallState(
        Func<object, Task<Metadata>> headers, Func<object, Status> status, Func<object, Metadata> trailers, Action<object> dispose, object state)
    {
        _headers = () => headers(state);
        _status = () => status(state);
        _trailers = () => trailers(state);
        _dispose = () => dispose(state);
    }

    public Task<Metadata> ResponseHeadersAsync => _headers();

    public Status GetStatus() => _status();

    public Metadata GetTrailers() => _trailers();

    public void Dispose() => _dispose();
}
