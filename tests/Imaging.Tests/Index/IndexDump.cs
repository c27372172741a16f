using System.Globalization;
using System.Text;
using Regional.Imaging.Index;

namespace Regional.Imaging.Tests.Index;

/// <summary>Every derived row as text, for comparing two indexes. Events are left out: their borders follow the batches.</summary>
internal static class IndexDump
{
    public static async Task<string> OfAsync(IndexDatabase database)
    {
        var text = new StringBuilder();
        foreach (var (table, order) in new[] { ("study", "study_uid"), ("series", "study_uid, series_uid"), ("instance", "sop_uid"), ("quarantine", "pack, pack_offset"), ("damage", "pack, pack_offset") })
        {
            var rows = await database.QueryAsync($"SELECT * FROM {table} ORDER BY {order}", null, row =>
            {
                var values = new object[row.FieldCount];
                row.GetValues(values);
                return string.Join('|', values.Select(value => value is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(value, CultureInfo.InvariantCulture)));
            }, default);
            text.AppendLine(CultureInfo.InvariantCulture, $"{table}: {rows.Count}");
            foreach (var row in rows) text.AppendLine(row);
        }
        return text.ToString();
    }
}
