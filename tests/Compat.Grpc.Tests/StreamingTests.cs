using Regional.Compat.Grpc.Tests.Server;
using Regional.Probe.V1;

namespace Regional.Compat.Grpc.Tests;

public sealed class StreamingTests
{
    [Fact]
    public async Task An_upload_is_read_to_its_end_and_answered_once()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Upload = async (requests, _) =>
            {
                var sum = 0;
                await foreach (var note in requests.ReadAllAsync())
                    sum += note.Number;
                return new Note { Number = sum };
            },
        });
        using var call = server.Connect().Upload();

        for (var i = 1; i <= 100; i++)
            await call.RequestStream.WriteAsync(new Note { Number = i });
        await call.RequestStream.CompleteAsync();

        (await call).Number.ShouldBe(5050);
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    [Fact]
    public async Task A_download_comes_in_order_and_ends()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Download = async (request, responses, _) =>
            {
                for (var i = 0; i < request.Number; i++)
                    await responses.WriteAsync(new Note { Number = i });
            },
        });
        using var call = server.Connect().Download(new Note { Number = 50 });

        var numbers = new List<int>();
        await foreach (var note in call.ResponseStream.ReadAllAsync())
            numbers.Add(note.Number);

        numbers.ShouldBe(Enumerable.Range(0, 50));
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
    }

    [Fact]
    public async Task A_download_of_nothing_ends_at_once()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript { Download = (_, _, _) => Task.CompletedTask });
        using var call = server.Connect().Download(new Note());

        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    [Fact]
    public async Task A_talk_goes_both_ways_in_turns()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Talk = async (requests, responses, _) =>
            {
                await foreach (var note in requests.ReadAllAsync())
                    await responses.WriteAsync(new Note { Number = note.Number * 2 });
            },
        });
        using var call = server.Connect().Talk();

        for (var i = 0; i < 20; i++)
        {
            await call.RequestStream.WriteAsync(new Note { Number = i });
            (await call.ResponseStream.MoveNext()).ShouldBeTrue();
            call.ResponseStream.Current.Number.ShouldBe(i * 2);
        }

        await call.RequestStream.CompleteAsync();
        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    [Fact]
    public async Task A_server_may_speak_first()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Talk = async (requests, responses, _) =>
            {
                await responses.WriteAsync(new Note { Text = "welcome" });
                (await requests.MoveNext()).ShouldBeTrue();
            },
        });
        using var call = server.Connect().Talk();

        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        call.ResponseStream.Current.Text.ShouldBe("welcome");
        await call.RequestStream.WriteAsync(new Note());
        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_may_answer_before_the_upload_ends()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Upload = async (requests, _) =>
            {
                await requests.MoveNext();
                return new Note { Text = "enough" };
            },
        });
        using var call = server.Connect().Upload();
        await call.RequestStream.WriteAsync(new Note());

        (await call).Text.ShouldBe("enough");
        var late = await Should.ThrowAsync<RpcException>(() => call.RequestStream.WriteAsync(new Note()));

        late.StatusCode.ShouldBe(StatusCode.OK);
    }

    [Fact]
    public async Task One_write_at_a_time()
    {
        var read = new SyncPoint();
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Upload = async (requests, _) =>
            {
                await read.WaitToContinueAsync();
                while (await requests.MoveNext())
                    requests.Current.ShouldNotBeNull();
                return new Note();
            },
        });
        using var call = server.Connect(options => options.MaxSendMessageSize = null).Upload();
        await read.ReachedAsync();
        var large = new Note { Data = Google.Protobuf.ByteString.CopyFrom(new byte[3_000_000]) };

        var first = call.RequestStream.WriteAsync(large);
        await Should.ThrowAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(new Note()));
        await Should.ThrowAsync<InvalidOperationException>(() => call.RequestStream.CompleteAsync());
        read.Continue();
        await first;
        await call.RequestStream.CompleteAsync();
        await Should.ThrowAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(new Note()));

        await call;
    }

    [Fact]
    public async Task One_read_at_a_time()
    {
        var answer = new SyncPoint();
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Download = async (_, responses, _) =>
            {
                await answer.WaitToContinueAsync();
                await responses.WriteAsync(new Note());
            },
        });
        using var call = server.Connect().Download(new Note());

        var first = call.ResponseStream.MoveNext();
        await Should.ThrowAsync<InvalidOperationException>(() => call.ResponseStream.MoveNext());
        answer.Continue();

        (await first).ShouldBeTrue();
    }

    [Fact]
    public async Task A_reader_kept_after_its_handler_returned_is_told_so()
    {
        IAsyncStreamReader<Note>? kept = null;
        IServerStreamWriter<Note>? keptWriter = null;
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Talk = (requests, responses, _) =>
            {
                kept = requests;
                keptWriter = responses;
                return Task.CompletedTask;
            },
        });
        using var call = server.Connect().Talk();
        (await call.ResponseStream.MoveNext()).ShouldBeFalse();

        await Should.ThrowAsync<InvalidOperationException>(() => kept!.MoveNext());
        await Should.ThrowAsync<InvalidOperationException>(() => keptWriter!.WriteAsync(new Note()));
    }
}
