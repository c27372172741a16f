using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// The silo as part of its host: checks everything before anything starts, runs the lifecycle, and on the way down ends the
/// activations before it lets go of storage.
/// </summary>
internal sealed class Silo(
    IEnumerable<IConfigurationValidator> validators,
    IEnumerable<ILifecycleParticipant<ISiloLifecycle>> participants,
    SiloLifecycle lifecycle,
    GrainCatalog catalog,
    SiloMessaging messaging,
    ActivationCollector collector,
    ILocalSiloDetails details,
    ILogger<Silo> logger) : IHostedService
{
    private int _stopped;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Validate();
        lifecycle.Subscribe(nameof(GrainCatalog), ServiceLifecycleStage.GrainDeactivation, _ => Task.CompletedTask, StopGrains);
        lifecycle.Subscribe(nameof(ActivationCollector), ServiceLifecycleStage.BecomeActive, _ =>
        {
            collector.Start();
            return Task.CompletedTask;
        });
        foreach (var participant in participants)
            participant.Participate(lifecycle);

        try
        {
            await lifecycle.OnStart(cancellationToken);
        }
        catch
        {
            await StopAsync(CancellationToken.None);
            throw;
        }

        logger.LogInformation("Embedded silo {Silo} of cluster {Cluster} runs.", details.Name, details.ClusterId);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
            return;

        collector.Dispose();
        await lifecycle.OnStop(cancellationToken);
        messaging.Pending.Stop();
    }

    /// <summary>Ends the silo as a crash would: no grain is told, no caller is answered by one.</summary>
    public void Kill()
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
            return;

        collector.Dispose();
        catalog.Abandon();
        messaging.Pending.Stop();
    }

    private Task StopGrains(CancellationToken cancellationToken) => catalog.Stop(cancellationToken);

    private void Validate()
    {
        var faults = new List<string>();
        foreach (var validator in validators)
        {
            try
            {
                validator.ValidateConfiguration();
            }
            catch (OrleansConfigurationException exception)
            {
                faults.Add(exception.Message);
            }
        }

        if (faults.Count > 0)
            throw new OrleansConfigurationException(string.Join(Environment.NewLine, faults));
    }
}
