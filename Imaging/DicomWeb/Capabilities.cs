using System.Text.Json;
using System.Xml;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Regional.Imaging.DicomWeb;

/// <summary>Metadata of an endpoint: what it is called in PS3.18, and which media types it answers with.</summary>
internal sealed record DicomWebResource(string Transaction, params string[] MediaTypes);

/// <summary>Retrieve capabilities (PS3.18 §8.9): the resources that are there, read from the endpoints themselves, as WADL or JSON.</summary>
internal static class Capabilities
{
    private const string Wadl = "application/vnd.sun.wadl+xml";
    private const string WadlNamespace = "http://wadl.dev.java.net/2009/02";

    public static async Task WriteAsync(HttpContext context)
    {
        string? type = null;
        foreach (var range in AcceptedMedia.Of(context.Request))
        {
            type = range.Matches(Wadl) ? Wadl : range.Matches("application/json") ? "application/json" : null;
            if (type is not null) break;
        }
        if (type is null)
        {
            await Answer.NotAcceptableAsync(context, $"Capabilities are told as {Wadl} or application/json.");
            return;
        }
        var resources = Resources(context);
        context.Response.ContentType = type;
        context.Response.Headers.Allow = "GET, HEAD, OPTIONS, POST";
        using var body = new MemoryStream();
        if (type == Wadl) WriteWadl(body, MetadataEndpoints.BaseUri(context).TrimEnd('/'), resources);
        else WriteJson(body, resources);
        context.Response.ContentLength = body.Length;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        await context.Response.BodyWriter.WriteAsync(body.ToArray(), context.RequestAborted);
    }

    /// <summary>Paths below the base, each with its methods, transaction and media types.</summary>
    private static List<(string Path, string[] Methods, DicomWebResource Resource)> Resources(HttpContext context)
    {
        var own = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
        var prefix = own.EndsWith("/capabilities", StringComparison.Ordinal) ? own[..^"/capabilities".Length] : own.TrimEnd('/');
        return
        [
            .. context.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
                .Select(endpoint => (Endpoint: endpoint, Path: endpoint.RoutePattern.RawText ?? "", Resource: endpoint.Metadata.GetMetadata<DicomWebResource>()))
                .Where(one => one.Resource is not null && one.Path.StartsWith(prefix + "/", StringComparison.Ordinal))
                .Select(one => (one.Path[(prefix.Length + 1)..], one.Endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.ToArray() ?? [], one.Resource!))
                .OrderBy(one => one.Item1, StringComparer.Ordinal)
        ];
    }

    private static void WriteWadl(Stream target, string root, List<(string Path, string[] Methods, DicomWebResource Resource)> resources)
    {
        using var xml = XmlWriter.Create(target, new XmlWriterSettings { Encoding = new System.Text.UTF8Encoding(false), Indent = true });
        xml.WriteStartElement("application", WadlNamespace);
        xml.WriteStartElement("resources", WadlNamespace);
        xml.WriteAttributeString("base", root + "/");
        foreach (var (path, methods, resource) in resources)
        {
            xml.WriteStartElement("resource", WadlNamespace);
            xml.WriteAttributeString("path", path);
            foreach (var method in methods)
            {
                xml.WriteStartElement("method", WadlNamespace);
                xml.WriteAttributeString("name", method);
                xml.WriteAttributeString("id", resource.Transaction);
                xml.WriteStartElement("response", WadlNamespace);
                foreach (var type in resource.MediaTypes)
                {
                    xml.WriteStartElement("representation", WadlNamespace);
                    xml.WriteAttributeString("mediaType", type);
                    xml.WriteEndElement();
                }
                xml.WriteEndElement();
                xml.WriteEndElement();
            }
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteJson(Stream target, List<(string Path, string[] Methods, DicomWebResource Resource)> resources) => JsonSerializer.Serialize(
        target,
        new
        {
            resources = resources.Select(one => new { path = one.Path, methods = one.Methods, transaction = one.Resource.Transaction, mediaTypes = one.Resource.MediaTypes })
        });
}
