using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Orleans.Storage;

namespace Regional.Storage;

/// <summary>
/// Grain states as UTF-8 JSON without type names (design rule 3). The default serializers drop members that have their default value; this
/// one never does. A state written by a newer build is refused rather than half read.
/// </summary>
public sealed class RegionalStateSerializer : IGrainStorageSerializer
{
    /// <summary>Newest schema version that this build reads and the one it writes.</summary>
    public const int Schema = 1;

    /// <summary>Chinese text stays itself: half the bytes, and readable in the database.</summary>
    private static readonly StateJson Json = new(new JsonSerializerOptions(StateJson.Default.Options) { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) });

    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input!, Info<T>()));

    /// <exception cref="InvalidOperationException">The state was written by a newer build.</exception>
    public T? Deserialize<T>(BinaryData input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var schema = SchemaOf(input.ToMemory().Span);
        if (schema > Schema)
            throw new InvalidOperationException($"A {typeof(T).Name} has schema {schema}; this build reads up to {Schema}.");
        return JsonSerializer.Deserialize(input.ToMemory().Span, Info<T>());
    }

    private static JsonTypeInfo<T> Info<T>() => (JsonTypeInfo<T>?)Json.GetTypeInfo(typeof(T))
        ?? throw new NotSupportedException($"{typeof(T).FullName} is not a state of this product; add it to {nameof(StateJson)}.");

    /// <summary>Reads only as far as the first member of that name at the top, which is written first.</summary>
    private static int SchemaOf(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1) continue;
            var found = reader.ValueTextEquals("Schema"u8);
            reader.Read();
            if (found) return reader.GetInt32();
            reader.Skip();
        }

        return 0;
    }
}
