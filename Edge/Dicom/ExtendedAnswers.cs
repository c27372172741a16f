using FellowOakDicom;
using FellowOakDicom.Network;

namespace Regional.Edge.Dicom;

/// <summary>
/// What extended negotiation is answered (PS3.4 §B.3.1.4, §C.5): storage keeps every attribute and every bit; queries are hierarchical, names are matched
/// literally without regard to case.
/// </summary>
internal static class ExtendedAnswers
{
    /// <summary>Byte 1: level 2, all attributes are stored; byte 3: digital signatures stay valid, since bytes are kept; byte 5: nothing is coerced.</summary>
    public static readonly IReadOnlyList<byte> Storage = [2, 0, 3, 0, 0, 0];

    /// <summary>Relational queries, combined date and time, fuzzy names, time zones, conversion of multi-frame images: none.</summary>
    public static readonly IReadOnlyList<byte> Query = [0, 0, 0, 0, 0];

    public static void Answer(DicomAssociation association, IReadOnlySet<DicomUID> queryModels)
    {
        foreach (var asked in association.ExtendedNegotiations)
        {
            if (asked.RequestedApplicationInfo is not { Count: > 0 } wanted)
                continue;
            var answer = queryModels.Contains(asked.SopClassUid) ? Query : asked.SopClassUid.StorageCategory != DicomStorageCategory.None ? Storage : null;
            if (answer is not null)
                asked.AcceptApplicationInfo(new DicomServiceApplicationInfo([.. answer.Take(wanted.GetValues().Length)]));
        }
    }
}
