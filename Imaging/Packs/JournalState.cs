using System.Collections.Frozen;

namespace Regional.Imaging.Packs;

/// <summary>State of the journal's writer; the diagram is in README.md of this folder and a test compares the two.</summary>
public enum JournalState
{
    /// <summary>Looking at what the last run left: truncating the torn tail, hardening the valid one.</summary>
    Recovering,

    /// <summary>Making a fresh pack: header, sync, directory sync.</summary>
    Opening,

    /// <summary>Everything written is synced; waiting for records.</summary>
    Ready,

    /// <summary>Writing a group of records.</summary>
    Appending,

    /// <summary>Syncing the group; nobody has been told anything yet.</summary>
    Syncing,

    /// <summary>Fixing the pack's length at the last synced offset in its seal file.</summary>
    Sealing,

    /// <summary>Neither seal nor fresh pack could be made durable: everything is answered Out of Resources until that works.</summary>
    Refusing,

    /// <summary>Closed in order.</summary>
    Closed
}

/// <summary>What moves the journal.</summary>
public enum JournalEvent
{
    TailSound,
    NoOpenPack,
    PackMade,
    GroupTaken,
    GroupWritten,
    GroupSynced,
    WriteFailed,
    SyncFailed,
    PackFull,
    PackSealed,
    SealFailed,
    PackNotMade,
    Retried,
    CloseAsked
}

/// <summary>The transition table of the journal and the machine that runs it.</summary>
public sealed class JournalStateMachine
{
    public static FrozenDictionary<(JournalState From, JournalEvent Event), JournalState> Transitions { get; } =
        new Dictionary<(JournalState, JournalEvent), JournalState>
        {
            [(JournalState.Recovering, JournalEvent.TailSound)] = JournalState.Ready,
            [(JournalState.Recovering, JournalEvent.NoOpenPack)] = JournalState.Opening,
            [(JournalState.Opening, JournalEvent.PackMade)] = JournalState.Ready,
            [(JournalState.Opening, JournalEvent.PackNotMade)] = JournalState.Refusing,
            [(JournalState.Ready, JournalEvent.GroupTaken)] = JournalState.Appending,
            [(JournalState.Ready, JournalEvent.PackFull)] = JournalState.Sealing,
            [(JournalState.Ready, JournalEvent.CloseAsked)] = JournalState.Closed,
            [(JournalState.Appending, JournalEvent.GroupWritten)] = JournalState.Syncing,
            [(JournalState.Appending, JournalEvent.WriteFailed)] = JournalState.Sealing,
            [(JournalState.Syncing, JournalEvent.GroupSynced)] = JournalState.Ready,
            [(JournalState.Syncing, JournalEvent.SyncFailed)] = JournalState.Sealing,
            [(JournalState.Sealing, JournalEvent.PackSealed)] = JournalState.Opening,
            [(JournalState.Sealing, JournalEvent.SealFailed)] = JournalState.Refusing,
            [(JournalState.Refusing, JournalEvent.Retried)] = JournalState.Sealing,
            [(JournalState.Refusing, JournalEvent.CloseAsked)] = JournalState.Closed
        }.ToFrozenDictionary();

    private volatile JournalState _state = JournalState.Recovering;

    public JournalState State => _state;

    /// <summary>Moves; an event that the state does not allow is a programming error.</summary>
    public void Fire(JournalEvent journalEvent) =>
        _state = Transitions.TryGetValue((_state, journalEvent), out var next)
            ? next
            : throw new InvalidOperationException($"The journal cannot take {journalEvent} in state {_state}.");
}
