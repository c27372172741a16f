using Regional.Imaging.Frames;
using Regional.Imaging.Packs;

namespace Regional.Imaging.Index;

/// <summary>A record of the packs with what was read from its data set; what the index writer applies.</summary>
internal sealed record IndexedRecord(PackRecord Record, InstanceFacts Facts, FrameMap Frames, long DataHeader, DataSetProblem Problem)
{
    public static IndexedRecord WithoutData(PackRecord record) => new(record, InstanceFacts.Unknown, FrameMap.None, 0, DataSetProblem.None);
}
