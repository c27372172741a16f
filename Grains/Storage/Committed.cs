using Orleans;
using Orleans.Runtime;

namespace Regional.Storage;

/// <summary>
/// The one way in which a grain's state changes (design rule 4): assign and write; on any failure restore, end the activation, rethrow.
/// A write that failed may have happened all the same, so the next activation reads what is true.
/// </summary>
internal sealed class Committed<TState>(IPersistentState<TState> storage, IGrainBase grain)
    where TState : class
{
    private TState? written;

    /// <summary>The state as last written: never one whose write is still under way.</summary>
    public TState Value => written ??= storage.State;

    /// <exception cref="Orleans.Storage.InconsistentStateException">Another activation wrote meanwhile; passes through.</exception>
    public async Task Commit(TState next)
    {
        var before = Value;
        storage.State = next;
        try
        {
            await storage.WriteStateAsync();
        }
        catch
        {
            storage.State = before;
            grain.DeactivateOnIdle();
            throw;
        }

        written = next;
    }
}
