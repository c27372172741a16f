using FellowOakDicom;
using FellowOakDicom.Network;
using Microsoft.Extensions.Logging;
using Regional.Imaging;
using Regional.Imaging.Frames;
using Regional.Imaging.Headers;
using Regional.Imaging.Packs;

namespace Regional.Edge.Dicom;

/// <summary>
/// Decides what a C-STORE is answered (PS3.4 §B.2.3): Success only for bytes that are synced. The data set is walked within bounds before
/// any parser sees it; what cannot be walked, or does not say which study it is of, changes nothing.
/// </summary>
internal sealed class StoreAdmission(ImageArchive archive, string site, DeviceProfiles profiles, TimeProvider time, ILogger<StoreAdmission> logger)
{
    public async Task<DicomStatus> Store(string callingAe, DicomFileMetaInformation announced, ArrivalStream arrival)
    {
        var received = time.GetUtcNow();
        var sopInstance = announced.MediaStorageSOPInstanceUID.UID;
        if (!UidRule.IsValid(sopInstance))
            return Refuse("(malformed)", callingAe, "sop-instance-uid", DicomStatus.InvalidObjectInstance);
        var syntax = announced.TransferSyntax.UID.UID;
        if (Identify(arrival, syntax) is not { } identity)
            return Refuse(sopInstance, callingAe, "data-set", DicomStatus.StorageCannotUnderstand);
        if (identity.SopInstanceUid != sopInstance || identity.SopClassUid != announced.MediaStorageSOPClassUID.UID)
            return Refuse(sopInstance, callingAe, "data-set.identity", DicomStatus.StorageDataSetDoesNotMatchSOPClassError);

        var result = await archive.StoreAsync(
            new ReceivedInstance(identity.StudyUid, identity.SeriesUid, sopInstance, identity.SopClassUid, syntax, callingAe, site, received)
            {
                Repair = profiles.RepairOf(callingAe),
            },
            arrival,
            CancellationToken.None);
        switch (result)
        {
            case StoreResult.Stored or StoreResult.Duplicate or StoreResult.Conflict or StoreResult.OtherSite:
                // A conflict is durable in quarantine and reported; the modality can do nothing about it (design §5.4).
                return DicomStatus.Success;
            case StoreResult.OutOfResources shortage:
                return OutOfResources(callingAe, shortage.Shortage);
            case StoreResult.Refused refused:
                return Refuse(sopInstance, callingAe, refused.Field, DicomStatus.StorageCannotUnderstand);
            default:
                return DicomStatus.ProcessingFailure;
        }
    }

    /// <summary>A700: nothing is kept, the sender keeps its copy and tries again.</summary>
    public DicomStatus OutOfResources(string callingAe, ResourceShortage shortage = ResourceShortage.DiskLow)
    {
        DicomLog.OutOfResources(logger, shortage.ToString(), callingAe);
        return DicomStatus.StorageStorageOutOfResources;
    }

    private static ObjectIdentity? Identify(ArrivalStream arrival, string syntax)
    {
        ReadAt read = arrival.ReadData;
        var layout = DataSetWalker.Walk(read, arrival.DataLength, syntax);
        return layout.Problem == DataSetProblem.None ? ObjectIdentity.Read(read, layout) : null;
    }

    private DicomStatus Refuse(string sopInstance, string callingAe, string rule, DicomStatus status)
    {
        DicomLog.ImageRefused(logger, sopInstance, callingAe, rule);
        return status;
    }
}
