using System.Collections.Immutable;
using Regional.Delivery;
using Regional.Storage;

namespace Regional.Reading;

/// <summary>What waits at a reading centre, who holds what, and the last token given.</summary>
internal sealed record ReadingListState : ILedgerState<ReadingListState>
{
    public int Schema { get; set; } = 1;

    public long Version { get; set; }

    public string Centre { get; set; } = "";

    /// <summary>The last fencing token granted; they only grow.</summary>
    public long LastToken { get; set; }

    public ImmutableArray<ListedStudy> Listed { get; set; } = [];

    /// <summary>Studies that left lately, so that a late offer of an older version does not bring one back.</summary>
    public ImmutableArray<WithdrawnStudy> Withdrawn { get; set; } = [];

    public CommandMemory Commands { get; set; } = CommandMemory.Empty;

    public Outbox Outbox { get; set; } = Outbox.Empty;

    public ReadingListState With(Outbox outbox) => this with { Outbox = outbox };

    public ReadingListState With(CommandMemory commands) => this with { Commands = commands };

    public ListedStudy? Find(string studyId) => Listed.FirstOrDefault(one => one.Entry.StudyId == studyId);

    public ReadingListState Put(ListedStudy study) => Find(study.Entry.StudyId) is { } known
        ? this with { Listed = Listed.Replace(known, study) }
        : this with { Listed = Listed.Add(study) };

    public ReadingListState Send(OutgoingEvent happening) => this with { Outbox = Outbox.Add(happening) };
}

/// <param name="Entry">As offered, with its claim.</param>
/// <param name="ToldExpiry">The expiry that the Study knows; it hears of renewals only when they matter.</param>
/// <param name="ReservedVersion">Version of the last reservation applied, so that a repeated one does nothing.</param>
internal sealed record ListedStudy(ReadingEntry Entry, DateTimeOffset? ToldExpiry, long ReservedVersion);

internal sealed record WithdrawnStudy(string StudyId, long Version);
