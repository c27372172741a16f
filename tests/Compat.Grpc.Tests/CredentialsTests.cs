using Grpc.Net.Client;
using Regional.Compat.Grpc.Tests.Server;
using Regional.Probe.V1;

namespace Regional.Compat.Grpc.Tests;

public sealed class CredentialsTests
{
    private static readonly ProbeScript Echo = new()
    {
        Ask = (_, context) => Task.FromResult(new Note { Text = string.Join(' ', context.RequestHeaders.GetAll("authorization").Select(entry => entry.Value)) }),
    };

    [Fact]
    public async Task Call_credentials_are_added_where_the_channel_allows_it()
    {
        AuthInterceptorContext? seen = null;
        var token = CallCredentials.FromInterceptor((context, metadata) =>
        {
            seen = context;
            metadata.Add("authorization", "Bearer t");
            return Task.CompletedTask;
        });
        await using var server = await ProbeServer.StartAsync(Echo);
        var client = server.Connect(options => options.UnsafeUseInsecureChannelCallCredentials = true);

        var response = await client.AskAsync(new Note(), new CallOptions(credentials: token));

        response.Text.ShouldBe("Bearer t");
        seen!.MethodName.ShouldBe("Ask");
        seen.ServiceUrl.ShouldBe($"{server.Address}/regional.probe.v1.Probe");
    }

    [Fact]
    public async Task On_an_insecure_channel_they_are_left_out()
    {
        var token = CallCredentials.FromInterceptor((_, _) => throw new InvalidOperationException("must not be asked"));
        await using var server = await ProbeServer.StartAsync(Echo);

        (await server.Connect().AskAsync(new Note(), new CallOptions(credentials: token))).Text.ShouldBe("");
    }

    [Fact]
    public void Credentials_must_fit_the_address()
    {
        var call = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);

        Should.Throw<InvalidOperationException>(() => Open("http://localhost", ChannelCredentials.SecureSsl));
        Should.Throw<InvalidOperationException>(() => Open("https://localhost", ChannelCredentials.Insecure));
        Should.Throw<InvalidOperationException>(() => Open("https://localhost", new SslCredentials("pem")));
        Should.Throw<InvalidOperationException>(() => Open("http://localhost", ChannelCredentials.Create(ChannelCredentials.Insecure, call)));
        Open("https://localhost", ChannelCredentials.Create(ChannelCredentials.SecureSsl, call)).Dispose();
    }

    private static GrpcChannel Open(string address, ChannelCredentials credentials) =>
        GrpcChannel.ForAddress(address, new GrpcChannelOptions { Credentials = credentials });
}
