using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Grpc.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Regional.Compat.Grpc.Tests.Server;

/// <summary>A gRPC server on a free loopback port for one test. Fails the test on an Error log it did not expect.</summary>
public sealed class ProbeServer : IAsyncDisposable
{
    /// <summary>How long a test waits for what must come; a limit on hanging, not a measure.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly List<GrpcChannel> _channels = [];

    private ProbeServer(WebApplication app, ErrorLogScope logs)
    {
        _app = app;
        Logs = logs;
        Address = app.Urls.Single();
    }

    public string Address { get; }

    public ErrorLogScope Logs { get; }

    public static async Task<ProbeServer> StartAsync(
        ProbeScript script,
        Action<GrpcServiceOptions>? grpc = null,
        Action<KestrelServerOptions>? kestrel = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? app = null,
        TimeProvider? time = null,
        HttpProtocols protocols = HttpProtocols.Http2,
        int port = 0)
    {
        var logs = new ErrorLogScope(LogLevel.Debug);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Debug).AddProvider(logs.Provider);
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Listen(IPAddress.Loopback, port, listen => listen.Protocols = protocols);
            kestrel?.Invoke(options);
        });
        if (time is not null)
            builder.Services.AddSingleton(new GrpcClock(time));
        builder.Services.AddSingleton(script);
        builder.Services.AddGrpc(grpc ?? (_ => { }));
        services?.Invoke(builder.Services);
        var host = builder.Build();
        if (app is null)
            host.MapGrpcService<ProbeService>();
        else
            app(host);
        await host.StartAsync();
        return new ProbeServer(host, logs);
    }

    public Regional.Probe.V1.Probe.ProbeClient Connect(Action<GrpcChannelOptions>? configure = null, TimeProvider? time = null) =>
        new(Open(configure, time));

    public GrpcChannel Open(Action<GrpcChannelOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new GrpcChannelOptions { DisposeHttpClient = true };
        configure?.Invoke(options);
        var channel = GrpcChannel.ForAddress(Address, options);
        if (time is not null)
            channel.Clock = new GrpcClock(time);
        _channels.Add(channel);
        return channel;
    }

    /// <summary>Stops at once: connections are closed under the calls.</summary>
    public Task StopAsync() => _app.StopAsync(new CancellationToken(canceled: true));

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
            channel.Dispose();
        await _app.DisposeAsync();
        Logs.Dispose();
    }
}
