using FellowOakDicom;
using FellowOakDicom.Network;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Regional.Edge.Commitment;

/// <summary>Takes requests for storage commitment, and reports to devices that have no port of their own on the association that asked.</summary>
internal sealed class CommitmentService(CommitmentStore store, CommitmentJudge judge, TimeProvider time, ILogger<CommitmentService> logger)
{
    /// <summary>Request Storage Commitment (PS3.4 §J.3.2.1), the only action of the class.</summary>
    private const ushort RequestCommitment = 1;

    /// <summary>Success only when the transaction is durable.</summary>
    public DicomStatus Take(DicomNActionRequest request, string callingAe)
    {
        if (request.SOPInstanceUID != DicomUID.StorageCommitmentPushModelInstance)
            return DicomStatus.NoSuchObjectInstance;
        if (request.ActionTypeID != RequestCommitment)
            return DicomStatus.NoSuchActionType;
        var (asked, status) = CommitmentRequest.Read(request.Dataset, callingAe);
        if (asked is null)
        {
            CommitmentLog.Refused(logger, callingAe, status.Code);
            return status;
        }

        try
        {
            store.Add(asked, time.GetUtcNow());
            CommitmentLog.Taken(logger, asked.TransactionUid, callingAe, asked.Items.Length);
            return DicomStatus.Success;
        }
        catch (SqliteException fault)
        {
            CommitmentLog.NotKept(logger, fault, callingAe);
            return DicomStatus.ResourceLimitation;
        }
    }

    /// <summary>Reports everything that this device has not heard yet. What is not answered stays open.</summary>
    /// <param name="send">Gives a request to the association.</param>
    public async Task ReportHereAsync(string callingAe, Func<DicomRequest, Task> send, CancellationToken cancellation)
    {
        foreach (var open in store.OpenOf(callingAe))
        {
            var report = await judge.ReportAsync(open.Request, cancellation);
            report.OnResponseReceived = (_, answer) => Answered(open.Request, answer.Status);
            await send(report);
        }
    }

    /// <returns>True when the device has it.</returns>
    public bool Answered(CommitmentRequest request, DicomStatus status)
    {
        CommitmentLog.Reported(logger, request.TransactionUid, request.CallingAe, status.Code);
        if (status.State == DicomState.Failure)
            return false;
        store.Delivered(request, time.GetUtcNow());
        return true;
    }
}
