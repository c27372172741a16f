using Microsoft.Extensions.DependencyInjection.Extensions;
using Regional.Imaging.Copies;
using Regional.Silo.Hosting;
using Regional.Silo.Performed;
using Regional.Silo.Worklist;

namespace Regional.Silo.Link;

/// <summary>The link as the host sees it.</summary>
internal static class LinkModule
{
    private const int LargestMessage = 2 << 20;

    public static IServiceCollection AddLink(this IServiceCollection services)
    {
        services.AddGrpc(options => options.MaxReceiveMessageSize = LargestMessage);
        services.AddSingleton<LinkAuthority>();
        services.AddSingleton<LinkSessions>();
        services.AddSingleton<UnfinishedTransfers>();
        services.AddSingleton<ISessionPart, WorklistFeed>();
        services.AddSingleton<ISessionPart, PerformedReception>();
        services.AddSingleton<OriginEdges>().AddSingleton<OriginCopies>().AddSingleton<CopyService>();
        services.AddSingleton<ISessionPart, OriginFeed>();
        services.Replace(ServiceDescriptor.Singleton<INearestCopy>(provider => provider.GetRequiredService<OriginCopies>()));
        return services;
    }

    /// <summary>Served on the link's own listener alone; its authority is <see cref="LinkAuthority"/>, so people's sign-in does not apply.</summary>
    public static void MapLink(this IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<EdgeLinkService>().OnLink();
}
