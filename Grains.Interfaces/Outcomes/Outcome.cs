using System.Diagnostics.CodeAnalysis;
using Orleans;

namespace Regional.Outcomes;

/// <summary>What a command came to: a value, or the failure that kept everything as it was.</summary>
[GenerateSerializer, Immutable, Alias("regional.Outcome`1")]
public sealed record Outcome<T>([property: Id(0)] T? Value, [property: Id(1)] Failure? Failure)
    where T : class
{
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool Succeeded => Failure is null;

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Failure failure) => new(null, failure);
}
