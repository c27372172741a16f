using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>The cluster was configured, and as one of a single silo.</summary>
internal sealed record ClusterOfOne(bool HoldPorts);

/// <summary>The configuration asks for what only a real cluster gives.</summary>
internal sealed record ClusterOfMany(string Configuration);

/// <summary>Refuses every topology but one silo in this process, and says why.</summary>
internal sealed class TopologyValidator(
    IEnumerable<ClusterOfOne> single,
    IEnumerable<ClusterOfMany> many,
    IOptions<EndpointOptions> endpoint,
    IOptions<DevelopmentClusterMembershipOptions> development) : IConfigurationValidator
{
    private const string Reason =
        "The embedded engine runs all grains in one process: it has no membership, no directory and no messages between silos, so a "
        + "second silo would work on the same state without either knowing. Build with Stack=nuget for a cluster.";

    public void ValidateConfiguration()
    {
        foreach (var asked in many)
            throw new OrleansConfigurationException($"{asked.Configuration} describes a cluster of several silos. {Reason}");
        if (!single.Any())
            throw new OrleansConfigurationException("No clustering was configured: call UseLocalhostClustering.");

        var own = new IPEndPoint(endpoint.Value.AdvertisedIPAddress, endpoint.Value.SiloPort);
        if (development.Value.PrimarySiloEndpoint is { } primary && !primary.Equals(own))
            throw new OrleansConfigurationException($"The primary silo {primary} is not this one ({own}). {Reason}");
    }
}

/// <summary>Holds the ports a silo would listen on, so that a second silo on the same ports fails as it would with the real engine.</summary>
internal sealed class PortHolder(IEnumerable<ClusterOfOne> single, IOptions<EndpointOptions> endpoint)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly List<Socket> _held = [];

    public void Participate(ISiloLifecycle lifecycle)
    {
        if (single.Any(s => s.HoldPorts))
            lifecycle.Subscribe(nameof(PortHolder), ServiceLifecycleStage.RuntimeInitialize, Hold, Release);
    }

    public void Dispose()
    {
        _held.ForEach(socket => socket.Dispose());
        _held.Clear();
    }

    private Task Hold(CancellationToken cancellationToken)
    {
        foreach (var port in new[] { endpoint.Value.SiloPort, endpoint.Value.GatewayPort }.Where(p => p > 0))
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _held.Add(socket);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                socket.Listen();
            }
            catch (SocketException exception)
            {
                throw new OrleansConfigurationException($"Port {port} is in use: another silo seems to run on this machine.", exception);
            }
        }

        return Task.CompletedTask;
    }

    private Task Release(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }
}
