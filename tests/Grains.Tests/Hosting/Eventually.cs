namespace Regional.Grains.Tests.Hosting;

/// <summary>Deliveries happen right after a command, on their own: asks until they have, without sleeping.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task Holds(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await holds())
        {
            if (patience.IsCancellationRequested) throw new TimeoutException("What was to become true did not.");
            await Task.Yield();
        }
    }

    public static Task Holds(Func<bool> holds) => Holds(() => Task.FromResult(holds()));
}
