using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Regional.Actors;

namespace Regional.Portal.Accounts;

/// <summary>The person behind a request, with the intention's id (header <c>Idempotency-Key</c>, a ULID; drawn here where the client gave none).</summary>
/// <param name="TokenHash">Names the session.</param>
/// <param name="Address">From where; audited.</param>
public sealed record Caller(Actor Actor, string? Licence, string TokenHash, string CommandId, string? Address)
{
    public const string IdempotencyHeader = "Idempotency-Key";

    internal const string SiteClaim = "site";
    internal const string LicenceClaim = "licence";
    internal const string TokenClaim = "token-hash";

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>Called by minimal APIs for parameters of this type.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context)
    {
        if (context.User.FindFirstValue(TokenClaim) is not { } token)
            return ValueTask.FromResult<Caller?>(null);
        var given = context.Request.Headers[IdempotencyHeader].ToString();
        if (given.Length > 0 && !IsUlid(given))
            throw new BadHttpRequestException($"{IdempotencyHeader} must be a ULID: 26 characters of Crockford's base 32.");
        var id = given.Length > 0 ? given : Ulid.New(TimeProvider.System);
        return ValueTask.FromResult<Caller?>(
            new Caller(ActorOf(context.User), context.User.FindFirstValue(LicenceClaim), token, id, context.Connection.RemoteIpAddress?.ToString()));
    }

    public static Actor ActorOf(ClaimsPrincipal user) => new(
        user.FindFirstValue(ClaimTypes.NameIdentifier) ?? "",
        user.FindFirstValue(ClaimTypes.Name) ?? "",
        user.FindFirstValue(SiteClaim) ?? "",
        [.. user.FindAll(ClaimTypes.Role).Select(c => c.Value)]);

    public static bool IsUlid(string text) => text.Length == 26 && text.All(c => Alphabet.Contains(c, StringComparison.Ordinal));

    public Command Command(string? reason = null, long? version = null) => new(CommandId, Actor, string.IsNullOrWhiteSpace(reason) ? null : reason.Trim(), version);

    /// <summary>
    /// A ULID that follows from the caller and the intention: the same request again meets the same grain, and nobody can aim at another's.
    /// </summary>
    public string Derived(string purpose)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{Actor.UserId}\n{CommandId}\n{purpose}"));
        return CommandId[..10] + string.Concat(hash.Take(16).Select(b => Alphabet[b & 31]));
    }
}
