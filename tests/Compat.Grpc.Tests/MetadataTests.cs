using Regional.Compat.Grpc.Tests.Server;
using Regional.Probe.V1;

namespace Regional.Compat.Grpc.Tests;

public sealed class MetadataTests
{
    private static readonly byte[] Bytes = [0, 1, 2, 253, 254, 255, 7];

    [Fact]
    public async Task Headers_and_trailers_travel_as_text_and_as_bytes()
    {
        Metadata? received = null;
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Ask = async (request, context) =>
            {
                received = context.RequestHeaders;
                await context.WriteResponseHeadersAsync(new Metadata { { "reply", "text" }, { "reply-bin", Bytes } });
                context.ResponseTrailers.Add("end", "1");
                context.ResponseTrailers.Add("end", "2");
                context.ResponseTrailers.Add("end-bin", Bytes);
                return request;
            },
        });
        using var call = server.Connect().AskAsync(new Note(), new Metadata { { "Site", "township-a" }, { "token-bin", Bytes } });

        await call;
        var headers = await call.ResponseHeadersAsync;

        received!.GetValue("site").ShouldBe("township-a");
        received.GetValueBytes("token-bin").ShouldBe(Bytes);
        received.ShouldNotContain(entry => entry.Key == "content-type" || entry.Key == "te" || entry.Key == "grpc-accept-encoding");
        headers.GetValue("reply").ShouldBe("text");
        headers.GetValueBytes("reply-bin").ShouldBe(Bytes);
        call.GetTrailers().GetAll("end").Select(entry => entry.Value).ShouldBe(["1", "2"]);
        call.GetTrailers().GetValueBytes("end-bin").ShouldBe(Bytes);
    }

    [Fact]
    public async Task Headers_can_be_read_before_any_message()
    {
        var finish = new SyncPoint();
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Talk = async (_, _, context) =>
            {
                await context.WriteResponseHeadersAsync(new Metadata { { "accepted", "yes" } });
                await finish.WaitToContinueAsync();
            },
        });
        using var call = server.Connect().Talk();

        (await call.ResponseHeadersAsync.WaitAsync(ProbeServer.Patience)).GetValue("accepted").ShouldBe("yes");
        Should.Throw<InvalidOperationException>(() => call.GetTrailers());
        Should.Throw<InvalidOperationException>(() => call.GetStatus());
        finish.Continue();
        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
    }

    [Fact]
    public async Task Headers_go_out_once()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Ask = async (request, context) =>
            {
                await context.WriteResponseHeadersAsync([]);
                await Should.ThrowAsync<InvalidOperationException>(() => context.WriteResponseHeadersAsync([]));
                return request;
            },
        });

        await server.Connect().AskAsync(new Note());
    }

    [Fact]
    public void Keys_are_lower_case_and_binary_keys_say_so()
    {
        var metadata = new Metadata { { "Some.Key_1-x", "v" }, { "b-bin", Bytes } };

        metadata[0].Key.ShouldBe("some.key_1-x");
        metadata.Get("SOME.KEY_1-X")!.Value.ShouldBe("v");
        metadata.Get("b-bin")!.IsBinary.ShouldBeTrue();
        Should.Throw<ArgumentException>(() => metadata.Add("x-bin", "text"));
        Should.Throw<ArgumentException>(() => metadata.Add("x", Bytes));
        Should.Throw<ArgumentException>(() => metadata.Add("has space", "v"));
        Should.Throw<InvalidOperationException>(() => metadata.Get("b-bin")!.Value);
        Should.Throw<InvalidOperationException>(() => Metadata.Empty.Add("a", "b"));
    }
}
