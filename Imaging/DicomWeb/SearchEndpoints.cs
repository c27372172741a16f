using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Regional.Imaging.Index;

namespace Regional.Imaging.DicomWeb;

/// <summary>
/// Search (QIDO-RS, PS3.18 §10.6). Pages of at most <see cref="ImageIndex.PageCap"/>; that there is more, and parameters that are not supported, are
/// said in Warning headers, as the standard asks. No match is an empty array.
/// </summary>
internal static class SearchEndpoints
{
    public static Task StudiesAsync(HttpContext context) => SearchAsync(context, SearchLevel.Studies);

    public static Task SeriesAsync(HttpContext context) => SearchAsync(context, SearchLevel.Series);

    public static Task InstancesAsync(HttpContext context) => SearchAsync(context, SearchLevel.Instances);

    private static async Task SearchAsync(HttpContext context, SearchLevel level)
    {
        var scope = SearchScope.All;
        List<SearchTerm> ofPath = [];
        if (context.GetRouteValue("study") is not null)
        {
            // One study is named: the decision is about it, not about the list.
            if (await Target.ResolveAsync(context, DicomWebAction.Search) is not { } target) return;
            ofPath.Add(new SearchTerm(SearchKey.StudyInstanceUid, target.StudyUid));
            if (target.SeriesUid is { } series) ofPath.Add(new SearchTerm(SearchKey.SeriesInstanceUid, series));
        }
        else
        {
            scope = await context.RequestServices.GetRequiredService<IDicomWebAccess>().ScopeAsync(context.User, context.RequestAborted);
            if (scope is SearchScope.Nothing && context.User.Identity is not { IsAuthenticated: true })
            {
                await Answer.UnauthorizedAsync(context);
                return;
            }
        }
        if (MetadataEndpoints.JsonType(context) is not { } contentType)
        {
            await Answer.NotAcceptableAsync(context, "Search results are served as application/dicom+json.");
            return;
        }
        if (SearchQuery.Read(context.Request.Query, level, ofPath, out var problem) is not { } query)
        {
            await Answer.ProblemAsync(context, StatusCodes.Status400BadRequest, problem!);
            return;
        }
        try
        {
            await WriteAsync(context, level, query, scope, contentType);
        }
        catch (SearchValueException e)
        {
            await Answer.ProblemAsync(context, StatusCodes.Status400BadRequest, $"The value of {e.Key} cannot be understood: {SearchKeys.Rule(e.Key)}.");
        }
    }

    private static async Task WriteAsync(HttpContext context, SearchLevel level, SearchQuery query, SearchScope scope, string contentType)
    {
        var (rows, hasMore) = query.Limit == 0 ? ([], true) : await new SearchResults(context).FindAsync(level, query, scope);
        var headers = context.Response.Headers;
        headers.CacheControl = "private, no-cache";
        if (query.Ignored.Count > 0) headers.Append("Warning", $"299 regional \"These parameters are not supported: {string.Join(", ", query.Ignored)}\"");
        if (query.IsFuzzy) headers.Append("Warning", "299 regional \"The fuzzymatching parameter is not supported. Only literal matching has been performed.\"");
        if (hasMore) headers.Append("Warning", $"299 regional \"There are more results; ask for them with offset={query.Offset + rows.Count}\"");
        context.Response.ContentType = contentType;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, DicomJson.Options);
        writer.WriteStartArray();
        foreach (var row in rows) row.WriteTo(writer);
        writer.WriteEndArray();
        await writer.FlushAsync(context.RequestAborted);
    }
}
