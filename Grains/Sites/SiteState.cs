using System.Collections.Immutable;
using Regional.Delivery;
using Regional.Storage;

namespace Regional.Sites;

/// <summary>One hospital as the network keeps it. Who is present is not here: it is told again every 30 s and lives in memory.</summary>
internal sealed record SiteState : ILedgerState<SiteState>
{
    public int Schema { get; set; } = 1;

    public long Version { get; set; }

    /// <summary>Null until configured.</summary>
    public SiteProfile? Profile { get; set; }

    /// <summary>The link that counts; null when it was closed.</summary>
    public string? LinkId { get; set; }

    /// <summary>ULID of the edge's start that dialled last.</summary>
    public string? Boot { get; set; }

    public DateTimeOffset? LinkSince { get; set; }

    public string? Software { get; set; }

    public EdgeStatus? Status { get; set; }

    /// <summary>Local date of the last accession number, yyMMdd.</summary>
    public string SerialDate { get; set; } = "";

    public int Serial { get; set; }

    /// <summary>The last numbers given, by command.</summary>
    public ImmutableArray<GivenAccession> Given { get; set; } = [];

    /// <summary>Critical values that wait for somebody here.</summary>
    public ImmutableArray<string> Watchers { get; set; } = [];

    /// <summary>What the watchers were told last.</summary>
    public Reachability Told { get; set; } = Reachability.Reachable;

    public CommandMemory Commands { get; set; } = CommandMemory.Empty;

    public Outbox Outbox { get; set; } = Outbox.Empty;

    public SiteState With(Outbox outbox) => this with { Outbox = outbox };

    public SiteState With(CommandMemory commands) => this with { Commands = commands };

    public SiteState Send(OutgoingEvent happening) => this with { Outbox = Outbox.Add(happening) };
}

internal sealed record GivenAccession(string CommandId, string Number);
