using System.Data.Common;
using FellowOakDicom;
using FellowOakDicom.Network;
using Regional.Edge.Journal;
using Regional.Imaging;
using Regional.Imaging.Packs;

namespace Regional.Edge.Commitment;

/// <summary>
/// Says of each object whether it is safe here: its bytes are read again and hashed (PS3.4 §J.3.3). What the device sent and the archive does not
/// serve, because the same UID stands for other bytes, is a failure, although it was stored (design §5.4).
/// </summary>
internal sealed class CommitmentJudge(ImageArchive archive, UploadQueue uploads, string aeTitle)
{
    /// <summary>Something failed (PS3.4 table J.3-2).</summary>
    private const ushort WithFailures = 2;

    /// <summary>The report, judged now.</summary>
    /// <exception cref="DbException">The index is away: nothing can be said yet.</exception>
    public async Task<DicomNEventReportRequest> ReportAsync(CommitmentRequest request, CancellationToken cancellation)
    {
        await archive.WaitIndexedAsync(archive.Packs.CommittedEnd, cancellation);
        List<DicomDataset> safe = [], failed = [];
        foreach (var item in request.Items)
        {
            var reference = new DicomDataset().NotValidated();
            reference.Add(DicomTag.ReferencedSOPClassUID, item.SopClassUid);
            reference.Add(DicomTag.ReferencedSOPInstanceUID, item.SopInstanceUid);
            if (await FailureAsync(item, cancellation) is { } reason)
            {
                reference.Add(DicomTag.FailureReason, reason.Code);
                failed.Add(reference);
            }
            else
            {
                safe.Add(reference);
            }
        }

        var information = new DicomDataset().NotValidated();
        information.Add(DicomTag.TransactionUID, request.TransactionUid);
        information.Add(DicomTag.RetrieveAETitle, aeTitle);
        if (safe.Count > 0)
            information.Add(new DicomSequence(DicomTag.ReferencedSOPSequence, [.. safe]));
        if (failed.Count > 0)
            information.Add(new DicomSequence(DicomTag.FailedSOPSequence, [.. failed]));
        return new DicomNEventReportRequest(
            DicomUID.StorageCommitmentPushModel, DicomUID.StorageCommitmentPushModelInstance, failed.Count > 0 ? WithFailures : (ushort)1) { Dataset = information };
    }

    /// <summary>Null: safe. Else the reason (PS3.3 §C.14.1.1).</summary>
    private async Task<DicomStatus?> FailureAsync(CommitmentItem item, CancellationToken cancellation)
    {
        if (await archive.Index.FindAsync(item.SopInstanceUid, cancellation) is not { } known)
            return DicomStatus.NoSuchObjectInstance;
        if (known.Quarantined.Count > 0 || known.Address is not { } address || uploads.RefusalOf(item.SopInstanceUid) is "archive.conflict" or "archive.other-site")
            return DicomStatus.ClassInstanceConflict;
        if (await archive.Index.GetInstanceAsync(item.SopInstanceUid, cancellation) is { } instance && instance.SopClassUid != item.SopClassUid)
            return DicomStatus.ClassInstanceConflict;
        // After an eviction two verified copies are elsewhere: that was the condition for it.
        if (!known.IsLocal)
            return null;
        return await Task.Run(() => archive.Packs.Check(address), cancellation) == RecordCheck.Sound ? null : DicomStatus.ProcessingFailure;
    }
}
