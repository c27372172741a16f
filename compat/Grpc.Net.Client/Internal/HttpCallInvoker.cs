using Grpc.Core;

namespace Grpc.Net.Client.Internal;

internal sealed class HttpCallInvoker(GrpcChannel channel) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        AsyncUnaryCall(method, host, options, request).ResponseAsync.GetAwaiter().GetResult();

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new ClientCall<TRequest, TResponse>(channel, method, options);
        call.Start(request);
        return new AsyncUnaryCall<TResponse>(
            call.ResponseAsync, Part<TRequest, TResponse>.Headers, Part<TRequest, TResponse>.Status, Part<TRequest, TResponse>.Trailers, Part<TRequest, TResponse>.Dispose, call);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new ClientCall<TRequest, TResponse>(channel, method, options);
        call.Start(request);
        return new AsyncServerStreamingCall<TResponse>(
            call.Reader, Part<TRequest, TResponse>.Headers, Part<TRequest, TResponse>.Status, Part<TRequest, TResponse>.Trailers, Part<TRequest, TResponse>.Dispose, call);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new ClientCall<TRequest, TResponse>(channel, method, options);
        call.Start();
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            call.Writer, call.ResponseAsync, Part<TRequest, TResponse>.Headers, Part<TRequest, TResponse>.Status, Part<TRequest, TResponse>.Trailers, Part<TRequest, TResponse>.Dispose, call);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new ClientCall<TRequest, TResponse>(channel, method, options);
        call.Start();
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            call.Writer, call.Reader, Part<TRequest, TResponse>.Headers, Part<TRequest, TResponse>.Status, Part<TRequest, TResponse>.Trailers, Part<TRequest, TResponse>.Dispose, call);
    }

    private static class Part<TRequest, TResponse>
        where TRequest : class
        where TResponse : class
    {
        public static readonly Func<object, Task<Metadata>> Headers = call => ((ClientCall<TRequest, TResponse>)call).GetHeadersAsync();
        public static readonly Func<object, Status> Status = call => ((ClientCall<TRequest, TResponse>)call).GetStatus();
        public static readonly Func<object, Metadata> Trailers = call => ((ClientCall<TRequest, TResponse>)call).GetTrailers();
        public static readonly Action<object> Dispose = call => ((ClientCall<TRequest, TResponse>)call).Dispose();
    }
}
