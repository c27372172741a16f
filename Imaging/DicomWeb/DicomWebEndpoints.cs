using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Regional.Imaging.DicomWeb.Store;

namespace Regional.Imaging.DicomWeb;

/// <summary>QIDO-RS, WADO-RS and STOW-RS over an <see cref="ImageArchive"/> (PS3.18).</summary>
public static class DicomWebEndpoints
{
    /// <summary>Needs an <see cref="ImageArchive"/> and, for anybody to see anything, an <see cref="IDicomWebAccess"/> among the services.</summary>
    public static IServiceCollection AddDicomWeb(this IServiceCollection services)
    {
        services.TryAddSingleton<IDicomWebAccess, NoAccess>();
        services.TryAddSingleton<IDicomWebStore, NoStore>();
        services.TryAddSingleton(new StoreLimits());
        services.TryAddSingleton<InstanceLocator>();
        services.TryAddSingleton<DecodedFrames>();
        services.TryAddSingleton(new HotFrameOptions());
        services.TryAddSingleton<HotFrames>();
        services.TryAddSingleton<StoredFrames>();
        return services;
    }

    /// <summary>Maps all resources below <paramref name="prefix"/>; authentication is the host's, which may add conventions to what is returned.</summary>
    public static RouteGroupBuilder MapDicomWeb(this IEndpointRouteBuilder endpoints, string prefix = "/dicom-web")
    {
        const string study = "/studies/{study}";
        const string series = study + "/series/{series}";
        const string instance = series + "/instances/{instance}";
        var group = endpoints.MapGroup(prefix);

        Map(group, "/studies", SearchEndpoints.StudiesAsync);
        Map(group, "/series", SearchEndpoints.SeriesAsync);
        Map(group, "/instances", SearchEndpoints.InstancesAsync);
        Map(group, study + "/series", SearchEndpoints.SeriesAsync);
        Map(group, study + "/instances", SearchEndpoints.InstancesAsync);
        Map(group, series + "/instances", SearchEndpoints.InstancesAsync);

        foreach (var level in new[] { study, series, instance })
        {
            Map(group, level, RetrieveEndpoints.InstancesAsync);
            Map(group, level + "/metadata", MetadataEndpoints.MetadataAsync);
            Map(group, level + "/rendered", NotYet);
            Map(group, level + "/thumbnail", NotYet);
        }
        Map(group, instance + "/frames/{frames}", FrameEndpoints.FramesAsync);
        Map(group, instance + "/frames/{frames}/rendered", NotYet);
        Map(group, instance + "/frames/{frames}/thumbnail", NotYet);
        Map(group, instance + "/bulkdata/{tag}", BulkDataEndpoints.BulkDataAsync);
        return group;
    }

    /// <summary>Maps STOW-RS below <paramref name="prefix"/>: who may knock is another question than for reading.</summary>
    public static RouteGroupBuilder MapDicomWebStore(this IEndpointRouteBuilder endpoints, string prefix = "/dicom-web")
    {
        var group = endpoints.MapGroup(prefix);
        group.MapPost("/studies", (RequestDelegate)StoreEndpoints.StoreAsync);
        group.MapPost("/studies/{study}", (RequestDelegate)StoreEndpoints.StoreAsync);
        return group;
    }

    private static void Map(RouteGroupBuilder group, string pattern, RequestDelegate handler) => group.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], handler);

    private static Task NotYet(HttpContext context) =>
        Answer.ProblemAsync(context, StatusCodes.Status501NotImplemented, "Rendered images are not offered; retrieve frames instead.");
}
