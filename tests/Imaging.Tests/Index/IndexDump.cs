using System.Globalization;
using System.Text;
using Regional.Imaging.Index;

namespace Regional.Imaging.Tests.Index;

/// <summary>
/// Every derived row as text, for comparing two indexes. Events are left out: their borders follow the batches. After a compaction the counters
/// differ too, since dropped records no longer count; their order does not.
/// </summary>
internal static class IndexDump
{
    private static readonly string[] Counters = ["sequence", "version"];

    public static async Task<string> OfAsync(IndexDatabase database, bool withCounters = true)
    {
        var text = new StringBuilder();
        foreach (var (table, order) in new[] { ("study", "study_uid"), ("series", "study_uid, series_uid"), ("instance", "sop_uid"), ("quarantine", "pack, pack_offset"), ("damage", "pack, pack_offset"), ("tombstone", "pack, pack_offset"), ("pack_dead", "pack"), ("study_merge", "study_uid") })
        {
            var rows = await database.QueryAsync($"SELECT * FROM {table} ORDER BY {order}", null, row =>
            {
                var values = new object[row.FieldCount];
                row.GetValues(values);
                return string.Join('|', values.Where((_, i) => withCounters || !Counters.Contains(row.GetName(i))).Select(value => value is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(value, CultureInfo.InvariantCulture)));
            }, default);
            text.AppendLine(CultureInfo.InvariantCulture, $"{table}: {rows.Count}");
            foreach (var row in rows) text.AppendLine(row);
        }
        var inOrder = await database.QueryAsync("SELECT sop_uid FROM instance ORDER BY sequence", null, row => row.GetString(0), default);
        return text.AppendLine("order: " + string.Join(' ', inOrder)).ToString();
    }
}
