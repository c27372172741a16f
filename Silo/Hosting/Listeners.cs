using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Regional.Imaging.Cluster;
using Regional.Silo.Link;

namespace Regional.Silo.Hosting;

/// <summary>
/// The two doors of the centre: people and programs (<c>centre.http</c>), and edges (<c>centre.link</c>, HTTP/2 alone). An endpoint answers at
/// its own door only.
/// </summary>
internal static class Listeners
{
    /// <summary>Name of the door that a connection came through.</summary>
    private sealed record Door(bool IsLink);

    private sealed record LinkEndpoint;

    public static void UseListeners(this WebApplicationBuilder builder, ClusterFile cluster) => builder.WebHost.ConfigureKestrel(kestrel =>
    {
        var centre = cluster.Options.Centre;
        var identity = centre.Tls is { } tls ? TlsIdentity.Load(cluster, tls, "centre.tls") : null;
        // At the edges' door a certificate is demanded, signed by the region's own authority and by nobody else.
        var edges = TlsAuthority.OfClients(cluster, centre.Tls, "centre.tls");
        var log = kestrel.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Listeners));
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 1 << 20;
        // A line of 200 Mbit/s and 20 ms holds half a megabyte; the defaults (96 KiB) would leave it mostly empty.
        kestrel.Limits.Http2.InitialStreamWindowSize = 8 << 20;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 16 << 20;
        kestrel.Limits.Http2.MaxFrameSize = 64 << 10;
        Listen(kestrel, new Uri(centre.Http), identity, null, log, HttpProtocols.Http1AndHttp2, isLink: false);
        Listen(kestrel, new Uri(centre.Link), identity, edges, log, HttpProtocols.Http2, isLink: true);
    });

    /// <summary>Puts endpoints behind the edges' door. They authenticate edges themselves: people's sessions mean nothing there.</summary>
    public static TBuilder OnLink<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new LinkEndpoint(), new AllowAnonymousAttribute());

    /// <summary>After routing: nothing of one door is found at the other.</summary>
    public static void UseDoors(this IApplicationBuilder app) => app.Use(next => context =>
    {
        var atLink = context.Features.Get<Door>()?.IsLink == true;
        var ofLink = context.GetEndpoint()?.Metadata.GetMetadata<LinkEndpoint>() is not null;
        if (atLink && ofLink && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null; // An upload goes on for as long as the edge has images.
        if (atLink == ofLink)
            return next(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });

    private static void Listen(
        KestrelServerOptions kestrel, Uri url, TlsIdentity? identity, TlsAuthority? clients, ILogger log, HttpProtocols protocols, bool isLink) =>
        kestrel.ListenAt(url, listen =>
        {
            var secure = url.Scheme == "https";
            listen.Protocols = secure || isLink ? protocols : HttpProtocols.Http1;
            listen.Use(next => connection =>
            {
                connection.Features.Set(new Door(isLink));
                return next(connection);
            });
            if (secure)
                listen.UseTls(identity!, clients, (shown, errors) => LinkLog.CertificateRefused(log, shown.SerialNumber, errors));
        });
}
