using System.Text;
using Regional.Imaging.Repairs;

namespace Regional.Imaging.Cluster;

/// <summary>The rules of a device's <c>profile</c>.</summary>
internal static class DeviceProfileValidation
{
    private static readonly string[] Charsets = ["GB18030", "GBK", "ISO_IR 192", "ISO_IR 100"];

    public static void Check(DeviceProfileOptions profile, string at, Action<bool, string, object?, string> rule)
    {
        rule(profile.Charset is null || Charsets.Contains(profile.Charset), at + "charset", profile.Charset, "must be " + string.Join(", ", Charsets));
        rule(!profile.CharsetWrong || profile.Charset is not null, at + "charset-wrong", profile.CharsetWrong, "needs the charset that it really writes");
        rule(profile.Names is "as-sent" or "pinyin" or "characters", at + "names", profile.Names, "must be as-sent, pinyin or characters");
        rule(profile.PatientIdIssuer is null or { Length: > 0 and <= 64 }, at + "patient-id-issuer", profile.PatientIdIssuer, "must have 1 to 64 characters");
        rule(DeviceProfileOptions.Skew(profile.ClockSkew) is { } skew && skew.Duration() <= TimeSpan.FromDays(20 * 366), at + "clock-skew", profile.ClockSkew,
            "must be a duration of at most 20 years, such as 8h or -90s");
        rule(profile.ClockLimit is null || profile.ClockLimit >= TimeSpan.FromHours(1), at + "clock-limit", profile.ClockLimit, "must be 1h or more");
        var known = true;
        foreach (var (keyword, value) in profile.Missing)
        {
            known &= Known(RepairableAttributes.Fillable.ContainsKey(keyword), "missing", keyword, string.Join(", ", RepairableAttributes.Fillable.Keys));
            rule(value.Length is > 0 and <= 64 && !value.Any(char.IsControl), at + "missing." + keyword, value, "must have 1 to 64 characters");
        }

        foreach (var keyword in profile.Required)
            known &= Known(RepairableAttributes.Requirable.ContainsKey(keyword), "required", keyword, string.Join(", ", RepairableAttributes.Requirable.Keys));
        if (known)
            rule(Encoding.UTF8.GetByteCount(profile.ToRepair(TimeSpan.Zero).Encode()) <= Repair.MaxBytes, at + "missing", null, "is too much for an image's record");

        bool Known(bool holds, string part, string keyword, string all)
        {
            rule(holds, at + part, keyword, "must be one of " + all);
            return holds;
        }
    }
}
