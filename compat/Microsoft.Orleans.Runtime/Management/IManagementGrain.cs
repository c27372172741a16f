namespace Orleans.Runtime;

/// <summary>Looks at the silo's activations and ends idle ones. The key is 0.</summary>
[Alias("Orleans.IManagementGrain")]
public interface IManagementGrain : IGrainWithIntegerKey
{
    [Alias("GetTotalActivationCount")]
    Task<int> GetTotalActivationCount();

    [Alias("GetSimpleGrainStatistics")]
    Task<SimpleGrainStatistic[]> GetSimpleGrainStatistics();

    [Alias("GetActiveGrains")]
    ValueTask<List<GrainId>> GetActiveGrains(GrainType type);

    /// <summary>Ends the activations that have been idle for <paramref name="ageLimit"/>.</summary>
    [Alias("ForceActivationCollection")]
    Task ForceActivationCollection(TimeSpan ageLimit);
}

/// <summary>How many activations a grain class has.</summary>
[GenerateSerializer, Alias("Orleans.SimpleGrainStatistic")]
public sealed class SimpleGrainStatistic
{
    [Id(0)]
    public string GrainType { get; init; } = null!;

    [Id(1)]
    public SiloAddress SiloAddress { get; init; } = null!;

    [Id(2)]
    public int ActivationCount { get; init; }
}
