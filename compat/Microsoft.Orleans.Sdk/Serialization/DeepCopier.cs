using Orleans.Embedded;

namespace Orleans.Serialization;

/// <summary>Copies values as messages do.</summary>
public sealed class DeepCopier
{
    internal DeepCopier() { }

    public T? Copy<T>(T? value) =>
        value is not null && DeepCopy.CopierFor(typeof(T)) is { } copy ? (T)copy(value, new CopyContext()) : value;
}

/// <summary>A value cannot travel: its type was not made for it.</summary>
[GenerateSerializer]
public sealed class CodecNotFoundException(string message) : Exception(message);
