using System.Collections.Concurrent;

namespace Regional.Compat.Orleans.Tests.Hosting;

/// <summary>Where a grain under test stops until its test lets it go on; found by name, because a test gives grains no objects.</summary>
internal sealed class Gate
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly ConcurrentDictionary<string, Gate> s_gates = new();

    private readonly SemaphoreSlim _reached = new(0);
    private readonly SemaphoreSlim _open = new(0);

    public static Gate Of(string name) => s_gates.GetOrAdd(name, _ => new Gate());

    /// <summary>Called by the grain.</summary>
    public Task Pass()
    {
        _reached.Release();
        return _open.WaitAsync(Patience);
    }

    /// <summary>Completes when a grain has come to the gate.</summary>
    public async Task Reached() => (await _reached.WaitAsync(Patience)).ShouldBeTrue("nobody came to the gate");

    /// <summary>True if a grain stands at the gate, without waiting for one.</summary>
    public bool IsReached() => _reached.Wait(0);

    /// <summary>Lets one through.</summary>
    public void Open() => _open.Release();
}
