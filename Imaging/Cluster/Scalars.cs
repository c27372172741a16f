using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace Regional.Imaging.Cluster;

/// <summary>Durations (<c>90s</c>, <c>30m</c>, <c>2h</c>, <c>1d</c>), times of day (<c>HH:mm</c>) and byte sizes in the YAML files of a region.</summary>
public sealed class Scalars : IYamlTypeConverter
{
    public bool Accepts(Type type) => type == typeof(TimeSpan) || type == typeof(TimeSpan?) || type == typeof(ByteSize) || type == typeof(TimeOnly);

    public object ReadYaml(IParser parser, Type type, ObjectDeserializer rootDeserializer)
    {
        var scalar = parser.Consume<Scalar>();
        if (type == typeof(ByteSize))
        {
            return ByteSize.TryParse(scalar.Value, out var size)
                ? size
                : throw new YamlException(scalar.Start, scalar.End, "a size is a number with B, KiB, MiB, GiB or TiB");
        }

        if (type == typeof(TimeOnly))
        {
            return TimeOnly.TryParseExact(scalar.Value, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
                ? time
                : throw new YamlException(scalar.Start, scalar.End, "a time of day is HH:mm");
        }

        return TryDuration(scalar.Value, out var duration)
            ? duration
            : throw new YamlException(scalar.Start, scalar.End, "a duration is a number with ms, s, m, h or d");
    }

    public void WriteYaml(IEmitter emitter, object? value, Type type, ObjectSerializer serializer) =>
        throw new NotSupportedException("cluster.yaml is read, never written.");

    internal static bool TryDuration(string text, out TimeSpan duration)
    {
        duration = default;
        var at = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (at <= 0 || !int.TryParse(text.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        TimeSpan? unit = text[at..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            "d" => TimeSpan.FromDays(1),
            _ => null,
        };
        duration = (unit ?? default) * number;
        return unit is not null;
    }
}
