using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;
using Regional.Compat.Grpc.Tests.Server;
using Regional.Probe.V1;

namespace Regional.Compat.Grpc.Tests;

public sealed class InterceptorTests
{
    private static readonly ProbeScript Echo = new()
    {
        Ask = (request, _) => Task.FromResult(request),
        Upload = async (requests, _) => await requests.MoveNext() ? requests.Current : new Note(),
        Download = (request, responses, _) => responses.WriteAsync(request),
        Talk = async (requests, responses, _) =>
        {
            while (await requests.MoveNext())
                await responses.WriteAsync(requests.Current);
        },
    };

    [Fact]
    public async Task Server_interceptors_see_every_kind_of_call_in_order()
    {
        var trace = new Trace();
        await using var server = await ProbeServer.StartAsync(
            Echo,
            grpc: options =>
            {
                options.Interceptors.Add<Tracing>("outer");
                options.Interceptors.Add<Tracing>("inner");
            },
            services: services => services.AddSingleton(trace));
        var client = server.Connect();

        await client.AskAsync(new Note());
        using (var upload = client.Upload())
        {
            await upload.RequestStream.CompleteAsync();
            await upload;
        }

        using (var download = client.Download(new Note()))
            (await download.ResponseStream.MoveNext()).ShouldBeTrue();
        using (var talk = client.Talk())
        {
            await talk.RequestStream.CompleteAsync();
            (await talk.ResponseStream.MoveNext()).ShouldBeFalse();
        }

        trace.Lines.ShouldBe(["outer Ask", "inner Ask", "outer Upload", "inner Upload", "outer Download", "inner Download", "outer Talk", "inner Talk"]);
        trace.Disposed.ShouldBe(8);
    }

    [Fact]
    public async Task A_server_interceptor_may_refuse_a_call()
    {
        await using var server = await ProbeServer.StartAsync(Echo, grpc: options => options.Interceptors.Add<Refusing>());

        var failure = await Should.ThrowAsync<RpcException>(async () => await server.Connect().AskAsync(new Note()));

        failure.Status.ShouldBe(new Status(StatusCode.PermissionDenied, "not here"));
    }

    [Fact]
    public async Task A_registered_interceptor_is_shared()
    {
        var trace = new Trace();
        await using var server = await ProbeServer.StartAsync(
            Echo,
            grpc: options => options.Interceptors.Add<Tracing>(),
            services: services => services.AddSingleton(trace).AddSingleton(new Tracing("one", trace)));
        var client = server.Connect();

        await client.AskAsync(new Note());
        await client.AskAsync(new Note());

        trace.Lines.ShouldBe(["one Ask", "one Ask"]);
        trace.Disposed.ShouldBe(0);
    }

    [Fact]
    public async Task Client_interceptors_wrap_the_first_outermost_and_can_change_headers()
    {
        var seen = new List<string>();
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Ask = (_, context) => Task.FromResult(new Note { Text = context.RequestHeaders.GetValue("order") }),
        });
        var invoker = server.Open().Intercept(new Naming("first", seen), new Naming("second", seen)).Intercept(headers =>
        {
            headers.Add("order", "changed");
            return headers;
        });

        var response = await new Regional.Probe.V1.Probe.ProbeClient(invoker).AskAsync(new Note());

        seen.ShouldBe(["first", "second"]);
        response.Text.ShouldBe("changed");
    }

    internal sealed class Trace
    {
        public List<string> Lines { get; } = [];

        public int Disposed { get; set; }
    }

    internal sealed class Tracing(string name, Trace trace) : Interceptor, IDisposable
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            Note(context);
            return continuation(request, context);
        }

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Note(context);
            return continuation(requestStream, context);
        }

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Note(context);
            return continuation(request, responseStream, context);
        }

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Note(context);
            return continuation(requestStream, responseStream, context);
        }

        public void Dispose() => trace.Disposed++;

        private void Note(ServerCallContext context) => trace.Lines.Add($"{name} {context.Method.Split('/')[^1]}");
    }

    internal sealed class Refusing : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            throw new RpcException(new Status(StatusCode.PermissionDenied, "not here"));
    }

    private sealed class Naming(string name, List<string> seen) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Add(name);
            return continuation(request, context);
        }
    }
}
