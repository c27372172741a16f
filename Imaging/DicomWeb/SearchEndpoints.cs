using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Regional.Imaging.Index;

namespace Regional.Imaging.DicomWeb;

/// <summary>
/// Search (QIDO-RS, PS3.18 §10.6). Pages of at most <see cref="ImageIndex.PageCap"/>; parameters that are not supported are named in a
/// Warning header, as the standard asks. No match is an empty array.
/// </summary>
internal static class SearchEndpoints
{
    private const int DefaultPage = 100;

    public static Task StudiesAsync(HttpContext context) => SearchAsync(context, SearchLevel.Studies);

    public static Task SeriesAsync(HttpContext context) => SearchAsync(context, SearchLevel.Series);

    public static Task InstancesAsync(HttpContext context) => SearchAsync(context, SearchLevel.Instances);

    private static async Task SearchAsync(HttpContext context, SearchLevel level)
    {
        var scope = SearchScope.All;
        List<SearchTerm> terms = [];
        if (context.GetRouteValue("study") is not null)
        {
            // One study is named: the decision is about it, not about the list.
            if (await Target.ResolveAsync(context, DicomWebAction.Search) is not { } target) return;
            terms.Add(new SearchTerm(SearchKey.StudyInstanceUid, target.StudyUid));
            if (target.SeriesUid is { } series) terms.Add(new SearchTerm(SearchKey.SeriesInstanceUid, series));
        }
        else
        {
            scope = await context.RequestServices.GetRequiredService<IDicomWebAccess>().ScopeAsync(context.User, context.RequestAborted);
            if (scope is SearchScope.Nothing && context.User.Identity is not { IsAuthenticated: true })
            {
                await Answer.ProblemAsync(context, StatusCodes.Status401Unauthorized, "Sign in first.");
                return;
            }
        }
        if (MetadataEndpoints.JsonType(context) is not { } contentType)
        {
            await Answer.NotAcceptableAsync(context, "Search results are served as application/dicom+json.");
            return;
        }
        if (!TryReadQuery(context.Request.Query, level, terms, out var offset, out var limit, out var ignored))
        {
            await Answer.ProblemAsync(context, StatusCodes.Status400BadRequest, "limit and offset are whole numbers from 0.");
            return;
        }
        try
        {
            await WriteAsync(context, level, terms, scope, offset, limit, contentType, ignored);
        }
        catch (SearchValueException e)
        {
            await Answer.ProblemAsync(context, StatusCodes.Status400BadRequest, $"The value of {e.Key} cannot be understood.");
        }
    }

    private static bool TryReadQuery(
        IQueryCollection query, SearchLevel level, List<SearchTerm> terms, out int offset, out int limit, out List<string> ignored)
    {
        (offset, limit, ignored) = (0, DefaultPage, []);
        foreach (var (name, values) in query)
        {
            var value = values.ToString();
            switch (name.ToLowerInvariant())
            {
                case "limit":
                    if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out limit)) return false;
                    break;
                case "offset":
                    if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out offset)) return false;
                    break;
                case "includefield" or "accept":
                    // Everything that the index holds is returned; more than that is metadata's job.
                    break;
                case "fuzzymatching":
                    if (value != "false") ignored.Add("fuzzymatching");
                    break;
                default:
                    if (SearchKeys.Find(name) is { } key && SearchKeys.AppliesTo(key, level)) terms.Add(new SearchTerm(key, value));
                    else ignored.Add(IsHarmless(name) ? name : "(unknown)");
                    break;
            }
        }
        return true;
    }

    private static async Task WriteAsync(
        HttpContext context, SearchLevel level, List<SearchTerm> terms, SearchScope scope, int offset, int limit, string contentType, List<string> ignored)
    {
        var index = context.RequestServices.GetRequiredService<ImageArchive>().Index;
        var root = MetadataEndpoints.BaseUri(context);
        var cancellation = context.RequestAborted;
        List<Action<Utf8JsonWriter>> rows;
        bool hasMore;
        if (limit == 0)
        {
            (rows, hasMore) = ([], true);
        }
        else if (level == SearchLevel.Studies)
        {
            var page = await index.SearchStudiesAsync(terms, scope, offset, limit, cancellation);
            (rows, hasMore) = ([.. page.Items.Select<IndexedStudy, Action<Utf8JsonWriter>>(study => json => SearchJson.Study(json, study, root))], page.HasMore);
        }
        else if (level == SearchLevel.Series)
        {
            var page = await index.SearchSeriesAsync(terms, scope, offset, limit, cancellation);
            (rows, hasMore) = ([.. page.Items.Select<SeriesMatch, Action<Utf8JsonWriter>>(match => json => SearchJson.Series(json, match, root))], page.HasMore);
        }
        else
        {
            var page = await index.SearchInstancesAsync(terms, scope, offset, limit, cancellation);
            (rows, hasMore) = ([.. page.Items.Select<InstanceMatch, Action<Utf8JsonWriter>>(match => json => SearchJson.Instance(json, match, root))], page.HasMore);
        }

        var headers = context.Response.Headers;
        headers.CacheControl = "private, no-cache";
        if (ignored.Count > 0) headers.Append("Warning", $"299 regional \"These parameters are not supported: {string.Join(", ", ignored)}\"");
        if (hasMore) headers.Append("Warning", "299 regional \"There are more results; ask for them with offset\"");
        context.Response.ContentType = contentType;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, DicomJson.Options);
        writer.WriteStartArray();
        foreach (var row in rows) row(writer);
        writer.WriteEndArray();
        await writer.FlushAsync(cancellation);
    }

    /// <summary>Only names of attributes are repeated in a header.</summary>
    private static bool IsHarmless(string name) => name.Length <= 64 && name.All(char.IsAsciiLetterOrDigit);
}
