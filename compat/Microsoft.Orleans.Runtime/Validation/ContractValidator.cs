using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// Refuses to start with contracts that would fail, or change their meaning, on a cluster. Reports every fault at once.
/// </summary>
internal sealed class ContractValidator(GrainTypes types) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        var application = types.Application;
        var faults = InterfaceRules.Check(application.Contracts)
            .Concat(MessageRules.Check(application.Messages, application.Contracts))
            .Concat(GrainClassRules.Check(application.GrainClasses))
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToArray();
        if (faults.Length > 0)
        {
            throw new OrleansConfigurationException(
                $"{faults.Length} faults in contracts:{Environment.NewLine}- {string.Join($"{Environment.NewLine}- ", faults)}");
        }
    }
}
