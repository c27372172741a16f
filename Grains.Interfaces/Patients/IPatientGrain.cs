using System.Collections.Immutable;
using Orleans;
using Regional.Actors;
using Regional.Outcomes;

namespace Regional.Patients;

/// <summary>One resident, keyed by <c>pat:</c> ULID (EMPI; R4.2.3-1, R5.1.2-1). Local ids of every hospital hang on it, scoped by issuer.</summary>
[Alias("regional.IPatientGrain")]
public interface IPatientGrain : IGrainWithStringKey
{
    [Alias("Get")] Task<Outcome<PatientSnapshot>> Get();
    [Alias("Register")] Task<Outcome<PatientSnapshot>> Register(Command command, Demographics demographics, ImmutableArray<LocalId> localIds);
    [Alias("Correct")] Task<Outcome<PatientSnapshot>> Correct(Command command, Demographics demographics);
    [Alias("AddLocalId")] Task<Outcome<PatientSnapshot>> AddLocalId(Command command, LocalId localId);
    [Alias("Deliver")] Task Deliver();
}

/// <summary>What lists show of a patient.</summary>
/// <param name="Name">As spoken, in the original script.</param>
/// <param name="Sex">M, F, O or U.</param>
[GenerateSerializer, Immutable, Alias("regional.PatientLabel")]
public sealed record PatientLabel([property: Id(0)] string Name, [property: Id(1)] string Sex, [property: Id(2)] DateOnly? BirthDate);

[GenerateSerializer, Immutable, Alias("regional.Demographics")]
public sealed record Demographics(
    [property: Id(0)] string Name,
    [property: Id(1)] string? Pinyin,
    [property: Id(2)] string Sex,
    [property: Id(3)] DateOnly? BirthDate,
    [property: Id(4)] string? NationalId,
    [property: Id(5)] string? Phone,
    [property: Id(6)] string? Address,
    [property: Id(7)] bool Provisional);

/// <summary>An id that a hospital gave, scoped by its issuer (workflow.md 8).</summary>
[GenerateSerializer, Immutable, Alias("regional.LocalId")]
public sealed record LocalId([property: Id(0)] string Issuer, [property: Id(1)] string Value);

[GenerateSerializer, Immutable, Alias("regional.PatientSnapshot")]
public sealed record PatientSnapshot(
    [property: Id(0)] string PatientId,
    [property: Id(1)] long Version,
    [property: Id(2)] Demographics Demographics,
    [property: Id(3)] ImmutableArray<LocalId> LocalIds,
    [property: Id(4)] ImmutableArray<Studies.Step> History);
