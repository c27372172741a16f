using System.Collections.Immutable;
using FellowOakDicom;
using FellowOakDicom.Network;
using Regional.Imaging.Packs;

namespace Regional.Edge.Commitment;

/// <summary>An object that a device wants to be sure of.</summary>
internal sealed record CommitmentItem(string SopClassUid, string SopInstanceUid);

/// <summary>A request for storage commitment (PS3.4 §J.3.2).</summary>
/// <param name="TransactionUid">Drawn by the device; the report carries it.</param>
internal sealed record CommitmentRequest(string TransactionUid, string CallingAe, ImmutableArray<CommitmentItem> Items)
{
    /// <summary>Reads the action information, or says what is missing or wrong with it.</summary>
    public static (CommitmentRequest? Request, DicomStatus Status) Read(DicomDataset? information, string callingAe)
    {
        if (Uid(information, DicomTag.TransactionUID) is not { } transaction)
            return (null, DicomStatus.MissingAttribute);
        if (!UidRule.IsValid(transaction))
            return (null, DicomStatus.InvalidAttributeValue);
        if (!information!.TryGetSequence(DicomTag.ReferencedSOPSequence, out var sequence))
            return (null, DicomStatus.MissingAttribute);
        if (sequence.Items.Count == 0)
            return (null, DicomStatus.MissingAttributeValue);
        var items = ImmutableArray.CreateBuilder<CommitmentItem>(sequence.Items.Count);
        foreach (var item in sequence.Items)
        {
            if (Uid(item, DicomTag.ReferencedSOPClassUID) is not { } sopClass || Uid(item, DicomTag.ReferencedSOPInstanceUID) is not { } instance)
                return (null, DicomStatus.MissingAttribute);
            if (!UidRule.IsValid(sopClass) || !UidRule.IsValid(instance))
                return (null, DicomStatus.InvalidAttributeValue);
            items.Add(new CommitmentItem(sopClass, instance));
        }

        return (new CommitmentRequest(transaction, callingAe, items.MoveToImmutable()), DicomStatus.Success);
    }

    private static string? Uid(DicomDataset? dataset, DicomTag tag) =>
        dataset is not null && dataset.TryGetString(tag, out var uid) && uid?.Trim(' ', '\0') is { Length: > 0 } text ? text : null;
}
