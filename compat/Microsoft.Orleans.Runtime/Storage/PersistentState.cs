using Orleans.Core;

namespace Orleans
{
    /// <summary>Marks attributes on constructor parameters that the engine fills in.</summary>
    public interface IFacetMetadata;
}

namespace Orleans.Runtime
{
    /// <summary>A stored state of a grain, injected into its constructor and read before activation.</summary>
    public interface IPersistentState<TState> : IStorage<TState>;

    /// <summary>Which state to inject.</summary>
    public interface IPersistentStateConfiguration
    {
        string StateName { get; }

        string StorageName { get; }
    }

    /// <summary>
    /// Injects an <see cref="IPersistentState{TState}"/>. The name is part of the key of the stored row and unique product-wide.
    /// </summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public class PersistentStateAttribute(string stateName, string? storageName = null)
        : Attribute, IFacetMetadata, IPersistentStateConfiguration
    {
        public string StateName { get; } = stateName ?? throw new ArgumentNullException(nameof(stateName));

        public string StorageName { get; } = storageName!;
    }

    /// <summary>Makes the states that constructors ask for.</summary>
    public interface IPersistentStateFactory
    {
        IPersistentState<TState> Create<TState>(IGrainContext context, IPersistentStateConfiguration config);
    }
}

namespace Orleans.Providers
{
    /// <summary>Names the storage of a class derived from <see cref="Grain{TGrainState}"/>.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class StorageProviderAttribute : Attribute
    {
        public string ProviderName { get; set; } = ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME;
    }

    /// <summary>Names of providers.</summary>
    public static class ProviderConstants
    {
        public const string DEFAULT_STORAGE_PROVIDER_NAME = "Default";
    }
}
