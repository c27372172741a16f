using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using FellowOakDicom;
using FellowOakDicom.Network;
using Microsoft.Extensions.Logging;
using Regional.Imaging.Index;

namespace Regional.Edge.Dicom;

/// <summary>
/// Answers C-FIND from the edge's own index (PS3.4 §C.4.1), a page at a time: what is in memory does not grow with the number of matches.
/// Who may ask was decided before.
/// </summary>
internal sealed class QueryService(ImageIndex index, string aeTitle, ILogger<QueryService> logger)
{
    /// <summary>Matches that one query is answered with; a wider one ends with A700 after so many.</summary>
    public const int MatchLimit = 10_000;

    private const int PageSize = 200;

    /// <summary>Pending with each match, then the one answer that ends it: Success, Cancel, or why not.</summary>
    public async IAsyncEnumerable<DicomCFindResponse> AnswerAsync(
        DicomCFindRequest request, string callingAe, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var reading = QueryPlan.ForQuery(request.SOPClassUID, request.Dataset);
        if (reading is QueryReading.Refused refused)
        {
            DicomLog.QueryRefused(logger, callingAe, refused.Offending.ToString());
            yield return Offending(new DicomCFindResponse(request, DicomStatus.QueryRetrieveIdentifierDoesNotMatchSOPClass), refused.Offending);
            yield break;
        }

        var plan = ((QueryReading.Understood)reading).Plan;
        var charset = new AnswerCharset(plan.Charset);
        HashSet<(string, string)> patients = [];
        var pending = plan.Complete ? DicomStatus.Pending : DicomStatus.QueryRetrieveOptionalKeysNotSupported;
        var (sent, offset) = (0, 0);
        while (true)
        {
            var page = await ReadAsync(plan, offset, cancellation);
            var end = page.End;
            foreach (var match in page.Matches)
            {
                offset++;
                if (plan.Level == QueryLevel.Patient && !patients.Add((match.Study.PatientId, match.Study.IssuerOfPatientId)))
                    continue;
                end = cancellation.IsCancellationRequested ? DicomStatus.Cancel : sent == MatchLimit ? TooMany : null;
                if (end is not null)
                    break;
                sent++;
                yield return new DicomCFindResponse(request, pending) { Dataset = Identifier(plan, match, charset) };
            }

            end ??= page.HasMore ? null : DicomStatus.Success;
            if (end is null)
                continue;
            DicomLog.QueryAnswered(logger, callingAe, plan.Level, sent, end.Code);
            var last = new DicomCFindResponse(request, end);
            yield return page.Offending is { } tag ? Offending(last, tag) : last;
            yield break;
        }
    }

    private static DicomStatus TooMany { get; } = new(
        DicomStatus.QueryRetrieveOutOfResources, string.Create(CultureInfo.InvariantCulture, $"More than {MatchLimit} matches: narrow the query"));

    private async Task<Page> ReadAsync(QueryPlan plan, int offset, CancellationToken cancellation)
    {
        try
        {
            switch (plan.Level)
            {
                case QueryLevel.Patient or QueryLevel.Study:
                    var studies = await index.SearchStudiesAsync(plan.Terms, SearchScope.All, offset, PageSize, cancellation);
                    return new Page([.. studies.Items.Select(study => new QueryMatch(study, null, null))], studies.HasMore);
                case QueryLevel.Series:
                    var series = await index.SearchSeriesAsync(plan.Terms, SearchScope.All, offset, PageSize, cancellation);
                    return new Page([.. series.Items.Select(match => new QueryMatch(match.Study, match.Series, null))], series.HasMore);
                default:
                    var images = await index.SearchInstancesAsync(plan.Terms, SearchScope.All, offset, PageSize, cancellation);
                    return new Page([.. images.Items.Select(match => new QueryMatch(match.Study, match.Series, match.Instance))], images.HasMore);
            }
        }
        catch (SearchValueException wrong)
        {
            return new Page([], false) { End = DicomStatus.QueryRetrieveUnableToProcess, Offending = QueryAttributes.All.First(a => a.Key == wrong.Key).Tag };
        }
        catch (OperationCanceledException)
        {
            return new Page([], false) { End = DicomStatus.Cancel };
        }
        catch (DbException)
        {
            return new Page([], false) { End = DicomStatus.QueryRetrieveOutOfResources };
        }
    }

    private DicomDataset Identifier(QueryPlan plan, QueryMatch match, AnswerCharset charset)
    {
        var values = plan.Asked.Select(attribute => (attribute.Tag, Value: attribute.Value(match))).ToList();
        // What came from a machine is returned as it came, valid or not.
        var identifier = new DicomDataset().NotValidated();
        identifier.Add(DicomTag.SpecificCharacterSet, charset.For(values.Select(v => v.Value)));
        identifier.Add(DicomTag.QueryRetrieveLevel, plan.Level.ToString().ToUpperInvariant());
        if (plan.IsAskedFor(DicomTag.RetrieveAETitle))
            identifier.Add(DicomTag.RetrieveAETitle, aeTitle);
        if (plan.IsAskedFor(DicomTag.InstanceAvailability))
            identifier.Add(DicomTag.InstanceAvailability, "ONLINE");
        foreach (var (tag, value) in values)
            identifier.Add(tag, tag == DicomTag.ModalitiesInStudy ? value.Split('\\') : [value]);
        return identifier;
    }

    private static DicomCFindResponse Offending(DicomCFindResponse response, DicomTag tag)
    {
        response.Command.AddOrUpdate(DicomTag.OffendingElement, tag);
        return response;
    }

    private sealed record Page(IReadOnlyList<QueryMatch> Matches, bool HasMore)
    {
        /// <summary>Given: nothing can follow, and this is why.</summary>
        public DicomStatus? End { get; init; }

        public DicomTag? Offending { get; init; }
    }
}

/// <summary>
/// The character set of answers (PS3.3 §C.12.1.1.2): a Chinese one where the peer asked in it and it can say the values, else UTF-8, which can say all.
/// </summary>
internal sealed class AnswerCharset(string asked)
{
    private const string Utf8 = "ISO_IR 192";

    public string For(IEnumerable<string> values) => asked switch
    {
        "GB18030" => asked,
        "GBK" when values.All(IsGbk) => asked,
        _ => Utf8,
    };

    private static bool IsGbk(string value)
    {
        var encoding = DicomEncoding.GetEncoding("GBK");
        return encoding.GetString(encoding.GetBytes(value)) == value;
    }
}
