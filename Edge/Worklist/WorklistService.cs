using System.Globalization;
using System.Runtime.CompilerServices;
using FellowOakDicom;
using FellowOakDicom.Network;
using Microsoft.Extensions.Logging;
using Regional.Imaging.Cluster;

namespace Regional.Edge.Worklist;

/// <summary>
/// Answers a device's worklist query (PS3.4 §K; R4.2.2-2) from the edge's own copy, so that it works whether or not the line does. A device sees
/// what its profile shows, whatever it asks for.
/// </summary>
internal sealed class WorklistService(WorklistStore store, WorklistScope scope, SiteOptions site, TimeProvider time, ILogger<WorklistService> logger)
{
    /// <summary>More are not sent at all: a device with so many has asked wrongly, and would show the first of them as if they were all.</summary>
    public const int MatchLimit = 500;

    private static DicomStatus TooMany { get; } = new(
        DicomStatus.QueryRetrieveOutOfResources, string.Create(CultureInfo.InvariantCulture, $"More than {MatchLimit} matches: narrow the query"));

    /// <param name="device">Who asks, known by AE title and address; null sees nothing.</param>
    public async IAsyncEnumerable<DicomCFindResponse> AnswerAsync(
        DicomCFindRequest request, DeviceOptions? device, string callingAe, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (device is not { Worklist: { } profile })
        {
            WorklistLog.Denied(logger, callingAe);
            yield return new DicomCFindResponse(request, DicomStatus.SOPClassNotSupported);
            yield break;
        }

        var (query, refusal) = Read(request, callingAe);
        if (query is null)
        {
            yield return refusal!;
            yield break;
        }

        var matches = Find(query, device, profile);
        if (matches.Count > MatchLimit)
        {
            yield return End(request, callingAe, 0, TooMany);
            yield break;
        }

        var pending = query.Complete ? DicomStatus.Pending : DicomStatus.QueryRetrieveOptionalKeysNotSupported;
        var sent = 0;
        foreach (var match in matches)
        {
            if (cancellation.IsCancellationRequested)
            {
                yield return End(request, callingAe, sent, DicomStatus.Cancel);
                yield break;
            }

            yield return new DicomCFindResponse(request, pending) { Dataset = query.Answer(match, query.Charset ?? profile.Charset) };
            sent++;
            await Task.Yield();
        }

        yield return End(request, callingAe, sent, DicomStatus.Success);
    }

    private (WorklistQuery? Query, DicomCFindResponse? Refusal) Read(DicomCFindRequest request, string callingAe)
    {
        try
        {
            return (new WorklistQuery(request.Dataset), null);
        }
        catch (WorklistQueryException wrong)
        {
            WorklistLog.Refused(logger, callingAe, wrong.Offending.ToString());
            var refusal = new DicomCFindResponse(
                request, wrong.IsValue ? DicomStatus.QueryRetrieveUnableToProcess : DicomStatus.QueryRetrieveIdentifierDoesNotMatchSOPClass);
            refusal.Command.AddOrUpdate(DicomTag.OffendingElement, wrong.Offending);
            return (null, refusal);
        }
    }

    /// <summary>In the order in which they are to be examined.</summary>
    private List<WorklistSource> Find(WorklistQuery query, DeviceOptions device, WorklistOptions profile)
    {
        var now = time.GetUtcNow();
        return
        [
            .. store.Entries.Where(entry => scope.Shows(device, profile, entry, now))
                .Select(entry => new WorklistSource(
                    entry, site.Devices.Find(d => d.AeTitle == entry.StationAe) ?? device, scope.Local(entry.Starts.ToDateTimeOffset()),
                    PatientNames.Write(entry.PatientName, entry.PatientPinyin, profile.Names, entry.PatientId), site.Name))
                .Where(query.Matches)
                .OrderBy(source => source.Starts).ThenBy(source => source.Entry.AccessionNumber, StringComparer.Ordinal),
        ];
    }

    private DicomCFindResponse End(DicomCFindRequest request, string callingAe, int sent, DicomStatus status)
    {
        WorklistLog.Answered(logger, callingAe, sent, status.Code);
        return new DicomCFindResponse(request, status);
    }
}
