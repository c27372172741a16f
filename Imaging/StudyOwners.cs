using Regional.Imaging.Packs;

namespace Regional.Imaging;

/// <summary>
/// Which site a study belongs to: the one whose image of it came first. The index says so; what is stored and not yet indexed is remembered
/// here, so that of two sites that send the same StudyInstanceUID at once one wins.
/// </summary>
/// <param name="indexedSite">Site of an indexed study, or null.</param>
/// <param name="indexed">Everything before this is in the index.</param>
internal sealed class StudyOwners(Func<string, Task<string?>> indexedSite, Func<PackPosition> indexed)
{
    private const int Kept = 1024;

    private readonly Dictionary<string, Claim> _claims = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>The study's owner, which stays so until <see cref="Leave"/>. Throws what the index throws; then there is nothing to leave.</summary>
    public async Task<string> EnterAsync(string studyUid, string site, CancellationToken cancellation)
    {
        Claim claim;
        lock (_gate)
        {
            if (!_claims.TryGetValue(studyUid, out claim!) || (claim.Users == 0 && claim.Until <= indexed()))
                _claims[studyUid] = claim = new Claim(async () => await indexedSite(studyUid) ?? site);
            claim.Users++;
        }

        try
        {
            return await claim.Owner.Value.WaitAsync(cancellation);
        }
        catch
        {
            Leave(studyUid, PackPosition.Start);
            throw;
        }
    }

    /// <param name="until">The claim holds until the index has come so far; <see cref="PackPosition.Start"/> when what was stored is indexed.</param>
    public void Leave(string studyUid, PackPosition until)
    {
        lock (_gate)
        {
            var claim = _claims[studyUid];
            if (until > claim.Until) claim.Until = until;
            if (--claim.Users == 0 && claim.Until <= indexed()) _claims.Remove(studyUid);
            if (_claims.Count <= Kept) return;
            foreach (var (uid, _) in _claims.Where(one => one.Value.Users == 0 && one.Value.Until <= indexed()).ToArray())
                _claims.Remove(uid);
        }
    }

    private sealed class Claim(Func<Task<string>> resolve)
    {
        public Lazy<Task<string>> Owner { get; } = new(resolve);

        public int Users { get; set; }

        public PackPosition Until { get; set; }
    }
}
