using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Regional.Imaging.DicomWeb;

/// <summary>
/// Scripts of other origins (PS3.18 §8.10): the ones named in the configuration and no others. Cookies are never taken from them; they show a token.
/// </summary>
public static class CrossOrigin
{
    private const string Policy = "dicom-web";

    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    /// <summary>The host then calls <c>UseCors</c> after routing and before it asks who calls.</summary>
    public static IServiceCollection AddDicomWebOrigins(this IServiceCollection services, IReadOnlyCollection<string> origins) =>
        services.AddCors(cors => cors.AddPolicy(Policy, policy => policy
            .WithOrigins([.. origins])
            .WithMethods(HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Options)
            .WithHeaders(HeaderNames.Accept, HeaderNames.Authorization, HeaderNames.ContentType, HeaderNames.IfNoneMatch, HeaderNames.Range)
            .WithExposedHeaders(HeaderNames.ETag, HeaderNames.Warning, HeaderNames.RetryAfter, HeaderNames.ContentLocation)
            .SetPreflightMaxAge(Remembered)));

    public static TBuilder ForDicomWebOrigins<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.RequireCors(Policy);
}
