using System.Reflection;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The gRPC services mapped so far in this host.</summary>
internal sealed class MappedServices
{
    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);
}

/// <summary>Finds the methods of a service through its generated bind method and makes an endpoint of each.</summary>
internal static class ServiceMapper<TService>
    where TService : class
{
    public static IReadOnlyList<IEndpointConventionBuilder> Map(IEndpointRouteBuilder routes, MappedServices mapped)
    {
        var services = routes.ServiceProvider;
        var all = services.GetRequiredService<IOptions<GrpcServiceOptions>>().Value;
        var one = services.GetRequiredService<IOptions<GrpcServiceOptions<TService>>>().Value;
        var options = new MethodOptions(all, one);
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Grpc.AspNetCore.Server.ServerCallHandler");
        var binder = new ServiceBinder<TService>(options, services.GetRequiredService<GrpcClock>(), logger);
        Bind(binder);

        var endpoints = new List<IEndpointConventionBuilder>();
        foreach (var method in binder.Methods)
            endpoints.Add(MapMethod(routes, method));

        if (mapped.Names.Count == 0 && all.IgnoreUnknownServices != true)
            endpoints.Add(MapUnknown(routes, "{unimplementedService}", "Service is unimplemented."));
        foreach (var name in binder.Methods.Select(method => method.Method.ServiceName).Distinct())
        {
            if (mapped.Names.Add(name) && !options.IgnoreUnknownMethods)
                endpoints.Add(MapUnknown(routes, name, "Method is unimplemented."));
        }

        return endpoints;
    }

    private static void Bind(ServiceBinder<TService> binder)
    {
        for (var type = typeof(TService); type is not null; type = type.BaseType)
        {
            var attribute = type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false);
            if (attribute is null)
                continue;
            var bind = attribute.BindType.GetMethod(
                attribute.BindMethodName, BindingFlags.Public | BindingFlags.Static, [typeof(ServiceBinderBase), type])
                ?? throw new InvalidOperationException($"Error binding gRPC service '{typeof(TService).Name}'.");
            try
            {
                binder.ServiceBase = type;
                bind.Invoke(null, [binder, null]);
                return;
            }
            catch (TargetInvocationException failure)
            {
                throw new InvalidOperationException($"Error binding gRPC service '{typeof(TService).Name}'.", failure.InnerException);
            }
        }
    }

    private static IEndpointConventionBuilder MapMethod(IEndpointRouteBuilder routes, BoundMethod bound)
    {
        var endpoint = routes.Map(RoutePatternFactory.Parse(bound.Method.FullName), bound.Handle);
        endpoint.Add(builder =>
        {
            builder.DisplayName = $"gRPC - {bound.Method.FullName}";
            builder.Metadata.Add(new GrpcMethodMetadata(typeof(TService), bound.Method));
            foreach (var item in bound.Metadata)
                builder.Metadata.Add(item);
        });
        return endpoint;
    }

    private static IEndpointConventionBuilder MapUnknown(IEndpointRouteBuilder routes, string service, string detail)
    {
        var status = new Status(StatusCode.Unimplemented, detail);
        var endpoint = routes.Map($"{service}/{{unimplementedMethod:{GrpcRequestConstraint.Name}}}", http =>
        {
            http.Response.ContentType = GrpcWire.ContentType;
            HttpTrailers.SetStatus(http.Response, status);
            return Task.CompletedTask;
        });
        endpoint.Add(builder => builder.DisplayName = $"gRPC - Unimplemented for {service}");
        return endpoint;
    }
}
