using System.Collections.Immutable;

namespace Regional.Delivery;

/// <summary>The last commands that a grain carried out, so that one that comes again changes nothing (design rule 7).</summary>
internal sealed record CommandMemory
{
    private const int Kept = 32;

    public static readonly CommandMemory Empty = new();

    public ImmutableArray<RememberedCommand> Recent { get; set; } = [];

    public bool Knows(string commandId) => Recent.Any(command => command.Id == commandId);

    public CommandMemory With(string commandId, long version) => this with
    {
        Recent = [.. Recent.Skip(Math.Max(0, Recent.Length - Kept + 1)), new RememberedCommand(commandId, version)],
    };
}

/// <param name="Id">As drawn by the caller.</param>
/// <param name="Version">Of the state that the command made.</param>
internal sealed record RememberedCommand(string Id, long Version);
