using System.Collections.ObjectModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Embedded;
using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>A cluster for tests: one silo and a client with services of its own.</summary>
public class TestCluster : IDisposable, IAsyncDisposable
{
    private readonly IConfiguration _configuration;
    private readonly List<SiloHandle> _silos = [];
    private IHost? _clientHost;
    private ClientMessaging? _client;
    private short _started;

    internal TestCluster(TestClusterOptions options, IConfiguration configuration)
    {
        Options = options;
        _configuration = configuration;
    }

    public TestClusterOptions Options { get; }

    public SiloHandle? Primary => _silos.Count > 0 ? _silos[0] : null;

    public IReadOnlyList<SiloHandle> SecondarySilos => _silos.Skip(1).ToList();

    public ReadOnlyCollection<SiloHandle> Silos => _silos.AsReadOnly();

    public IClusterClient Client => _client?.Factory ?? throw new InvalidOperationException("The cluster was not deployed, or was stopped.");

    public IGrainFactory GrainFactory => Client;

    /// <summary>The services of the client. Those of the silo: <see cref="GetSiloServiceProvider"/>.</summary>
    public IServiceProvider ServiceProvider => Client.ServiceProvider;

    public void Deploy() => DeployAsync().GetAwaiter().GetResult();

    public async Task DeployAsync()
    {
        if (Primary is not null)
            throw new InvalidOperationException("The cluster was deployed already.");
        if (Options.InitialSilosCount != 1)
        {
            throw new OrleansConfigurationException(
                $"A test cluster of {Options.InitialSilosCount} silos was asked for, and the embedded engine is a cluster of one: "
                + "TestClusterBuilder(1). Build with Stack=nuget to test with several.");
        }

        _silos.Add(await StartSilo());
        if (Options.InitializeClientOnDeploy)
            await InitializeClientAsync();
    }

    public async Task InitializeClientAsync()
    {
        _clientHost = TestHosts.Client(Options, _configuration);
        await _clientHost.StartAsync();
        var silo = MessagingOf(Primary!);
        _client = new ClientMessaging(_clientHost.Services, silo.Types);
        _client.Connect(silo);
    }

    public IEnumerable<SiloHandle> GetActiveSilos() => _silos.Where(s => s.IsActive);

    public IServiceProvider GetSiloServiceProvider(SiloAddress? silo = null) =>
        ((InProcessSiloHandle)(silo is null ? Primary : _silos.FirstOrDefault(s => s.SiloAddress.Equals(silo)))!).ServiceProvider;

    public async Task<SiloHandle?> RestartSiloAsync(SiloHandle instance)
    {
        if (!_silos.Contains(instance))
            return null;

        await StopSiloAsync(instance);
        var restarted = await StartSilo();
        _silos.Insert(0, restarted);
        _client?.Connect(MessagingOf(restarted));
        return restarted;
    }

    public async Task StopSiloAsync(SiloHandle instance)
    {
        if (!_silos.Remove(instance))
            return;

        await instance.StopSiloAsync(true);
        _client?.Connect(null);
        await instance.DisposeAsync();
    }

    /// <summary>Ends a silo as a crash would.</summary>
    public async Task KillSiloAsync(SiloHandle instance)
    {
        if (!_silos.Remove(instance))
            return;

        await instance.StopSiloAsync(false);
        _client?.Connect(null);
        await instance.DisposeAsync();
    }

    /// <summary>Starts a silo where none is left; a second one is refused.</summary>
    public async Task<SiloHandle> StartAdditionalSiloAsync(bool startAdditionalSiloOnNewPort = false)
    {
        if (Primary is not null)
            throw new OrleansConfigurationException("The embedded engine is a cluster of one silo, and it runs.");

        var silo = await StartSilo();
        _silos.Add(silo);
        _client?.Connect(MessagingOf(silo));
        return silo;
    }

    public async Task StopClusterClientAsync()
    {
        _client?.Dispose();
        _client = null;
        if (_clientHost is null)
            return;

        await _clientHost.StopAsync();
        _clientHost.Dispose();
        _clientHost = null;
    }

    public Task KillClientAsync() => StopClusterClientAsync();

    public async Task StopAllSilosAsync()
    {
        await StopClusterClientAsync();
        foreach (var silo in _silos.ToArray())
            await StopSiloAsync(silo);
    }

    public void StopAllSilos() => StopAllSilosAsync().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        await StopAllSilosAsync();
        GC.SuppressFinalize(this);
    }

    public void Dispose()
    {
        StopAllSilos();
        GC.SuppressFinalize(this);
    }

    private static SiloMessaging MessagingOf(SiloHandle silo) =>
        ((InProcessSiloHandle)silo).ServiceProvider.GetRequiredService<SiloMessaging>();

    private async Task<SiloHandle> StartSilo()
    {
        var instance = _started++;
        var host = TestHosts.Silo(instance == 0 ? "Primary" : $"Secondary_{instance}", Options, _configuration);
        try
        {
            await host.StartAsync();
        }
        catch
        {
            host.Dispose();
            throw;
        }

        return new InProcessSiloHandle(host) { InstanceNumber = instance };
    }
}
