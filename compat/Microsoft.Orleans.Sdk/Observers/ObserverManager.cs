using System.Collections;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Utilities;

/// <summary>Subscribed observers, by their reference.</summary>
public class ObserverManager<TObserver>(TimeSpan expiration, ILogger log) : ObserverManager<IAddressable, TObserver>(expiration, log);

/// <summary>
/// Subscribed observers of a grain. One that is not subscribed again within <see cref="ExpirationDuration"/>, or whose notification
/// throws, is dropped. For use inside one activation: not thread safe.
/// </summary>
public class ObserverManager<TIdentity, TObserver> : IEnumerable<TObserver>
    where TIdentity : notnull
{
    private readonly ILogger _log;
    private readonly Dictionary<TIdentity, Subscription> _subscriptions = [];

    public ObserverManager(TimeSpan expiration, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(log);
        ExpirationDuration = expiration;
        _log = log;
        GetDateTime = () => TimeProvider.System.GetUtcNow().UtcDateTime;
    }

    public Func<DateTime> GetDateTime { get; set; }

    public TimeSpan ExpirationDuration { get; set; }

    public int Count => _subscriptions.Count;

    public IReadOnlyDictionary<TIdentity, TObserver> Observers => _subscriptions.ToDictionary(s => s.Key, s => s.Value.Observer);

    public void Clear() => _subscriptions.Clear();

    public void Subscribe(TIdentity id, TObserver observer) => _subscriptions[id] = new Subscription(observer, GetDateTime());

    public void Unsubscribe(TIdentity id) => _subscriptions.Remove(id);

    public async Task Notify(Func<TObserver, Task> notification, Func<TObserver, bool>? predicate = null)
    {
        foreach (var (id, subscription) in Due(predicate))
        {
            try
            {
                await notification(subscription.Observer);
            }
            catch (Exception exception)
            {
                Drop(id, subscription, exception);
            }
        }
    }

    public void Notify(Action<TObserver> notification, Func<TObserver, bool>? predicate = null)
    {
        foreach (var (id, subscription) in Due(predicate))
        {
            try
            {
                notification(subscription.Observer);
            }
            catch (Exception exception)
            {
                Drop(id, subscription, exception);
            }
        }
    }

    public void ClearExpired()
    {
        var now = GetDateTime();
        foreach (var (id, subscription) in _subscriptions.ToArray())
        {
            if (IsExpired(subscription, now))
                _subscriptions.Remove(id);
        }
    }

    public IEnumerator<TObserver> GetEnumerator() => _subscriptions.Values.Select(s => s.Observer).ToList().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private KeyValuePair<TIdentity, Subscription>[] Due(Func<TObserver, bool>? predicate)
    {
        ClearExpired();
        return _subscriptions.Where(s => predicate is null || predicate(s.Value.Observer)).ToArray();
    }

    private bool IsExpired(Subscription subscription, DateTime now) => subscription.LastSeen + ExpirationDuration < now;

    private void Drop(TIdentity id, Subscription failed, Exception exception)
    {
        // A renewal may have come in while the notification was awaited: only the subscription that failed goes.
        if (_subscriptions.TryGetValue(id, out var current) && ReferenceEquals(current, failed))
            _subscriptions.Remove(id);
        _log.LogDebug(exception, "Observer {Observer} failed and was dropped.", id);
    }

    private sealed record Subscription(TObserver Observer, DateTime LastSeen);
}
