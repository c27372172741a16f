using System.Collections.Concurrent;

namespace Microsoft.AspNetCore.SignalR.Client.Internal;

internal sealed record ClientHandler(Type[] ParameterTypes, Func<object?[], Task<object?>> Call, bool HasResult);

/// <summary>The client methods a server may call. Lists are replaced, never changed, so that a call sees one consistent list.</summary>
internal sealed class HandlerRegistry
{
    private readonly ConcurrentDictionary<string, ClientHandler[]> byName = new(StringComparer.Ordinal);

    public IDisposable Add(string methodName, ClientHandler handler)
    {
        byName.AddOrUpdate(
            methodName,
            _ => [handler],
            (_, present) => handler.HasResult && Array.Exists(present, h => h.HasResult)
                ? throw new InvalidOperationException($"'{methodName}' already has a value returning handler. Multiple return values are not supported.")
                : [.. present, handler]);
        return new Subscription(this, methodName, handler);
    }

    public void Remove(string methodName) => byName.TryRemove(methodName, out _);

    public ClientHandler[] For(string methodName) => byName.TryGetValue(methodName, out var found) ? found : [];

    private sealed class Subscription(HandlerRegistry registry, string methodName, ClientHandler handler) : IDisposable
    {
        public void Dispose()
        {
            while (registry.byName.TryGetValue(methodName, out var present))
            {
                ClientHandler[] left = [.. present.Where(h => !ReferenceEquals(h, handler))];
                if (left.Length == present.Length || registry.byName.TryUpdate(methodName, left, present)) return;
            }
        }
    }
}
