using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Concurrency;
using Orleans.Utilities;

namespace Regional.Compat.Orleans.Tests.Observers;

[Alias("tests.INewsObserver")]
public interface INewsObserver : IGrainObserver
{
    [OneWay, Alias("Heard")] Task Heard(string news);

    [Alias("Answered")] Task<string> Answered(string question);

    [Alias("Noted")] void Noted(string news);
}

[Alias("tests.INewsGrain")]
public interface INewsGrain : IGrainWithStringKey
{
    [Alias("Subscribe")] Task Subscribe(INewsObserver observer);

    [Alias("Publish")] Task Publish(string news);

    [Alias("Note")] Task Note(string news);

    [Alias("Ask")] Task<string> Ask(string question);

    [Alias("Subscribers")] Task<int> Subscribers();
}

[GrainType("news")]
public sealed class NewsGrain : Grain, INewsGrain
{
    private readonly ObserverManager<INewsObserver> _observers = new(TimeSpan.FromMinutes(5), NullLogger.Instance);

    public Task Subscribe(INewsObserver observer)
    {
        _observers.Subscribe(observer, observer);
        return Task.CompletedTask;
    }

    public Task Publish(string news) => _observers.Notify(o => o.Heard(news));

    public Task Note(string news)
    {
        _observers.Notify(o => o.Noted(news));
        return Task.CompletedTask;
    }

    public async Task<string> Ask(string question)
    {
        var answers = new List<string>();
        await _observers.Notify(async o => answers.Add(await o.Answered(question)));
        return string.Join(";", answers);
    }

    public Task<int> Subscribers() => Task.FromResult(_observers.Count);
}
