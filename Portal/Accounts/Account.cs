using System.Collections.Immutable;
using Regional.Actors;

namespace Regional.Portal.Accounts;

/// <summary>A person who may sign in.</summary>
/// <param name="UserId">Account name, lower case.</param>
/// <param name="Name">As shown and printed.</param>
/// <param name="Site">Code of the site at which the person works.</param>
/// <param name="Roles">Names from <see cref="Role"/>.</param>
/// <param name="Licence">Number of the practising licence; who signs reports has one (R8.3-0).</param>
/// <param name="Password">As <see cref="Passwords"/> writes it.</param>
/// <param name="Failures">Wrong passwords since the last right one.</param>
/// <param name="LockedUntil">Nobody signs in before this instant.</param>
/// <param name="Demo">Made by the demo profile, with a password that everybody knows: it opens nothing outside that profile.</param>
public sealed record Account(
    string UserId,
    string Name,
    string Site,
    ImmutableArray<string> Roles,
    string? Title,
    string? Licence,
    string Password,
    bool Disabled,
    int Failures,
    DateTimeOffset? LockedUntil,
    bool Demo = false)
{
    /// <summary>Locks aside: whether the account opens anything at all.</summary>
    public bool MaySignIn(bool demoProfile) => !Disabled && (!Demo || demoProfile);

    public Actor Actor => new(UserId, Name, Site, Roles);
}

/// <summary>Accounts at rest. Implemented by the host over the centre's database.</summary>
public interface IAccountStore
{
    Task<Account?> Find(string userId, CancellationToken cancellation);

    /// <summary>False where an account of that name stands; it is left as it is.</summary>
    Task<bool> Create(Account account, CancellationToken cancellation);

    /// <summary>One more wrong password; from <paramref name="lockAfter"/> of them on the account is locked until the given instant.</summary>
    Task RecordFailure(string userId, int lockAfter, DateTimeOffset lockedUntil, CancellationToken cancellation);

    Task RecordSuccess(string userId, CancellationToken cancellation);
}

/// <summary>A session of a person, found by the hash of its token.</summary>
public sealed record Session(string TokenHash, string UserId, DateTimeOffset CreatedAt, DateTimeOffset SeenAt, DateTimeOffset ExpiresAt, string? Address);

/// <summary>Sessions at rest: they outlive a restart of the centre, and end when idle or signed out.</summary>
public interface ISessionStore
{
    Task Open(Session session, CancellationToken cancellation);

    Task<(Session Session, Account Account)?> Find(string tokenHash, CancellationToken cancellation);

    Task Prolong(string tokenHash, DateTimeOffset seenAt, DateTimeOffset expiresAt, CancellationToken cancellation);

    Task Close(string tokenHash, CancellationToken cancellation);

    Task<int> RemoveExpired(DateTimeOffset before, CancellationToken cancellation);
}
