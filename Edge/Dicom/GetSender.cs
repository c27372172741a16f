using FellowOakDicom;
using FellowOakDicom.Network;

namespace Regional.Edge.Dicom;

/// <summary>Sends the images of a C-GET over the association on which they were asked for (PS3.4 §C.4.3).</summary>
/// <param name="send">Queues a request on that association.</param>
/// <param name="over">Ends with the association.</param>
internal sealed class GetSender(DicomAssociation association, RetrievalList list, Func<DicomRequest, Task> send, Task over) : IImageSender
{
    public TimeSpan Heartbeat => Timeout.InfiniteTimeSpan;

    public Task<DicomStatus?> OpenAsync(IReadOnlyList<WantedImage> images, CancellationToken cancellation) => Task.FromResult<DicomStatus?>(null);

    public async Task<DicomStatus> SendAsync(WantedImage image, CancellationToken cancellation)
    {
        // Only where the peer proposed itself as the one that takes images (PS3.7 §D.3.3.4).
        var form = SendableAs.Form(association.PresentationContexts.Where(c => c.ProviderRole == true), image);
        if (form == SendForm.None)
            return DicomStatus.SOPClassNotSupported;
        using var open = await list.OpenAsync(image, cancellation);
        if (open?.Written(form) is not { } file)
            return DicomStatus.ProcessingFailure;
        var answered = new TaskCompletionSource<DicomStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        await send(new DicomCStoreRequest(file) { OnResponseReceived = (_, answer) => answered.TrySetResult(answer.Status) });
        return await Task.WhenAny(answered.Task, over) == over ? DicomStatus.ProcessingFailure : await answered.Task;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
