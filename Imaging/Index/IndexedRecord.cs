using Regional.Imaging.Frames;
using Regional.Imaging.Packs;

namespace Regional.Imaging.Index;

/// <summary>A record of the packs with what was read from its data set; what the index writer applies.</summary>
/// <param name="IsLocal">False for a stub: the address says where it stands and how long the data set is, not where its bytes are.</param>
internal sealed record IndexedRecord(
    PackRecord Record, InstanceFacts Facts, FrameMap Frames, long DataHeader, DataSetProblem Problem, bool IsLocal = true)
{
    public static IndexedRecord WithoutData(PackRecord record) => new(record, InstanceFacts.Unknown, FrameMap.None, 0, DataSetProblem.None);
}
