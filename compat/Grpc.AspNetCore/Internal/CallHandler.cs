using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The endpoint of one method: refuses what is not gRPC, runs the call, turns its outcome into status and trailers.</summary>
internal abstract class CallHandler<TRequest, TResponse>(Method<TRequest, TResponse> method, MethodOptions options, GrpcClock clock, ILogger logger)
    where TRequest : class
    where TResponse : class
{
    protected Method<TRequest, TResponse> Method => method;

    protected ILogger Logger => logger;

    public async Task HandleAsync(HttpContext http)
    {
        if (!GrpcWire.IsGrpcContentType(http.Request.ContentType))
        {
            RefuseContentType(http);
            return;
        }

        if (!HttpProtocol.IsHttp2(http.Request.Protocol) && !HttpProtocol.IsHttp3(http.Request.Protocol))
        {
            ServerLog.UnsupportedProtocol(logger, http.Request.Protocol);
            Refuse(http, StatusCodes.Status426UpgradeRequired, $"Request protocol '{http.Request.Protocol}' is not supported.");
            http.Response.Headers.Upgrade = HttpProtocol.Http2;
            return;
        }

        http.Response.ContentType = GrpcWire.ContentType;
        await using var call = new HttpServerCallContext(http, options, clock, logger);
        http.Features.Set<IServerCallContextFeature>(call);
        try
        {
            await InvokeAsync(http, call);
            await call.EndAsync();
        }
        catch (Exception failure)
        {
            await call.EndAsync(failure, method.Name);
        }
    }

    protected abstract Task InvokeAsync(HttpContext http, HttpServerCallContext call);

    protected async Task<TRequest> ReadSingleAsync(HttpServerCallContext call)
    {
        try
        {
            return await new RequestMessages<TRequest>(call, method.RequestMarshaller.ContextualDeserializer).ReadSingleAsync();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            ServerLog.ReadFailed(logger, failure);
            throw;
        }
    }

    protected async Task WriteSingleAsync(HttpServerCallContext call, TResponse? response)
    {
        if (response is null)
            throw new RpcException(new Status(StatusCode.Cancelled, "No message returned from method."));
        if (call.DeadlineWatch is { IsExceeded: true })
            return;
        try
        {
            if (!call.Http.Response.HasStarted)
                await call.Http.Response.StartAsync();
            call.WriteFrame(response, method.ResponseMarshaller.ContextualSerializer);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            ServerLog.SendFailed(logger, failure);
            throw;
        }
    }

    protected RequestStream<TRequest> OpenRequests(HttpServerCallContext call) => new(call, method.RequestMarshaller.ContextualDeserializer, logger);

    protected ResponseStream<TResponse> OpenResponses(HttpServerCallContext call) => new(call, method.ResponseMarshaller.ContextualSerializer, logger);

    /// <summary>A stream of requests may be as long and as slow as it likes; the limit is on each message.</summary>
    protected static void LiftRequestLimits(HttpContext http)
    {
        if (http.Features.Get<Microsoft.AspNetCore.Server.Kestrel.Core.Features.IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        LiftRequestTimeout(http);
    }

    /// <summary>A stream outlives the host's default request time-out, unless the endpoint asks for one by name.</summary>
    protected static void LiftRequestTimeout(HttpContext http)
    {
        var metadata = http.GetEndpoint()?.Metadata;
        if (metadata?.GetMetadata<RequestTimeoutAttribute>() is null && metadata?.GetMetadata<RequestTimeoutPolicy>() is null)
            http.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
    }

    private static void Refuse(HttpContext http, int httpStatus, string detail)
    {
        http.Response.StatusCode = httpStatus;
        HttpTrailers.SetStatus(http.Response, new Status(StatusCode.Internal, detail));
    }

    private void RefuseContentType(HttpContext http)
    {
        if (HttpMethods.IsOptions(http.Request.Method) && http.Request.Headers.ContainsKey(HeaderNames.AccessControlRequestMethod))
        {
            Refuse(http, StatusCodes.Status405MethodNotAllowed, "Unhandled CORS preflight request received. CORS may not be configured correctly in the application.");
            http.Response.Headers.Allow = HttpMethods.Post;
            return;
        }

        ServerLog.UnsupportedContentType(logger, http.Request.ContentType);
        Refuse(
            http,
            StatusCodes.Status415UnsupportedMediaType,
            http.Request.ContentType is { } type ? $"Content-Type '{type}' is not supported." : "Content-Type is missing from the request.");
    }
}
