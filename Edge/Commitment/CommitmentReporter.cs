using FellowOakDicom;
using FellowOakDicom.Network;
using FellowOakDicom.Network.Client;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Regional.Imaging.Cluster;

namespace Regional.Edge.Commitment;

/// <summary>
/// Reports on a new association to devices that have a port for it (PS3.4 §J.3.3), in the role of the provider, until each report is delivered:
/// after a failure later and later.
/// </summary>
internal sealed class CommitmentReporter(
    CommitmentStore store, CommitmentJudge judge, CommitmentService service, SiteOptions site, IDicomClientFactory clients, TimeProvider time, ILogger<CommitmentReporter> logger)
    : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, DeviceOptions> _devices = site.Devices.Where(d => d.ReportPort is not null).ToDictionary(d => d.AeTitle, StringComparer.Ordinal);

    /// <summary>From the failures so far.</summary>
    public static TimeSpan PauseAfter(int failures)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(failures - 1, 16));
        return pause < LongestPause ? pause : LongestPause;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (_devices.Count > 0 && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await NextAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (SqliteException fault)
            {
                CommitmentLog.NotRead(logger, fault);
                await Task.Delay(FirstPause, time, CancellationToken.None);
            }
        }
    }

    private async Task NextAsync(CancellationToken stopping)
    {
        var added = store.Added;
        if (store.NextOf(_devices.Keys) is not { } next)
        {
            await added.WaitAsync(stopping);
            return;
        }

        if (next.At - time.GetUtcNow() is var pause && pause > TimeSpan.Zero)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            await Task.WhenAny(added, Task.Delay(pause, time, waiting.Token));
            await waiting.CancelAsync();
            return;
        }

        var request = next.Open.Request;
        if (!await DeliverAsync(request, _devices[request.CallingAe], stopping))
            store.Failed(request, time.GetUtcNow() + PauseAfter(next.Open.Attempts + 1));
    }

    private async Task<bool> DeliverAsync(CommitmentRequest request, DeviceOptions device, CancellationToken stopping)
    {
        try
        {
            var report = await judge.ReportAsync(request, stopping);
            report.PresentationContext = DicomPresentationContext.GetScpRolePresentationContext(
                report.SOPClassUID, DicomTransferSyntax.ExplicitVRLittleEndian, DicomTransferSyntax.ImplicitVRLittleEndian);
            var delivered = false;
            report.OnResponseReceived = (_, answer) => delivered = service.Answered(request, answer.Status);
            var client = clients.Create(device.Address, device.ReportPort!.Value, false, site.Edge.AeTitle, device.AeTitle);
            client.ServiceOptions.RequestTimeout = Patience;
            await client.AddRequestAsync(report);
            await client.SendAsync(stopping);
            return delivered;
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            // Whatever it was, on the line or at the device: the report is tried again.
            CommitmentLog.NotDelivered(logger, request.TransactionUid, request.CallingAe, failure.GetBaseException().GetType().Name);
            return false;
        }
    }
}
