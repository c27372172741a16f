using Regional.Delivery;

namespace Regional.Storage;

/// <summary>What every grain's state has beside its subject.</summary>
internal interface ILedgerState<TSelf>
    where TSelf : class, ILedgerState<TSelf>
{
    /// <summary>Version of the stored form; a newer one than this build knows is refused.</summary>
    int Schema { get; }

    /// <summary>Grows with every change; projections apply only newer ones.</summary>
    long Version { get; }

    CommandMemory Commands { get; }

    Outbox Outbox { get; }

    TSelf With(Outbox outbox);

    TSelf With(CommandMemory commands);
}
