using Microsoft.Extensions.Caching.Memory;

namespace Regional.Portal.Audit;

/// <summary>
/// An opening is audited once in ten minutes a session and object: a page that shows something live fetches it again with every change, and a
/// viewer asks for every frame. No header of a client can keep an opening out of the log.
/// </summary>
public sealed class Openings : IDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);
    private readonly MemoryCache seen = new(new MemoryCacheOptions { SizeLimit = 50_000 });

    public bool IsFirst(string session, string target)
    {
        var key = (session, target);
        if (seen.TryGetValue(key, out _))
            return false;
        seen.Set(key, true, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Kept });
        return true;
    }

    public void Dispose() => seen.Dispose();
}
