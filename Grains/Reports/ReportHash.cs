using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Regional.Reports;

/// <summary>
/// The chain of signed versions: SHA-256 over a canonical JSON array of what was signed, by whom and when, and the hash before it. Changing
/// any signed version breaks every later hash.
/// </summary>
internal static class ReportHash
{
    /// <param name="version">Its own <see cref="ReportVersion.Sha256"/> and <see cref="ReportVersion.State"/> do not count.</param>
    /// <param name="before">Hash of the version before; empty for the first.</param>
    public static string Of(ReportVersion version, string before)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            json.WriteStringValue("regional.report.v1");
            json.WriteStringValue(before);
            json.WriteNumberValue(version.Number);
            json.WriteNumberValue((int)version.Kind);
            json.WriteStringValue(version.Text.Findings);
            json.WriteStringValue(version.Text.Impression);
            json.WriteStringValue(version.Text.Positive switch { true => "positive", false => "negative", null => "unjudged" });
            json.WriteStringValue(version.AddendumText);
            json.WriteStringValue(version.AuthorId);
            json.WriteStringValue(version.SignerId);
            json.WriteStringValue(version.Proof.Method);
            json.WriteStringValue(version.Proof.Licence);
            json.WriteStringValue(version.SignedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            json.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray()));
    }

    /// <summary>True when every hash follows from what stands there.</summary>
    public static bool Holds(IEnumerable<ReportVersion> versions)
    {
        var before = "";
        foreach (var version in versions)
        {
            if (version.Sha256 != Of(version, before)) return false;
            before = version.Sha256;
        }

        return true;
    }
}
