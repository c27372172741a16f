using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Embedded;

internal sealed class ClusterOptionsValidator(IOptions<ClusterOptions> options) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        if (string.IsNullOrWhiteSpace(options.Value.ClusterId))
            throw new OrleansConfigurationException($"{nameof(ClusterOptions)}.{nameof(ClusterOptions.ClusterId)} must be set.");
        if (string.IsNullOrWhiteSpace(options.Value.ServiceId))
            throw new OrleansConfigurationException($"{nameof(ClusterOptions)}.{nameof(ClusterOptions.ServiceId)} must be set.");
    }
}

internal sealed class GrainCollectionOptionsValidator(IOptions<GrainCollectionOptions> options) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        var value = options.Value;
        if (value.CollectionQuantum <= TimeSpan.Zero)
            throw Fault(nameof(value.CollectionQuantum), value.CollectionQuantum, "must be positive");
        if (value.CollectionAge <= value.CollectionQuantum)
            throw Fault(nameof(value.CollectionAge), value.CollectionAge, $"must be longer than CollectionQuantum ({value.CollectionQuantum})");
        foreach (var (name, age) in value.ClassSpecificCollectionAge)
        {
            if (age <= value.CollectionQuantum)
                throw Fault($"ClassSpecificCollectionAge[{name}]", age, $"must be longer than CollectionQuantum ({value.CollectionQuantum})");
        }
    }

    private static OrleansConfigurationException Fault(string property, TimeSpan value, string rule) =>
        new($"{nameof(GrainCollectionOptions)}.{property} is {value}: it {rule}.");
}
