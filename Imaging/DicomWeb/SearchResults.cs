using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Regional.Imaging.Index;

namespace Regional.Imaging.DicomWeb;

/// <summary>One page of a search, completed from stored headers where the client asked for more than the index knows.</summary>
internal sealed class SearchResults(HttpContext context)
{
    private readonly ImageArchive _archive = context.RequestServices.GetRequiredService<ImageArchive>();
    private readonly string _root = MetadataEndpoints.BaseUri(context);
    private readonly CancellationToken _cancellation = context.RequestAborted;

    public async Task<(IReadOnlyList<SearchRow> Rows, bool HasMore)> FindAsync(SearchLevel level, SearchQuery query, SearchScope scope)
    {
        var index = _archive.Index;
        switch (level)
        {
            case SearchLevel.Studies:
                var studies = await index.SearchStudiesAsync(query.Terms, scope, query.Offset, query.Page, _cancellation);
                return (await RowsAsync(studies.Items, query, study => SearchJson.Study(study, _root), study => FirstAsync(study.StudyUid, null)), studies.HasMore);
            case SearchLevel.Series:
                var series = await index.SearchSeriesAsync(query.Terms, scope, query.Offset, query.Page, _cancellation);
                return (await RowsAsync(series.Items, query, match => SearchJson.Series(match, _root), match => FirstAsync(match.Series.StudyUid, match.Series.SeriesUid)), series.HasMore);
            default:
                var instances = await index.SearchInstancesAsync(query.Terms, scope, query.Offset, query.Page, _cancellation);
                return (await RowsAsync(instances.Items, query, match => SearchJson.Instance(match, _root), match => Task.FromResult<IndexedInstance?>(match.Instance), true), instances.HasMore);
        }
    }

    private async Task<IReadOnlyList<SearchRow>> RowsAsync<T>(
        IReadOnlyList<T> found, SearchQuery query, Func<T, SearchRow> row, Func<T, Task<IndexedInstance?>> instance, bool isInstance = false)
    {
        List<SearchRow> rows = new(found.Count);
        foreach (var one in found)
        {
            rows.Add(row(one));
            if (!query.Fields.NeedsHeader || await instance(one) is not { } stored || MetadataEndpoints.Header(_archive, stored) is not { } header) continue;
            query.Fields.Fill(rows[^1], header, isInstance ? MetadataEndpoints.BulkDataUri(_root, stored) : null);
            _cancellation.ThrowIfCancellationRequested();
        }
        return rows;
    }

    private Task<IndexedInstance?> FirstAsync(string studyUid, string? seriesUid) => _archive.Index.GetFirstInstanceAsync(studyUid, seriesUid, _cancellation);
}
