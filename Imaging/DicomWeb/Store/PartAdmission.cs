using FellowOakDicom;
using Microsoft.Extensions.Logging;
using Regional.Imaging.Frames;
using Regional.Imaging.Headers;
using Regional.Imaging.Packs;

namespace Regional.Imaging.DicomWeb.Store;

/// <summary>
/// Decides about one whole part as C-STORE does (PS3.4 §B.2.3): the data set is walked within bounds before any parser sees it, has to say which object
/// it is, and is stored by the same way; durable first, answered then. Disposes the arrival.
/// </summary>
internal sealed class PartAdmission(ImageArchive archive, TimeProvider time, ILogger logger)
{
    public async Task<PartOutcome> StoreAsync(StoreOrigin origin, string? studyUid, FilePrefix prefix, ArrivalStream arrival)
    {
        using (arrival)
        {
            ReadAt read = arrival.ReadData;
            var layout = DataSetWalker.Walk(read, arrival.DataLength, prefix.TransferSyntaxUid);
            if (layout.Problem != DataSetProblem.None || ObjectIdentity.Read(read, layout) is not { } identity || !UidRule.IsValid(prefix.TransferSyntaxUid))
                return Refused(Named(prefix), FailureReason.CannotUnderstand);
            var outcome = new PartOutcome(identity.SopClassUid, identity.SopInstanceUid, identity.StudyUid, identity.SeriesUid, null);
            if (Differs(prefix.SopInstanceUid, identity.SopInstanceUid) || Differs(prefix.SopClassUid, identity.SopClassUid))
                return Refused(outcome, FailureReason.DoesNotMatch);
            if (studyUid is not null && identity.StudyUid != studyUid) return Refused(outcome, FailureReason.OtherStudy);
            if (DicomUID.Parse(identity.SopClassUid).StorageCategory == DicomStorageCategory.None) return Refused(outcome, FailureReason.ClassNotSupported);

            // Not the request's token: what the sender gave whole is stored, whether it waits for the answer or not.
            var result = await archive.StoreAsync(
                new ReceivedInstance(
                    identity.StudyUid, identity.SeriesUid, identity.SopInstanceUid, identity.SopClassUid, prefix.TransferSyntaxUid, origin.Label, origin.Site,
                    time.GetUtcNow()),
                arrival, CancellationToken.None);
            return result switch
            {
                StoreResult.Stored or StoreResult.Duplicate => outcome with { IsServed = true },
                // Durable in quarantine and reported; the sender can do nothing about it (design §5.4).
                StoreResult.Conflict or StoreResult.OtherSite => outcome,
                StoreResult.OutOfResources => outcome with { Failure = FailureReason.OutOfResources },
                _ => Refused(outcome, FailureReason.CannotUnderstand)
            };
        }
    }

    /// <summary>As far as the file's own head names it by real UIDs.</summary>
    private static PartOutcome Named(FilePrefix prefix) => UidRule.IsValid(prefix.SopInstanceUid) && UidRule.IsValid(prefix.SopClassUid)
        ? new PartOutcome(prefix.SopClassUid, prefix.SopInstanceUid, "", "", null)
        : PartOutcome.Unnamed(FailureReason.CannotUnderstand);

    private static bool Differs(string announced, string actual) => announced.Length > 0 && announced != actual;

    private PartOutcome Refused(PartOutcome outcome, int reason)
    {
        DicomWebLog.NotStored(logger, outcome.SopInstanceUid.Length > 0 ? outcome.SopInstanceUid : "(unnamed)", reason);
        return outcome with { Failure = reason };
    }
}
