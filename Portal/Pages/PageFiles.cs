using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Regional.Portal.Hosting;

namespace Regional.Portal.Pages;

/// <summary>
/// The built pages. Names under <c>assets/</c> carry a hash of their content and are kept for a year; the document itself is asked for again
/// every time. Routes of the pages are not files: they get the document.
/// </summary>
internal static class PageFiles
{
    private const string Year = "public, max-age=31536000, immutable";

    public static void UsePageFiles(this IApplicationBuilder app, PortalOptions options)
    {
        if (options.Pages is not { } folder)
            return;
        var types = new FileExtensionContentTypeProvider { Mappings = { [".wasm"] = "application/wasm", [".mjs"] = "text/javascript" } };
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(folder),
            ContentTypeProvider = types,
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl =
                file.Context.Request.Path.StartsWithSegments("/assets") ? Year : "no-cache",
        });
    }

    public static void MapPages(this IEndpointRouteBuilder routes, PortalOptions options)
    {
        // Not what looks like a file, an API or a hub: a mistyped address there is a 404, not a page.
        const string Elsewhere = "^(?!api/|hubs/|dicom-web|fhir|openapi/|health|metrics|assets/).*$";
        routes.MapGet("/", (HttpContext context) => Document(context, options)).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet($"/{{**page:regex({Elsewhere})}}", (HttpContext context) => Document(context, options)).AllowAnonymous().ExcludeFromDescription();
    }

    private static IResult Document(HttpContext context, PortalOptions options)
    {
        context.Response.Headers.CacheControl = "no-cache";
        var path = options.Pages is { } folder ? Path.Combine(folder, "index.html") : null;
        return path is not null && File.Exists(path)
            ? Results.File(path, "text/html; charset=utf-8")
            : Results.Text("The pages are not built: run npm ci and npm run build in Portal/Web.", "text/plain; charset=utf-8", statusCode: StatusCodes.Status404NotFound);
    }
}
