using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Regional.Imaging.Copies;
using Regional.Imaging.DicomWeb.Rendered;
using Regional.Imaging.DicomWeb.Store;

namespace Regional.Imaging.DicomWeb;

/// <summary>QIDO-RS, WADO-RS, WADO-URI and STOW-RS over an <see cref="ImageArchive"/> (PS3.18).</summary>
public static class DicomWebEndpoints
{
    private static readonly DicomWebResource Rendered = new("RetrieveTransaction", RenderedImages.Jpeg, RenderedImages.Png);

    private const string Study = "/studies/{study}";
    private const string Series = Study + "/series/{series}";
    private const string Instance = Series + "/instances/{instance}";

    /// <summary>Needs an <see cref="ImageArchive"/> and, for anybody to see or bring anything, an <see cref="IDicomWebAccess"/> and an <see cref="IDicomWebStore"/>.</summary>
    public static IServiceCollection AddDicomWeb(this IServiceCollection services)
    {
        services.TryAddSingleton<IDicomWebAccess, NoAccess>();
        services.TryAddSingleton<IDicomWebStore, NoStore>();
        services.TryAddSingleton(new StoreLimits());
        services.TryAddSingleton<INearestCopy, NoOtherCopy>();
        services.TryAddSingleton<InstanceLocator>();
        services.TryAddSingleton<DecodedFrames>();
        services.TryAddSingleton<InflatedFrames>();
        services.TryAddSingleton(new HotFrameOptions());
        services.TryAddSingleton<HotFrames>();
        services.TryAddSingleton<StoredFrames>();
        services.TryAddSingleton<RenderedImages>();
        return services;
    }

    /// <summary>Maps all resources below <paramref name="prefix"/>; authentication is the host's, which may add conventions to what is returned.</summary>
    public static RouteGroupBuilder MapDicomWeb(this IEndpointRouteBuilder endpoints, string prefix = "/dicom-web")
    {
        var group = endpoints.MapGroup(prefix);
        group.MapMethods("/", [HttpMethods.Options], (RequestDelegate)Capabilities.WriteAsync);
        Map(group, "/capabilities", Capabilities.WriteAsync, null);

        var search = new DicomWebResource("SearchTransaction", MediaTypes.DicomJson);
        Map(group, "/studies", SearchEndpoints.StudiesAsync, search);
        Map(group, "/series", SearchEndpoints.SeriesAsync, search);
        Map(group, "/instances", SearchEndpoints.InstancesAsync, search);
        Map(group, Study + "/series", SearchEndpoints.SeriesAsync, search);
        Map(group, Study + "/instances", SearchEndpoints.InstancesAsync, search);
        Map(group, Series + "/instances", SearchEndpoints.InstancesAsync, search);

        var retrieve = new DicomWebResource("RetrieveTransaction", "multipart/related; type=\"application/dicom\"", MediaTypes.Dicom);
        foreach (var level in new[] { Study, Series, Instance })
        {
            Map(group, level, RetrieveEndpoints.InstancesAsync, retrieve);
            Map(group, level + "/metadata", MetadataEndpoints.MetadataAsync, new DicomWebResource("RetrieveTransaction", MediaTypes.DicomJson));
            Map(group, level + "/rendered", RenderedEndpoints.ManyAsync, Rendered);
            Map(group, level + "/thumbnail", ThumbnailEndpoints.ThumbnailAsync, Rendered);
        }
        Map(group, Instance + "/frames/{frames}", FrameEndpoints.FramesAsync,
            new DicomWebResource("RetrieveTransaction", "multipart/related; type=\"application/octet-stream\"", MediaTypes.OctetStream));
        Map(group, Instance + "/frames/{frames}/rendered", RenderedEndpoints.FramesAsync, Rendered);
        Map(group, Instance + "/frames/{frames}/thumbnail", ThumbnailEndpoints.ThumbnailAsync, Rendered);
        Map(group, Instance + "/bulkdata/{tag}", BulkDataEndpoints.BulkDataAsync,
            new DicomWebResource("RetrieveTransaction", "multipart/related; type=\"application/octet-stream\"", MediaTypes.OctetStream));
        // WADO-URI (PS3.18 §9) has no resource of its own: an address with a query.
        Map(group, "/wado", WadoUriEndpoint.RetrieveAsync, new DicomWebResource("RetrieveTransaction", MediaTypes.Dicom, RenderedImages.Jpeg, RenderedImages.Png));
        return group;
    }

    /// <summary>Maps STOW-RS below <paramref name="prefix"/>: who may knock is another question than for reading.</summary>
    public static RouteGroupBuilder MapDicomWebStore(this IEndpointRouteBuilder endpoints, string prefix = "/dicom-web")
    {
        var group = endpoints.MapGroup(prefix);
        var store = new DicomWebResource("StoreTransaction", MediaTypes.DicomJson);
        group.MapPost("/studies", (RequestDelegate)StoreEndpoints.StoreAsync).WithMetadata(store);
        group.MapPost(Study, (RequestDelegate)StoreEndpoints.StoreAsync).WithMetadata(store);
        return group;
    }

    private static void Map(RouteGroupBuilder group, string pattern, RequestDelegate handler, DicomWebResource? resource)
    {
        var endpoint = group.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], handler);
        if (resource is not null) endpoint.WithMetadata(resource);
    }
}
