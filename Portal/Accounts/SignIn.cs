using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Regional.Outcomes;
using Regional.Portal.Audit;
using Regional.Portal.Hosting;

namespace Regional.Portal.Accounts;

/// <summary>A person signed in: the token is shown once and stored hashed.</summary>
public sealed record SignedIn(string Token, Account Account);

/// <summary>Signing in and out, and proving presence again at a signature. Every outcome is audited; wrong passwords lock the account (R10.2.3-2b).</summary>
public sealed class SignIn(IAccountStore accounts, ISessionStore sessions, IAuditLog audit, PortalOptions options, TimeProvider time) : IDisposable
{
    /// <summary>Rule of a refusal for a wrong name or password alike.</summary>
    public const string Refused = "login.refused";

    /// <summary>Rule of a refusal while the account is locked.</summary>
    public const string Locked = "login.locked";

    // A hash is a tenth of a second of work: no more of them at once than there are processors.
    private readonly SemaphoreSlim verifying = new(Environment.ProcessorCount);

    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token)));

    public async Task<Outcome<SignedIn>> Login(string userId, string password, string? address, CancellationToken cancellation)
    {
        var proof = await Prove("login", userId, password, address, cancellation);
        if (!proof.Succeeded)
            return proof.Failure;
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var now = time.GetUtcNow();
        await sessions.Open(new Session(HashOf(token), proof.Value.UserId, now, now, now + options.SessionIdle, address), cancellation);
        return new SignedIn(token, proof.Value);
    }

    public async Task Logout(Caller caller, CancellationToken cancellation)
    {
        await sessions.Close(caller.TokenHash, cancellation);
        await audit.Write(new AuditEntry(time.GetUtcNow(), caller.Actor.UserId, caller.Actor.Site, "logout", null, true, null, caller.Address), cancellation);
    }

    /// <summary>Checks a password of somebody who is to be present now: at the door, at a signature, as the second person.</summary>
    public async Task<Outcome<Account>> Prove(string action, string userId, string password, string? address, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var account = userId.Length <= 64 ? await accounts.Find(userId, cancellation) : null;
        var refusal = account?.LockedUntil > now ? Locked : await Matches(account, password, cancellation) ? null : Refused;
        if (account is not null && refusal == Refused)
            await accounts.RecordFailure(account.UserId, options.LockAfter, now + options.LockFor, cancellation);
        else if (account is not null && refusal is null && (account.Failures > 0 || account.LockedUntil is not null))
            await accounts.RecordSuccess(account.UserId, cancellation);

        // A name that is nobody's may be a password typed into the wrong field: it is not kept.
        await audit.Write(
            new AuditEntry(now, account?.UserId ?? "(unknown)", account?.Site ?? "", action, null, refusal is null, refusal, address), cancellation);
        return refusal is null ? account! : Failure.Of(FailureCode.Forbidden, refusal);
    }

    public void Dispose() => verifying.Dispose();

    private async Task<bool> Matches(Account? account, string password, CancellationToken cancellation)
    {
        if (password.Length is 0 or > AccountRules.LongestPassword)
            return false;
        await verifying.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => Passwords.Verify(account?.MaySignIn(options.Cluster.Options.IsDemo) == true ? account.Password : null, password), cancellation);
        }
        finally
        {
            verifying.Release();
        }
    }
}
