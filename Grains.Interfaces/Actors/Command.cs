using Orleans;

namespace Regional.Actors;

/// <summary>The envelope of a command. A call that timed out may have succeeded: the same id again gives the same answer and changes nothing.</summary>
/// <param name="Id">A ULID drawn by the caller, once per intention.</param>
/// <param name="By">Who acts.</param>
/// <param name="Reason">Why, in the person's words, where the transition asks for one.</param>
/// <param name="ExpectedVersion">The version that the person saw; null where a later one does no harm.</param>
[GenerateSerializer, Immutable, Alias("regional.Command")]
public sealed record Command(
    [property: Id(0)] string Id,
    [property: Id(1)] Actor By,
    [property: Id(2)] string? Reason = null,
    [property: Id(3)] long? ExpectedVersion = null);
