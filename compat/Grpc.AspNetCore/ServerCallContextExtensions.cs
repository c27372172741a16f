using Grpc.AspNetCore.Server.Internal;
using Microsoft.AspNetCore.Http;

namespace Grpc.Core;

public static class ServerCallContextExtensions
{
    private const string UserStateKey = "__HttpContext";

    /// <exception cref="InvalidOperationException">The context does not come from an ASP.NET Core host and has none in its user state.</exception>
    public static HttpContext GetHttpContext(this ServerCallContext serverCallContext)
    {
        ArgumentNullException.ThrowIfNull(serverCallContext);
        if (serverCallContext is HttpServerCallContext call)
            return call.Http;
        if (serverCallContext.UserState.TryGetValue(UserStateKey, out var value) && value is HttpContext http)
            return http;
        throw new InvalidOperationException(
            "Could not get HttpContext from ServerCallContext. HttpContext can only be accessed when gRPC services are hosted by ASP.NET Core.");
    }
}
