using Regional.Imaging.Index;
using Regional.Imaging.Packs;

namespace Regional.Imaging.Upkeep;

/// <summary>Which packs are worth rewriting: neighbours in the order, each of which is sparse or small, up to one pack's size of what lives.</summary>
internal sealed class CompactionPlan(CompactionOptions options, long packSize, IReadOnlyDictionary<long, long> dead)
{
    /// <param name="packs">In order, without the one being appended to.</param>
    /// <param name="mayMove">False for a pack that has to stay as it is.</param>
    public IEnumerable<IReadOnlyList<PackInfo>> Groups(IEnumerable<PackInfo> packs, Func<PackInfo, bool> mayMove)
    {
        List<PackInfo> group = [];
        foreach (var pack in packs)
        {
            var fits = (IsSparse(pack) || IsSmall(pack)) && mayMove(pack);
            if (group.Count > 0 && (!fits || group.Sum(Live) + Live(pack) > packSize))
            {
                if (IsWorthIt(group)) yield return group;
                group = [];
            }
            if (fits) group.Add(pack);
        }
        if (IsWorthIt(group)) yield return group;
    }

    public long Live(PackInfo pack) => Math.Max(PackFormat.PackHeaderLength, pack.Committed - Dead(pack));

    private bool IsWorthIt(List<PackInfo> group) => group.Count > 1 || group.Exists(IsSparse);

    private bool IsSparse(PackInfo pack) => Dead(pack) > 0 && Dead(pack) >= options.DeadShare * pack.Committed;

    private bool IsSmall(PackInfo pack) => pack.Committed < options.SmallShare * packSize;

    private long Dead(PackInfo pack) => dead.GetValueOrDefault(pack.Number);
}
