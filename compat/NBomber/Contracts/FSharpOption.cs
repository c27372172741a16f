namespace Microsoft.FSharp.Core;

/// <summary>The shape in which the original hands out an optional payload; absence is null, as F# has it.</summary>
public sealed class FSharpOption<T>(T value)
{
    public static FSharpOption<T>? None => null;

    public T Value { get; } = value;

    public static FSharpOption<T> Some(T value) => new(value);
}
