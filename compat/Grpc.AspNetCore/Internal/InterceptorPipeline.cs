using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Wraps a handler in interceptors; the first of the list is the outermost.</summary>
internal static class InterceptorPipeline
{
    public static UnaryServerMethod<TRequest, TResponse> Unary<TRequest, TResponse>(
        IReadOnlyList<InterceptorRegistration> interceptors, UnaryServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class =>
        Wrap(interceptors, handler, (registration, next) => async (request, context) =>
        {
            await using var interceptor = registration.Activate(context.GetHttpContext().RequestServices);
            return await interceptor.Instance.UnaryServerHandler(request, context, next);
        });

    public static ClientStreamingServerMethod<TRequest, TResponse> ClientStreaming<TRequest, TResponse>(
        IReadOnlyList<InterceptorRegistration> interceptors, ClientStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class =>
        Wrap(interceptors, handler, (registration, next) => async (requests, context) =>
        {
            await using var interceptor = registration.Activate(context.GetHttpContext().RequestServices);
            return await interceptor.Instance.ClientStreamingServerHandler(requests, context, next);
        });

    public static ServerStreamingServerMethod<TRequest, TResponse> ServerStreaming<TRequest, TResponse>(
        IReadOnlyList<InterceptorRegistration> interceptors, ServerStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class =>
        Wrap(interceptors, handler, (registration, next) => async (request, responses, context) =>
        {
            await using var interceptor = registration.Activate(context.GetHttpContext().RequestServices);
            await interceptor.Instance.ServerStreamingServerHandler(request, responses, context, next);
        });

    public static DuplexStreamingServerMethod<TRequest, TResponse> DuplexStreaming<TRequest, TResponse>(
        IReadOnlyList<InterceptorRegistration> interceptors, DuplexStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class =>
        Wrap(interceptors, handler, (registration, next) => async (requests, responses, context) =>
        {
            await using var interceptor = registration.Activate(context.GetHttpContext().RequestServices);
            await interceptor.Instance.DuplexStreamingServerHandler(requests, responses, context, next);
        });

    private static T Wrap<T>(IReadOnlyList<InterceptorRegistration> interceptors, T handler, Func<InterceptorRegistration, T, T> wrap)
    {
        for (var i = interceptors.Count - 1; i >= 0; i--)
            handler = wrap(interceptors[i], handler);
        return handler;
    }
}
