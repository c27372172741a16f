using Google.Protobuf;
using Regional.Compat.Grpc.Tests.Server;
using Regional.Probe.V1;

namespace Regional.Compat.Grpc.Tests;

/// <summary>A reader that does not read holds its writer back: nothing piles up on either side beyond the HTTP/2 windows and pipes.</summary>
public sealed class FlowControlTests
{
    private const int MessageSize = 64 * 1024;

    /// <summary>Windows, pipes and socket buffers of both sides together; far below what a writer that is not held back would send.</summary>
    private const int InFlightLimit = 32 * 1024 * 1024;

    private static readonly ByteString Data = UnsafeByteOperations.UnsafeWrap(new byte[MessageSize]);

    [Fact]
    public async Task A_server_that_does_not_read_stalls_the_uploading_client()
    {
        var read = new SyncPoint();
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Upload = async (requests, _) =>
            {
                await read.WaitToContinueAsync();
                var count = 0;
                while (await requests.MoveNext())
                    count++;
                return new Note { Number = count };
            },
        });
        using var call = server.Connect().Upload();
        await read.ReachedAsync();

        var written = 0;
        Task write;
        do
        {
            write = call.RequestStream.WriteAsync(new Note { Data = Data });
            written++;
            (written * MessageSize).ShouldBeLessThan(InFlightLimit);
        }
        while (await FinishesAsync(write));

        read.Continue();
        await write;
        await call.RequestStream.CompleteAsync();
        (await call).Number.ShouldBe(written);
    }

    [Fact]
    public async Task A_client_that_does_not_read_stalls_the_downloading_server()
    {
        var written = 0;
        var stalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ProbeServer.StartAsync(
            new ProbeScript
            {
                Download = async (_, responses, _) =>
                {
                    Task write;
                    do
                    {
                        write = responses.WriteAsync(new Note { Data = Data });
                        written++;
                        (written * MessageSize).ShouldBeLessThan(InFlightLimit);
                    }
                    while (await FinishesAsync(write));
                    stalled.SetResult();
                    await write;
                },
            },
            kestrel: options => options.Limits.MinResponseDataRate = null);
        using var call = server.Connect().Download(new Note());
        await call.ResponseHeadersAsync;

        await stalled.Task.WaitAsync(ProbeServer.Patience);

        var read = 0;
        while (await call.ResponseStream.MoveNext())
            read++;
        read.ShouldBe(written);
    }

    [Fact]
    public async Task One_stalled_call_does_not_hold_up_the_others_of_its_connection()
    {
        var read = new SyncPoint();
        await using var server = await ProbeServer.StartAsync(
            new ProbeScript
            {
                Ask = (request, _) => Task.FromResult(request),
                Upload = async (requests, _) =>
                {
                    await read.WaitToContinueAsync();
                    await requests.MoveNext();
                    return new Note();
                },
            },
            kestrel: options =>
            {
                options.Limits.Http2.InitialStreamWindowSize = 128 * 1024;
                options.Limits.Http2.InitialConnectionWindowSize = 1024 * 1024;
            });
        var client = server.Connect();
        using var stalled = client.Upload();
        await read.ReachedAsync();
        var write = stalled.RequestStream.WriteAsync(new Note { Data = UnsafeByteOperations.UnsafeWrap(new byte[2_000_000]) });

        for (var i = 0; i < 20; i++)
            (await client.AskAsync(new Note { Data = Data }).ResponseAsync.WaitAsync(ProbeServer.Patience)).Data.ShouldBe(Data);

        write.IsCompleted.ShouldBeFalse();
        read.Continue();
        await stalled;
    }

    /// <summary>
    /// False when the write is held back. That nothing happens can only be told by waiting a while: the wait ends the loop, it decides
    /// nothing, since every write beyond the limit fails the test and every held one must end once the reader reads.
    /// </summary>
    private static async Task<bool> FinishesAsync(Task write)
    {
        try
        {
            await write.WaitAsync(TimeSpan.FromSeconds(2));
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
