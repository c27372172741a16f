using System.Text;
using Regional.Imaging.Repairs;

namespace Regional.Imaging.Packs;

/// <summary>What is checked before an instance touches anything durable.</summary>
internal static class InstanceRules
{
    public static StoreResult.Refused? Check(ReceivedInstance instance, ArrivalStream content) =>
        Uid(instance.StudyUid, nameof(instance.StudyUid))
        ?? Uid(instance.SeriesUid, nameof(instance.SeriesUid))
        ?? Uid(instance.SopInstanceUid, nameof(instance.SopInstanceUid))
        ?? Uid(instance.SopClassUid, nameof(instance.SopClassUid))
        ?? Uid(instance.TransferSyntaxUid, nameof(instance.TransferSyntaxUid))
        ?? Label(instance.CallingAe, nameof(instance.CallingAe))
        ?? Label(instance.Site, nameof(instance.Site))
        ?? (Encoding.UTF8.GetByteCount(instance.Repair) > Repair.MaxBytes ? new StoreResult.Refused(RefusalReason.LabelTooLong, nameof(instance.Repair)) : null)
        ?? (content.DataLength == 0 ? new StoreResult.Refused(RefusalReason.NoData, "data") : null);

    private static StoreResult.Refused? Uid(string uid, string field) => UidRule.Check(uid) switch
    {
        UidProblem.None => null,
        UidProblem.Empty => new StoreResult.Refused(RefusalReason.UidEmpty, field),
        UidProblem.TooLong => new StoreResult.Refused(RefusalReason.UidTooLong, field),
        _ => new StoreResult.Refused(RefusalReason.UidMalformed, field)
    };

    private static StoreResult.Refused? Label(string label, string field) =>
        Encoding.UTF8.GetByteCount(label) > PackFormat.MaxLabelBytes ? new StoreResult.Refused(RefusalReason.LabelTooLong, field) : null;
}
