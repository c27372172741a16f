using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Regional.Imaging.Cluster;

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
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 1 << 20;
        // A line of 200 Mbit/s and 20 ms holds half a megabyte; the defaults (96 KiB) would leave it mostly empty.
        kestrel.Limits.Http2.InitialStreamWindowSize = 8 << 20;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 16 << 20;
        kestrel.Limits.Http2.MaxFrameSize = 64 << 10;
        var centre = cluster.Options.Centre;
        Listen(kestrel, new Uri(centre.Http), cluster, HttpProtocols.Http1AndHttp2, isLink: false);
        Listen(kestrel, new Uri(centre.Link), cluster, HttpProtocols.Http2, isLink: true);
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

    private static void Listen(KestrelServerOptions kestrel, Uri url, ClusterFile cluster, HttpProtocols protocols, bool isLink)
    {
        void Configure(ListenOptions listen)
        {
            listen.Protocols = url.Scheme == "https" || isLink ? protocols : HttpProtocols.Http1;
            listen.Use(next => connection =>
            {
                connection.Features.Set(new Door(isLink));
                return next(connection);
            });
            if (url.Scheme == "https")
                listen.UseHttps(https => Secure(https, cluster, isLink));
        }

        if (IPAddress.TryParse(url.Host, out var address))
            kestrel.Listen(address, url.Port, Configure);
        else if (url.IsLoopback)
            kestrel.ListenLocalhost(url.Port, Configure);
        else
            kestrel.ListenAnyIP(url.Port, Configure);
    }

    /// <summary>At the edges' door a client certificate is demanded, signed by the region's own authority and by nobody else.</summary>
    private static void Secure(HttpsConnectionAdapterOptions https, ClusterFile cluster, bool isLink)
    {
        https.ServerCertificate = Certificate(cluster);
        if (!isLink || cluster.Options.Centre.Tls?.ClientAuthority is not { } authority)
            return;
        var root = X509CertificateLoader.LoadCertificateFromFile(cluster.Resolve(authority));
        https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        https.ClientCertificateValidation = (certificate, _, _) =>
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(root);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            return chain.Build(certificate);
        };
    }

    private static X509Certificate2 Certificate(ClusterFile cluster)
    {
        var tls = cluster.Options.Centre.Tls
            ?? throw new ClusterFileException([new ClusterFault("centre.tls", null, "https needs a certificate and a key")]);
        var key = cluster.Secret(tls.Key)
            ?? throw new ClusterFileException([new ClusterFault("centre.tls.key", tls.Key, "must be env:NAME or file:PATH of a PEM key")]);
        return X509Certificate2.CreateFromPem(File.ReadAllText(cluster.Resolve(tls.Certificate)), key);
    }
}
