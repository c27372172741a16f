using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>Narrows a key to the hash columns of a row.</summary>
public interface IHasher
{
    string Description { get; }

    int Hash(byte[] data);
}

/// <summary>Chooses the hasher of a state.</summary>
public interface IStorageHasherPicker
{
    ICollection<IHasher> HashProviders { get; }

    IHasher? PickHasher<T>(
        string serviceId, string storageProviderInstanceName, string grainType, GrainId grainId, IGrainState<T> grainState, string? tag = null);
}

/// <summary>The hash of rows written since Orleans 7: <see cref="StableHash"/>.</summary>
public sealed class OrleansDefaultHasher : IHasher
{
    public string Description => $"The default Orleans hash function ({nameof(StableHash)}).";

    public int Hash(byte[] data) => unchecked((int)StableHash.ComputeHash(data));
}

/// <summary>Always chooses the first hasher.</summary>
public class StorageHasherPicker(IEnumerable<IHasher> hashProviders) : IStorageHasherPicker
{
    public ICollection<IHasher> HashProviders { get; } = hashProviders.ToList();

    public IHasher? PickHasher<T>(
        string serviceId, string storageProviderInstanceName, string grainType, GrainId grainId, IGrainState<T> grainState, string? tag = null) =>
        HashProviders.FirstOrDefault();
}
