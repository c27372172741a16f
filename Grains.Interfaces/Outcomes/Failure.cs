using System.Collections.Immutable;
using Orleans;

namespace Regional.Outcomes;

/// <summary>Why a command changed nothing. One table each maps these to HTTP, DICOM and gRPC status.</summary>
[GenerateSerializer, Alias("regional.FailureCode")]
public enum FailureCode
{
    /// <summary>No such study, report, alert…, or none that this person may know of.</summary>
    NotFound = 1,

    /// <summary>Role or site do not allow it.</summary>
    Forbidden = 2,

    /// <summary>The input itself is wrong; <see cref="Failure.Fields"/> says where.</summary>
    Invalid = 3,

    /// <summary>The state machine has no such transition from here.</summary>
    WrongState = 4,

    /// <summary>Somebody else holds it; <see cref="Failure.Holder"/> says who.</summary>
    Taken = 5,

    /// <summary>The claim expired or a newer one exists (fencing), or the version seen is old.</summary>
    Stale = 6,

    /// <summary>The agreement or the signing policy does not allow it.</summary>
    PolicyRefused = 7,

    /// <summary>The same key is used by something else (accession number, study UID, local id).</summary>
    Conflict = 8,
}

/// <summary>A failure that is expected in practice: a value, never an exception. Carries rules and field names, never a patient's values.</summary>
/// <param name="Code">The kind.</param>
/// <param name="Rule">Short machine name of the rule, such as <c>report.review.author</c>; pages translate it.</param>
/// <param name="Holder">Display name of the holder, for <see cref="FailureCode.Taken"/>; key of what has it, for <see cref="FailureCode.Conflict"/>.</param>
/// <param name="Fields">Names of the wrong fields with the rule each breaks, for <see cref="FailureCode.Invalid"/>.</param>
[GenerateSerializer, Immutable, Alias("regional.Failure")]
public sealed record Failure(
    [property: Id(0)] FailureCode Code,
    [property: Id(1)] string Rule,
    [property: Id(2)] string? Holder,
    [property: Id(3)] ImmutableArray<FieldFault> Fields)
{
    public static Failure Of(FailureCode code, string rule) => new(code, rule, null, []);

    public static Failure TakenBy(string rule, string holder) => new(FailureCode.Taken, rule, holder, []);

    public static Failure InvalidFields(string rule, params ReadOnlySpan<FieldFault> fields) => new(FailureCode.Invalid, rule, null, [.. fields]);
}

[GenerateSerializer, Immutable, Alias("regional.FieldFault")]
public sealed record FieldFault([property: Id(0)] string Field, [property: Id(1)] string Rule);
