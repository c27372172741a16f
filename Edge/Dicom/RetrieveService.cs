using System.Data.Common;
using System.Runtime.CompilerServices;
using FellowOakDicom;
using FellowOakDicom.Network;
using Microsoft.Extensions.Logging;
using Regional.Edge.Peers;
using Regional.Imaging.Index;

namespace Regional.Edge.Dicom;

/// <summary>
/// What C-GET and C-MOVE have in common (PS3.4 §C.4.2, §C.4.3): find the images, send them as they are stored one after the other, say how far it is,
/// stop when asked to.
/// </summary>
internal sealed class RetrieveService(
    RetrievalList list, RemoteBook remotes, TimeProvider time, ILogger<RetrieveService> logger)
{
    /// <summary>C-GET: over the association on which it was asked.</summary>
    /// <param name="send">Queues a request on that association.</param>
    /// <param name="over">Ends with the association.</param>
    public IAsyncEnumerable<RetrievalStep> ToCaller(
        DicomCGetRequest request, DicomAssociation association, Func<DicomRequest, Task> send, Task over, CancellationToken cancellation) =>
        RunAsync(request, new GetSender(association, list, send, over), association.CallingAE, association.CallingAE, cancellation);

    /// <summary>C-MOVE: to a destination of the site; to any other, A801.</summary>
    public IAsyncEnumerable<RetrievalStep> ToDestination(DicomCMoveRequest request, string callingAe, CancellationToken cancellation)
    {
        var wanted = request.Command.GetSingleValueOrDefault(DicomTag.MoveDestination, "").Trim();
        if (remotes.Receiver(wanted) is not { Kind: RemoteKind.Destination } destination)
        {
            DicomLog.DestinationUnknown(logger, callingAe);
            return new[] { new RetrievalStep(DicomStatus.QueryRetrieveMoveDestinationUnknown, null) }.ToAsyncEnumerable();
        }

        var originator = new MoveOriginator(callingAe, request.MessageID);
        return RunAsync(request, new MoveSender(remotes, destination, originator, list, logger), callingAe, destination.AeTitle, cancellation);
    }

    private async IAsyncEnumerable<RetrievalStep> RunAsync(
        DicomRequest request, IImageSender sender, string callingAe, string target, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var owned = sender;
        var (images, refusal) = await FindAsync(request, callingAe, cancellation);
        if (refusal is not null)
        {
            yield return refusal;
            yield break;
        }

        var counts = new SubOperations(images.Count);
        if (images.Count > 0 && await sender.OpenAsync(images, cancellation) is { } closed)
        {
            foreach (var image in images)
                counts.Count(image.SopInstanceUid, closed);
        }

        foreach (var image in images.Skip(counts.Total - counts.Remaining))
        {
            if (cancellation.IsCancellationRequested)
                break;
            var sending = sender.SendAsync(image, cancellation);
            while (await Task.WhenAny(sending, Task.Delay(sender.Heartbeat, time, CancellationToken.None)) != sending)
                yield return new RetrievalStep(DicomStatus.Pending, counts);
            counts.Count(image.SopInstanceUid, await sending);
            if (counts.Remaining > 0)
                yield return new RetrievalStep(DicomStatus.Pending, counts);
        }

        var end = counts.Remaining > 0 ? DicomStatus.Cancel : counts.End();
        DicomLog.Retrieved(logger, callingAe, target, counts.Completed, counts.Warnings, counts.Failures, counts.Remaining, end.Code);
        yield return new RetrievalStep(end, counts);
    }

    private async Task<(IReadOnlyList<WantedImage> Images, RetrievalStep? Refusal)> FindAsync(DicomRequest request, string callingAe, CancellationToken cancellation)
    {
        var reading = QueryPlan.ForRetrieval(request.SOPClassUID, request.Dataset);
        if (reading is QueryReading.Refused refused)
        {
            DicomLog.QueryRefused(logger, callingAe, refused.Offending.ToString());
            return ([], new RetrievalStep(DicomStatus.QueryRetrieveIdentifierDoesNotMatchSOPClass, null, refused.Offending));
        }

        try
        {
            return await list.FindAsync(((QueryReading.Understood)reading).Plan, cancellation) is { } images
                ? (images, null)
                : ([], new RetrievalStep(DicomStatus.QueryRetrieveUnableToCalculateNumberOfMatches, null));
        }
        catch (SearchValueException wrong)
        {
            return ([], new RetrievalStep(DicomStatus.QueryRetrieveUnableToProcess, null, QueryAttributes.All.First(a => a.Key == wrong.Key).Tag));
        }
        catch (OperationCanceledException)
        {
            return ([], new RetrievalStep(DicomStatus.Cancel, null));
        }
        catch (DbException)
        {
            return ([], new RetrievalStep(DicomStatus.QueryRetrieveUnableToCalculateNumberOfMatches, null));
        }
    }
}
