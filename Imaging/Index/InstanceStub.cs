using System.Text.Json;
using System.Text.Json.Serialization;
using Regional.Imaging.Frames;
using Regional.Imaging.Packs;

namespace Regional.Imaging.Index;

/// <summary>What the index knows of an instance whose bytes are elsewhere: the data of a <see cref="RecordKind.Stub"/> record, as JSON.</summary>
/// <param name="Version">Of this layout; a higher one is not read.</param>
/// <param name="Length">Bytes of the instance's data set.</param>
/// <param name="Hash">SHA-256 of the instance's data set.</param>
internal sealed record InstanceStub(
    int Version, long Length, byte[] Hash, long DataHeader, DataSetProblem Problem, byte[] Frames, InstanceFacts Facts)
{
    private const int Current = 1;

    public static byte[] Encode(IndexedRecord record) => JsonSerializer.SerializeToUtf8Bytes(
        new InstanceStub(
            Current, record.Record.Address.DataLength, record.Record.Hash.ToArray(), record.DataHeader, record.Problem, record.Frames.Encode(), record.Facts),
        StubJson.Default.InstanceStub);

    /// <summary>The instance that a stub stands for, or null when its data is not understood.</summary>
    public static IndexedRecord? Decode(PackRecord record, ReadOnlySpan<byte> data)
    {
        try
        {
            if (JsonSerializer.Deserialize(data, StubJson.Default.InstanceStub) is not { Version: Current } stub) return null;
            var address = new RecordAddress(record.Address.Pack, record.Address.Offset, 0, stub.Length);
            return new IndexedRecord(
                new PackRecord(address, record.Header, new ContentHash(stub.Hash)), stub.Facts, FrameMap.Decode(stub.Frames), stub.DataHeader, stub.Problem,
                IsLocal: false);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(InstanceStub))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
internal sealed partial class StubJson : JsonSerializerContext;
