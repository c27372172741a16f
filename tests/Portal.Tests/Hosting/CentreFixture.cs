using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Regional.Imaging.Cluster;
using Regional.Portal.Accounts;
using Regional.Silo.Hosting;
using Regional.TestKit;

namespace Regional.Portal.Tests.Hosting;

/// <summary>A whole centre on Kestrel, port 0, SQLite in a folder of its own, with a demo region of four sites; fails on unexpected errors in its log.</summary>
public sealed class CentreFixture : IAsyncLifetime
{
    public const string Password = "regional-demo";

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly TempFolder folder = new("regional-centre-");
    private readonly Dictionary<string, string> tokens = [];
    private readonly SemaphoreSlim signingIn = new(1);
    private CentreHost? host;

    public ErrorLogScope Log { get; } = new();

    /// <summary>The system's clock until a test asks for another before starting.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public Uri Address { get; private set; } = null!;

    public string Folder => folder;

    internal CentreHost Host => host!;

    public IServiceProvider Services => host!.App.Services;

    public Task InitializeAsync() => Start();

    public async Task Start()
    {
        host = await CentreHost.Build(Cluster(), Time, builder => builder.Logging.AddProvider(Log.Provider).SetMinimumLevel(LogLevel.Information));
        await host.App.StartAsync();
        Address = new Uri(host.App.Urls.First());
    }

    public async Task Stop()
    {
        if (host is null)
            return;
        await host.App.StopAsync();
        await host.DisposeAsync();
        host = null;
    }

    public async Task DisposeAsync()
    {
        await Stop();
        folder.Dispose();
        Log.Verify();
    }

    internal ClusterFile Cluster()
    {
        var file = folder.File("cluster.yaml");
        if (!File.Exists(file))
        {
            var ports = LoopbackPort.Free(2);
            File.Copy(Path.Combine(AppContext.BaseDirectory, "Hosting", "reference.yaml"), folder.File("reference.yaml"));
            File.WriteAllText(file, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Hosting", "cluster.yaml"))
                .Replace("SILO_PORT", $"{ports[0]}", StringComparison.Ordinal).Replace("GATEWAY_PORT", $"{ports[1]}", StringComparison.Ordinal));
        }

        return ClusterFile.Load(file, ClusterPart.Centre);
    }

    /// <summary>A client that is nobody.</summary>
    public HttpClient Anonymous() => new(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = Address };

    /// <summary>A client with the person's Bearer token; each person signs in once.</summary>
    public async Task<HttpClient> As(string user)
    {
        await signingIn.WaitAsync();
        try
        {
            if (!tokens.TryGetValue(user, out var token))
                tokens[user] = token = (await SignIn(user)).Token;
            var client = Anonymous();
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            return client;
        }
        finally
        {
            signingIn.Release();
        }
    }

    public async Task<LoginAnswer> SignIn(string user)
    {
        using var client = Anonymous();
        using var response = await client.PostAsJsonAsync("/api/auth/login", new LoginRequest(user, Password));
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<LoginAnswer>(Json))!;
    }
}

/// <summary>Tests that share one centre.</summary>
[CollectionDefinition("centre")]
public sealed class CentreCollection : ICollectionFixture<CentreFixture>;
