using Regional.Portal.Accounts;
using Regional.Portal.Audit;
using Regional.Projections;

namespace Regional.Silo.Storage;

/// <summary>Everything that the portal and the grains read and write, over the one seam.</summary>
internal static class StorageHosting
{
    public static IServiceCollection AddStorage(this IServiceCollection services, CentreStorage storage)
    {
        services.AddSingleton(storage).AddSingleton(storage.Data);
        services.AddSingleton<IStudyReader, StudyReader>().AddSingleton<ICriticalValueReader, CriticalValueReader>();
        services.AddSingleton<IPatientReader, PatientReader>().AddSingleton<IRegionReader, RegionReader>();
        services.AddSingleton<IStudyKeys, StudyKeys>().AddSingleton<IProjectionWriter, ProjectionWriter>();
        services.AddSingleton<WorklistSignal>().AddSingleton<WorklistReader>();
        services.AddSingleton<DueTable>().AddSingleton<IDueTable>(provider => provider.GetRequiredService<DueTable>());
        services.AddSingleton<ReferenceStore>().AddSingleton<IReferenceReader>(provider => provider.GetRequiredService<ReferenceStore>());
        services.AddSingleton<IAccountStore, Accounts>().AddSingleton<ISessionStore, Sessions>().AddSingleton<IAuditLog, AuditLog>();
        return services;
    }
}
