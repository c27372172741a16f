using Orleans.Runtime;

namespace Orleans.Metadata;

/// <summary>An attribute that adds properties to the description of a grain class.</summary>
public interface IGrainPropertiesProviderAttribute
{
    void Populate(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties);
}

/// <summary>An attribute that gives a grain class its type.</summary>
public interface IGrainTypeProviderAttribute
{
    GrainType GetGrainType(IServiceProvider services, Type type);
}

/// <summary>Keys of grain class properties.</summary>
public static class WellKnownGrainTypeProperties
{
    public const string Reentrant = "reentrant";
    public const string MayInterleavePredicate = "may-interleave-predicate";
    public const string IdleDeactivationPeriod = "idle-duration";
    public const string IndefiniteIdleDeactivationPeriodValue = "indefinite";
}
