using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Regional.Compat.Orleans.Tests.Hosting;

namespace Regional.Compat.Orleans.Tests.Observers;

/// <summary>Observers are called from grains, held weakly, and missed when they are gone.</summary>
public sealed class ObserverTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private INewsGrain Grain { get; } = fixture.Grains.GetGrain<INewsGrain>(ClusterFixture.NewKey());

    [Fact]
    public async Task Observers_hear_in_the_order_of_sending()
    {
        var listener = new Listener();
        await Grain.Subscribe(fixture.Grains.CreateObjectReference<INewsObserver>(listener));

        for (var i = 0; i < 100; i++)
            await Grain.Publish($"{i}");

        for (var i = 0; i < 100; i++)
            (await listener.Next()).ShouldBe($"{i}");
        GC.KeepAlive(listener);
    }

    [Fact]
    public async Task Observers_answer_questions_and_take_notes()
    {
        var listener = new Listener();
        await Grain.Subscribe(fixture.Grains.CreateObjectReference<INewsObserver>(listener));

        (await Grain.Ask("why?")).ShouldBe("because of why?");
        await Grain.Note("noted");
        (await listener.Next()).ShouldBe("noted");
        GC.KeepAlive(listener);
    }

    [Fact]
    public async Task One_that_was_garbage_collected_is_missed_by_whoever_waits_for_it()
    {
        await SubscribeSomethingThatDies();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        var asked = TimeProvider.System.GetTimestamp();
        (await Grain.Ask("anybody?")).ShouldBeEmpty();

        // The grain has waited for as long as it waits for anybody; then it dropped the observer.
        TimeProvider.System.GetElapsedTime(asked).ShouldBeGreaterThan(Cluster.ResponseTimeout - TimeSpan.FromMilliseconds(50));
        (await Grain.Subscribers()).ShouldBe(0);
    }

    [Fact]
    public async Task One_way_news_to_a_dead_observer_holds_nobody_up()
    {
        await SubscribeSomethingThatDies();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        await Grain.Publish("nobody hears");
    }

    [Fact]
    public async Task A_deleted_reference_is_not_called_any_more()
    {
        var listener = new Listener();
        var reference = fixture.Grains.CreateObjectReference<INewsObserver>(listener);
        await Grain.Subscribe(reference);
        fixture.Grains.DeleteObjectReference<INewsObserver>(reference);

        await Grain.Publish("too late");
        (await Grain.Ask("anybody?")).ShouldBeEmpty();

        listener.HeardNothing.ShouldBeTrue();
    }

    [Fact]
    public void Only_references_travel()
    {
        Should.Throw<NotSupportedException>(() => Grain.Subscribe(new Listener()).GetAwaiter().GetResult());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Task SubscribeSomethingThatDies() => Grain.Subscribe(fixture.Grains.CreateObjectReference<INewsObserver>(new Listener()));

    private sealed class Listener : INewsObserver
    {
        private readonly Channel<string> _heard = Channel.CreateUnbounded<string>();

        public bool HeardNothing => _heard.Reader.Count == 0;

        public Task Heard(string news) => _heard.Writer.WriteAsync(news).AsTask();

        public Task<string> Answered(string question) => Task.FromResult($"because of {question}");

        public void Noted(string news) => _heard.Writer.TryWrite(news);

        public async Task<string> Next() => await _heard.Reader.ReadAsync().AsTask().WaitAsync(Gate.Patience);
    }
}
