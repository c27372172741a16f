using FellowOakDicom.Network;
using FellowOakDicom.Network.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Regional.Edge.Peers;

/// <summary>Asks by C-ECHO who is there (PS3.4 §A): every device with an echo port, destination and peer, one after the other, at an interval.</summary>
internal sealed class EchoRound(RemoteBook remotes, EchoBook book, TimeSpan every, TimeProvider time, ILogger<EchoRound> logger) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Asks now. Null: it answered; else why not, as a short machine word.</summary>
    public async Task<string?> AskAsync(RemoteAe remote, CancellationToken cancellation)
    {
        var failure = await EchoAsync(remotes.Dial(remote), cancellation);
        cancellation.ThrowIfCancellationRequested();
        var before = book.All().GetValueOrDefault(remote.AeTitle);
        book.Note(remote.AeTitle, time.GetUtcNow(), failure);
        if (failure is not null && before is null or { Answers: true })
            PeerLog.Silent(logger, remote.AeTitle, failure);
        else if (failure is null && before is { Answers: false })
            PeerLog.Answers(logger, remote.AeTitle);
        return failure;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (remotes.All.Count > 0)
            {
                foreach (var remote in remotes.All)
                    await AskAsync(remote, stoppingToken);
                await Task.Delay(every, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private static async Task<string?> EchoAsync(IDicomClient client, CancellationToken cancellation)
    {
        DicomStatus? status = null;
        client.ServiceOptions.RequestTimeout = Patience;
        await client.AddRequestAsync(new DicomCEchoRequest { OnResponseReceived = (_, answer) => status = answer.Status });
        try
        {
            await client.SendAsync(cancellation);
            return status == DicomStatus.Success ? null : status is null ? "NoAnswer" : $"Status {status.Code:X4}";
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            return PeerFailure.Word(failure);
        }
    }
}
