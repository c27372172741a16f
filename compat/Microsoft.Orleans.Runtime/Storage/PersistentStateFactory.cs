using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers;
using Orleans.Storage;

namespace Orleans.Embedded
{
    /// <summary>Makes the state of a grain that has none stored.</summary>
    internal static class NewState
    {
        public static T Of<T>() =>
            typeof(T).IsValueType ? default!
            : typeof(T).GetConstructor(Type.EmptyTypes) is not null ? Activator.CreateInstance<T>()
            : (T)RuntimeHelpers.GetUninitializedObject(typeof(T));
    }
}

namespace Orleans.Runtime
{
    /// <inheritdoc/>
    public class PersistentStateFactory : IPersistentStateFactory
    {
        public IPersistentState<TState> Create<TState>(IGrainContext context, IPersistentStateConfiguration cfg)
        {
            var storage = string.IsNullOrWhiteSpace(cfg.StorageName)
                ? context.ActivationServices.GetService<IGrainStorage>()
                : context.ActivationServices.GetKeyedService<IGrainStorage>(cfg.StorageName);
            return storage is not null
                ? new PersistentState<TState>(cfg.StateName, context, storage)
                : throw new BadProviderConfigException(
                    string.IsNullOrWhiteSpace(cfg.StorageName)
                        ? $"There is no default storage for grains of type {context.GrainId.Type}."
                        : $"There is no storage named \"{cfg.StorageName}\" for grains of type {context.GrainId.Type}.");
        }

        private sealed class PersistentState<TState> : Core.StateStorageBridge<TState>, IPersistentState<TState>
        {
            public PersistentState(string name, IGrainContext context, IGrainStorage storage)
                : base(name, context, storage) =>
                context.ObservableLifecycle.Subscribe(name, GrainLifecycleStage.SetupState, ReadStateAsync);
        }
    }
}

namespace Orleans.Storage
{
    /// <summary>Finds the storage of a grain class.</summary>
    public static class GrainStorageHelpers
    {
        public static IGrainStorage GetGrainStorage(Type grainType, IServiceProvider services)
        {
            var name = grainType.GetCustomAttribute<StorageProviderAttribute>(true)?.ProviderName;
            var storage = string.IsNullOrEmpty(name) ? services.GetService<IGrainStorage>() : services.GetKeyedService<IGrainStorage>(name);
            return storage ?? throw new BadProviderConfigException($"There is no storage \"{name ?? "default"}\" for grain class {grainType}.");
        }
    }
}
