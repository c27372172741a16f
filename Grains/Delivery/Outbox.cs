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

    public Outbox WithoutDelivered(long upTo) =>
        Pending.Length > 0 && Pending[0].Sequence <= upTo ? this with { Pending = [.. Pending.Where(happening => happening.Sequence > upTo)] } : this;
}
