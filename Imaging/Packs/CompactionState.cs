using System.Collections.Frozen;

namespace Regional.Imaging.Packs;

/// <summary>How far a compaction is; the diagram is in README.md of this folder and a test compares the two.</summary>
public enum CompactionState
{
    /// <summary>Copying what lives into a temporary file. Whatever happens, the file is swept.</summary>
    Copying,

    /// <summary>Syncing the copy, then its seal and the seal's name.</summary>
    Hardening,

    /// <summary>Giving the copy its name and syncing the directory: from then on it counts, and what it was written from does not.</summary>
    Publishing,

    /// <summary>The index rows take the new addresses, in one synced transaction. Repeated at the next start when it did not happen.</summary>
    Flipping,

    /// <summary>The old packs are deleted as their last readers go.</summary>
    Retiring,

    /// <summary>The space is given back.</summary>
    Done,

    /// <summary>Nothing has changed: the old packs count.</summary>
    Abandoned
}

/// <summary>What moves a compaction.</summary>
public enum CompactionEvent
{
    AllCopied,
    CopyDurable,
    NameDurable,
    IndexFlipped,
    LastReaderGone,
    DamageMet,
    StepFailed
}

/// <summary>The transition table of a compaction and the machine that runs it.</summary>
public sealed class CompactionStateMachine
{
    public static FrozenDictionary<(CompactionState From, CompactionEvent Event), CompactionState> Transitions { get; } =
        new Dictionary<(CompactionState, CompactionEvent), CompactionState>
        {
            [(CompactionState.Copying, CompactionEvent.AllCopied)] = CompactionState.Hardening,
            [(CompactionState.Copying, CompactionEvent.DamageMet)] = CompactionState.Abandoned,
            [(CompactionState.Copying, CompactionEvent.StepFailed)] = CompactionState.Abandoned,
            [(CompactionState.Hardening, CompactionEvent.CopyDurable)] = CompactionState.Publishing,
            [(CompactionState.Hardening, CompactionEvent.StepFailed)] = CompactionState.Abandoned,
            [(CompactionState.Publishing, CompactionEvent.NameDurable)] = CompactionState.Flipping,
            // The name may be there or not: the next start looks, until then the old packs serve.
            [(CompactionState.Publishing, CompactionEvent.StepFailed)] = CompactionState.Abandoned,
            [(CompactionState.Flipping, CompactionEvent.IndexFlipped)] = CompactionState.Retiring,
            [(CompactionState.Flipping, CompactionEvent.StepFailed)] = CompactionState.Flipping,
            [(CompactionState.Retiring, CompactionEvent.LastReaderGone)] = CompactionState.Done
        }.ToFrozenDictionary();

    public CompactionState State { get; private set; } = CompactionState.Copying;

    /// <summary>Moves; an event that the state does not allow is a programming error.</summary>
    public void Fire(CompactionEvent compactionEvent) =>
        State = Transitions.TryGetValue((State, compactionEvent), out var next)
            ? next
            : throw new InvalidOperationException($"A compaction cannot take {compactionEvent} in state {State}.");
}
