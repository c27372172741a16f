using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Storage;
using Regional.Delivery;
using Regional.Storage;
using Regional.Studies;

namespace Regional;

/// <summary>The composition root's one call for the actors.</summary>
public static class RegionalGrains
{
    /// <summary>
    /// Registers what the grains need of each other. The host brings: a grain storage named <see cref="RegionalStorage.Name"/> that uses the
    /// registered <see cref="IGrainStorageSerializer"/>, reminders, <c>IProjectionWriter</c>, <c>IDueTable</c>, <c>IStudyKeys</c>,
    /// <c>IStudyReader</c>, <c>IPatientReader</c>, <c>IOptions&lt;WorkflowClocks&gt;</c>, and a sweeper over the due table.
    /// </summary>
    public static IServiceCollection AddRegionalGrains(this IServiceCollection services)
    {
        services.AddOptions();
        services.TryAddSingleton<IGrainStorageSerializer, RegionalStateSerializer>();
        services.TryAddSingleton<EventSender>();
        services.TryAddSingleton<LedgerServices>();
        services.TryAddSingleton<IStudyMatching, StudyMatching>();
        return services;
    }
}
