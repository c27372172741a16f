using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

internal sealed class UnaryHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, MethodOptions options, GrpcClock clock, ILogger logger, UnaryServerMethod<TRequest, TResponse> invoke)
    : CallHandler<TRequest, TResponse>(method, options, clock, logger)
    where TRequest : class
    where TResponse : class
{
    protected override async Task InvokeAsync(HttpContext http, HttpServerCallContext call)
    {
        var request = await ReadSingleAsync(call);
        await WriteSingleAsync(call, await invoke(request, call));
    }
}

internal sealed class ClientStreamingHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, MethodOptions options, GrpcClock clock, ILogger logger, ClientStreamingServerMethod<TRequest, TResponse> invoke)
    : CallHandler<TRequest, TResponse>(method, options, clock, logger)
    where TRequest : class
    where TResponse : class
{
    protected override async Task InvokeAsync(HttpContext http, HttpServerCallContext call)
    {
        LiftRequestLimits(http);
        var requests = OpenRequests(call);
        TResponse response;
        try
        {
            response = await invoke(requests, call);
        }
        finally
        {
            requests.Complete();
        }

        await WriteSingleAsync(call, response);
    }
}

internal sealed class ServerStreamingHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, MethodOptions options, GrpcClock clock, ILogger logger, ServerStreamingServerMethod<TRequest, TResponse> invoke)
    : CallHandler<TRequest, TResponse>(method, options, clock, logger)
    where TRequest : class
    where TResponse : class
{
    protected override async Task InvokeAsync(HttpContext http, HttpServerCallContext call)
    {
        LiftRequestTimeout(http);
        var request = await ReadSingleAsync(call);
        var responses = OpenResponses(call);
        try
        {
            await invoke(request, responses, call);
        }
        finally
        {
            responses.Complete();
        }
    }
}

internal sealed class DuplexStreamingHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, MethodOptions options, GrpcClock clock, ILogger logger, DuplexStreamingServerMethod<TRequest, TResponse> invoke)
    : CallHandler<TRequest, TResponse>(method, options, clock, logger)
    where TRequest : class
    where TResponse : class
{
    protected override async Task InvokeAsync(HttpContext http, HttpServerCallContext call)
    {
        LiftRequestLimits(http);
        var requests = OpenRequests(call);
        var responses = OpenResponses(call);
        try
        {
            await invoke(requests, responses, call);
        }
        finally
        {
            requests.Complete();
            responses.Complete();
        }
    }
}
