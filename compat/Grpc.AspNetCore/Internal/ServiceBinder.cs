using System.Reflection;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>One method of a service, ready to be an endpoint.</summary>
internal sealed record BoundMethod(IMethod Method, IReadOnlyList<object> Metadata, RequestDelegate Handle);

internal delegate Task<TResponse> UnaryCall<TService, TRequest, TResponse>(TService service, TRequest request, ServerCallContext context);

internal delegate Task<TResponse> ClientStreamingCall<TService, TRequest, TResponse>(TService service, IAsyncStreamReader<TRequest> requests, ServerCallContext context);

internal delegate Task ServerStreamingCall<TService, TRequest, TResponse>(TService service, TRequest request, IServerStreamWriter<TResponse> responses, ServerCallContext context);

internal delegate Task DuplexStreamingCall<TService, TRequest, TResponse>(TService service, IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, ServerCallContext context);

/// <summary>Receives the methods a generated BindService announces and builds a handler for each.</summary>
internal sealed class ServiceBinder<TService>(MethodOptions options, GrpcClock clock, ILogger logger) : ServiceBinderBase
    where TService : class
{
    public List<BoundMethod> Methods { get; } = [];

    /// <summary>The generated base class whose virtual methods the service overrides.</summary>
    public Type ServiceBase { get; set; } = typeof(TService);

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        var implementation = Find(method.Name, typeof(TRequest), typeof(ServerCallContext));
        var call = implementation.CreateDelegate<UnaryCall<TService, TRequest, TResponse>>();
        var pipeline = InterceptorPipeline.Unary<TRequest, TResponse>(options.Interceptors, async (request, context) =>
        {
            await using var service = ServiceActivator<TService>.Activate(context.GetHttpContext().RequestServices);
            return await call(service.Instance, request, context);
        });
        Add(method, implementation, new UnaryHandler<TRequest, TResponse>(method, options, clock, logger, pipeline));
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var implementation = Find(method.Name, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext));
        var call = implementation.CreateDelegate<ClientStreamingCall<TService, TRequest, TResponse>>();
        var pipeline = InterceptorPipeline.ClientStreaming<TRequest, TResponse>(options.Interceptors, async (requests, context) =>
        {
            await using var service = ServiceActivator<TService>.Activate(context.GetHttpContext().RequestServices);
            return await call(service.Instance, requests, context);
        });
        Add(method, implementation, new ClientStreamingHandler<TRequest, TResponse>(method, options, clock, logger, pipeline));
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var implementation = Find(method.Name, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        var call = implementation.CreateDelegate<ServerStreamingCall<TService, TRequest, TResponse>>();
        var pipeline = InterceptorPipeline.ServerStreaming<TRequest, TResponse>(options.Interceptors, async (request, responses, context) =>
        {
            await using var service = ServiceActivator<TService>.Activate(context.GetHttpContext().RequestServices);
            await call(service.Instance, request, responses, context);
        });
        Add(method, implementation, new ServerStreamingHandler<TRequest, TResponse>(method, options, clock, logger, pipeline));
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var implementation = Find(method.Name, typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        var call = implementation.CreateDelegate<DuplexStreamingCall<TService, TRequest, TResponse>>();
        var pipeline = InterceptorPipeline.DuplexStreaming<TRequest, TResponse>(options.Interceptors, async (requests, responses, context) =>
        {
            await using var service = ServiceActivator<TService>.Activate(context.GetHttpContext().RequestServices);
            await call(service.Instance, requests, responses, context);
        });
        Add(method, implementation, new DuplexStreamingHandler<TRequest, TResponse>(method, options, clock, logger, pipeline));
    }

    private void Add<TRequest, TResponse>(Method<TRequest, TResponse> method, MethodInfo implementation, CallHandler<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class
    {
        List<object> metadata = [.. typeof(TService).GetCustomAttributes(inherit: true), .. implementation.GetCustomAttributes(inherit: true)];
        metadata.Add(new HttpMethodMetadata(["POST"], acceptCorsPreflight: true));
        Methods.Add(new BoundMethod(method, metadata, handler.HandleAsync));
    }

    private MethodInfo Find(string name, params Type[] parameters)
    {
        var found = typeof(TService).GetMethod(name, BindingFlags.Public | BindingFlags.Instance, parameters);
        return found is { IsVirtual: true } && found.GetBaseDefinition().DeclaringType == ServiceBase
            ? found
            : throw new InvalidOperationException($"Could not find '{name}' on {typeof(TService)}.");
    }
}
