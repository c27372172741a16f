using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Regional.TestKit;

namespace Regional.Compat.SignalR.Tests;

/// <summary>Calls in both directions, streams, and what happens when they are cancelled.</summary>
public sealed class CallTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private HubServer server = null!;
    private HubConnection connection = null!;

    public async Task InitializeAsync()
    {
        server = await HubServer.StartAsync();
        connection = new HubConnectionBuilder().WithUrl(server.Hub).Build();
        await connection.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await connection.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_call_returns_what_the_hub_returns()
    {
        connection.State.ShouldBe(HubConnectionState.Connected);
        connection.ConnectionId.ShouldNotBeNullOrEmpty();
        (await connection.InvokeAsync<string>("Echo", "青石镇")).ShouldBe("青石镇");
        var notice = new Notice("room:a-1", 4, new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));
        (await connection.InvokeAsync<Notice>("Next", notice)).ShouldBe(notice with { Version = 5 });
    }

    [Fact]
    public async Task A_send_arrives_without_being_awaited_by_the_hub()
    {
        await connection.SendAsync("Note", "one");
        (await server.Seen.Noted.FirstAsync()).ShouldBe("one");
    }

    [Fact]
    public async Task A_hub_exception_comes_with_its_message_and_others_without()
    {
        (await Should.ThrowAsync<HubException>(() => connection.InvokeAsync("Fail"))).Message.ShouldContain("谢绝");
        (await Should.ThrowAsync<HubException>(() => connection.InvokeAsync("FailQuietly"))).Message.ShouldNotContain("secret");
        (await Should.ThrowAsync<HubException>(() => connection.InvokeAsync("NoSuchMethod"))).Message.ShouldContain("NoSuchMethod");
    }

    [Fact]
    public async Task Only_members_of_a_group_hear_it()
    {
        await using var other = new HubConnectionBuilder().WithUrl(new Uri(server.Hub)).Build();
        await other.StartAsync();
        var mine = new EventCollector<(string Room, Notice Notice)>();
        var theirs = new EventCollector<(string Room, Notice Notice)>();
        connection.On<string, Notice>("Changed", (room, notice) => mine.Add((room, notice)));
        other.On<string, Notice>("Changed", (room, notice) => theirs.Add((room, notice)));
        await connection.InvokeAsync("Join", "ct");
        await other.InvokeAsync("Join", "dr");

        var news = new Notice("ct", 1, DateTimeOffset.UnixEpoch);
        await other.InvokeAsync("Tell", "ct", news);
        await connection.InvokeAsync("Tell", "dr", news with { Room = "dr" });

        (await mine.FirstAsync()).ShouldBe(("ct", news));
        (await theirs.FirstAsync()).ShouldBe(("dr", news with { Room = "dr" }));
        mine.Count.ShouldBe(1);
        theirs.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Handlers_see_messages_in_order_and_stop_when_removed()
    {
        var numbers = new EventCollector<int>();
        using (connection.On<int>("Numbered", async n =>
        {
            await Task.Yield();
            numbers.Add(n);
        }))
        {
            await connection.InvokeAsync("Burst", 200);
            await numbers.NthAsync(200);
        }

        numbers.Items.ShouldBe(Enumerable.Range(0, 200));
        var afterwards = new EventCollector<int>();
        connection.On<int>("Numbered", afterwards.Add);
        await connection.InvokeAsync("Burst", 1);
        await afterwards.FirstAsync();
        numbers.Count.ShouldBe(200);

        connection.Remove("Numbered");
        await connection.InvokeAsync("Burst", 1);
        (await connection.InvokeAsync<string>("Echo", "fence")).ShouldBe("fence");
        afterwards.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_hub_may_ask_the_client_for_a_result()
    {
        using var handler = connection.On<int, int>("Double", value => Task.FromResult(2 * value));
        (await connection.InvokeAsync<int>("AskBack", 21)).ShouldBe(42);
    }

    [Fact]
    public async Task A_hub_that_asks_a_client_without_a_handler_fails()
    {
        await Should.ThrowAsync<HubException>(() => connection.InvokeAsync<int>("AskBack", 21).WaitAsync(Patience));
        Should.Throw<InvalidOperationException>(() =>
        {
            connection.On<int, int>("Double", value => value);
            connection.On<int, int>("Double", value => value);
        });
    }

    [Fact]
    public async Task A_stream_arrives_whole_and_in_order()
    {
        var seen = new List<int>();
        await foreach (var item in connection.StreamAsync<int>("Count", 500)) seen.Add(item);
        seen.ShouldBe(Enumerable.Range(1, 500));

        var reader = await connection.StreamAsChannelAsync<int>("Count", 3);
        (await reader.ReadAllAsync().ToListAsync()).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Leaving_a_stream_early_ends_it_at_the_hub()
    {
        await foreach (var item in connection.StreamAsync<int>("Endless"))
        {
            item.ShouldBe(1);
            break;
        }

        (await server.Seen.StreamsEnded.FirstAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Cancelling_a_stream_throws_here_and_ends_it_there()
    {
        using var cancel = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var item in connection.StreamAsync<int>("Endless", cancel.Token)) await cancel.CancelAsync();
        });
        (await server.Seen.StreamsEnded.FirstAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Cancelling_a_call_frees_the_caller_and_leaves_the_connection_usable()
    {
        using var cancel = new CancellationTokenSource();
        var call = connection.InvokeAsync("Hang", cancel.Token);
        await server.Seen.Hanging.FirstAsync();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call.WaitAsync(Patience));
        (await connection.InvokeAsync<string>("Echo", "still here")).ShouldBe("still here");
    }

    [Fact]
    public async Task Streaming_to_the_hub_is_refused_openly()
    {
        await Should.ThrowAsync<NotSupportedException>(() => connection.InvokeAsync("Echo", AsyncEnumerable.Empty<int>()));
    }
}
