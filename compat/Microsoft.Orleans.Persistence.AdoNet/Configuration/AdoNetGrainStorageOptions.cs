using Orleans.Embedded;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Configuration;

/// <summary>Options of <see cref="AdoNetGrainStorage"/>.</summary>
public class AdoNetGrainStorageOptions : IStorageProviderSerializerOptions
{
    public const string DEFAULT_ADONET_INVARIANT = "Microsoft.Data.SqlClient";
    public const int DEFAULT_INIT_STAGE = ServiceLifecycleStage.ApplicationServices;

    [Redact]
    public string? ConnectionString { get; set; }

    /// <summary>The driver: <c>Npgsql</c> or <c>System.Data.SQLite</c> (behind which stands Microsoft.Data.Sqlite).</summary>
    public string Invariant { get; set; } = DEFAULT_ADONET_INVARIANT;

    public int InitStage { get; set; } = DEFAULT_INIT_STAGE;

    /// <summary>How states are written. Must be set: the original's default loses values equal to their type's default.</summary>
    public IGrainStorageSerializer GrainStorageSerializer { get; set; } = null!;

    public IStorageHasherPicker HashPicker { get; set; } = new StorageHasherPicker([new OrleansDefaultHasher()]);

    /// <summary>True if clearing a state deletes its row; otherwise its payload becomes null and its version goes on.</summary>
    public bool DeleteStateOnClear { get; set; }
}

/// <summary>Checks <see cref="AdoNetGrainStorageOptions"/>.</summary>
public class AdoNetGrainStorageOptionsValidator(AdoNetGrainStorageOptions configurationOptions, string name) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        var fault = RelationalStorage.Fault(configurationOptions.Invariant, configurationOptions.ConnectionString)
            ?? (configurationOptions.GrainStorageSerializer is null ? "GrainStorageSerializer must be set" : null)
            ?? (configurationOptions.HashPicker is null ? "HashPicker must be set" : null);
        if (fault is not null)
            throw new OrleansConfigurationException($"{nameof(AdoNetGrainStorageOptions)} of storage \"{name}\": {fault}.");
    }
}
