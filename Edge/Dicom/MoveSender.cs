using FellowOakDicom;
using FellowOakDicom.Network;
using FellowOakDicom.Network.Client;
using Microsoft.Extensions.Logging;
using Regional.Edge.Peers;

namespace Regional.Edge.Dicom;

/// <summary>Who asked for a C-MOVE; its sub-operations say so (PS3.7 §9.1.1.1.9).</summary>
internal sealed record MoveOriginator(string AeTitle, ushort MessageId);

/// <summary>Sends images over one association to a destination or peer: those of a C-MOVE (PS3.4 §C.4.2), or of a person's wish (PS3.4 §B).</summary>
/// <param name="originator">Null: nobody asked by C-MOVE.</param>
internal sealed class MoveSender(RemoteBook remotes, RemoteAe destination, MoveOriginator? originator, RetrievalList list, ILogger logger) : IImageSender
{
    /// <summary>An association has 128 contexts at most; one is for verification.</summary>
    private const int MostContexts = 127;

    /// <summary>The longest silence of the destination.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly CancellationTokenSource _done = new();
    private IDicomClient? _client;
    private DicomAssociation? _association;
    private Task _sending = Task.CompletedTask;

    /// <summary>Whether more images can be sent.</summary>
    public bool IsOpen => _association is not null && !_sending.IsCompleted;

    public TimeSpan Heartbeat => TimeSpan.FromSeconds(15);

    public async Task<DicomStatus?> OpenAsync(IReadOnlyList<WantedImage> images, CancellationToken cancellation)
    {
        _client = remotes.Dial(destination);
        _client.ServiceOptions.RequestTimeout = Patience;
        // Images are queued one by one: between two of them the association stands.
        _client.ClientOptions.AssociationLingerTimeoutInMs = (int)Patience.TotalMilliseconds;
        foreach (var (sopClass, syntaxes) in Proposals(images).Take(MostContexts))
        {
            var context = new DicomPresentationContext(0, sopClass);
            foreach (var syntax in syntaxes)
                context.AddTransferSyntax(syntax);
            _client.AdditionalPresentationContexts.Add(context);
        }

        var accepted = new TaskCompletionSource<DicomAssociation>(TaskCreationOptions.RunContinuationsAsynchronously);
        _client.AssociationAccepted += (_, e) => accepted.TrySetResult(e.Association);
        // An association is opened for a request: this one, so that what the destination takes is known before the first image is chosen.
        await _client.AddRequestAsync(new DicomCEchoRequest());
        _sending = _client.SendAsync(_done.Token, DicomClientCancellationMode.ImmediatelyReleaseAssociation);
        if (await Task.WhenAny(accepted.Task, _sending) == accepted.Task)
        {
            _association = await accepted.Task;
            return null;
        }

        DicomLog.DestinationFailed(logger, destination.AeTitle, _sending.Exception?.GetBaseException().GetType().Name ?? "closed");
        _sending = Task.CompletedTask;
        return DicomStatus.QueryRetrieveUnableToPerformSuboperations;
    }

    public async Task<DicomStatus> SendAsync(WantedImage image, CancellationToken cancellation)
    {
        if (_client is null || _association is null || _sending.IsCompleted)
            return DicomStatus.ProcessingFailure;
        var form = SendableAs.Form(_association.PresentationContexts, image);
        if (form == SendForm.None)
            return DicomStatus.SOPClassNotSupported;
        using var open = await list.OpenAsync(image, cancellation);
        if (open?.Written(form) is not { } file)
            return DicomStatus.ProcessingFailure;
        var answered = new TaskCompletionSource<DicomStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        var request = new DicomCStoreRequest(file) { OnResponseReceived = (_, answer) => answered.TrySetResult(answer.Status) };
        request.OnTimeout += (_, _) => answered.TrySetResult(DicomStatus.ProcessingFailure);
        if (originator is not null)
        {
            request.Command.AddOrUpdate(DicomTag.MoveOriginatorApplicationEntityTitle, originator.AeTitle);
            request.Command.AddOrUpdate(DicomTag.MoveOriginatorMessageID, originator.MessageId);
        }

        await _client.AddRequestAsync(request);
        return await Task.WhenAny(answered.Task, _sending) == answered.Task ? await answered.Task : DicomStatus.ProcessingFailure;
    }

    /// <summary>Each SOP class in each syntax once: first those in which images are stored, so that they have room before what they fall back to.</summary>
    private static IEnumerable<(DicomUID SopClass, DicomTransferSyntax[] Syntaxes)> Proposals(IEnumerable<WantedImage> images) => images
        .Select(image => (image.SopClass, image.Syntax)).Distinct()
        .SelectMany(pair => SendableAs.Proposals(pair.Syntax).Select((syntaxes, rank) => (pair.SopClass, Syntaxes: syntaxes, Rank: rank)))
        .OrderBy(proposal => proposal.Rank)
        .DistinctBy(proposal => (proposal.SopClass, proposal.Syntaxes[0], proposal.Syntaxes.Length))
        .Select(proposal => (proposal.SopClass, proposal.Syntaxes));

    /// <summary>Releases the association.</summary>
    public async ValueTask DisposeAsync()
    {
        await _done.CancelAsync();
        try
        {
            await _sending;
        }
        catch (Exception failure)
        {
            // Its images are counted as failed already.
            DicomLog.DestinationFailed(logger, destination.AeTitle, failure.GetBaseException().GetType().Name);
        }

        _done.Dispose();
    }
}
