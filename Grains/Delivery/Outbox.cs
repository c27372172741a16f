using System.Collections.Immutable;

namespace Regional.Delivery;

/// <summary>
/// What a grain has decided to tell, written together with the decision (design rule 8). Delivered events leave it with the next write;
/// receivers take the same one again without harm.
/// </summary>
internal sealed record Outbox
{
    public static readonly Outbox Empty = new();

    public long LastSequence { get; set; }

    public ImmutableArray<OutgoingEvent> Pending { get; set; } = [];

    public Outbox Add(OutgoingEvent happening) => this with
    {
        LastSequence = LastSequence + 1,
        Pending = Pending.Add(happening with { Sequence = LastSequence + 1 }),
    };

    public Outbox AddRange(IEnumerable<OutgoingEvent> happenings) => happenings.Aggregate(this, (outbox, happening) => outbox.Add(happening));

    /// <summary>Without what has arrived; what is still on its way to another receiver stays, whatever its place.</summary>
    public Outbox Without(IReadOnlySet<long> delivered) =>
        Pending.Any(happening => delivered.Contains(happening.Sequence))
            ? this with { Pending = Pending.RemoveAll(happening => delivered.Contains(happening.Sequence)) }
            : this;
}
