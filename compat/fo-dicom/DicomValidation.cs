using System.Globalization;
using System.Text.RegularExpressions;

namespace FellowOakDicom;

/// <summary>The rules of PS3.5 table 6.2-1, one value at a time.</summary>
public static partial class DicomValidation
{
    internal static bool PerformValidation { get; set; } = true;

    public static void ValidateAE(string content)
    {
        if (content.Length > 16) Fail(content, DicomVR.AE, "value exceeds maximum length of 16 characters");
        if (string.IsNullOrWhiteSpace(content)) Fail(content, DicomVR.AE, "value may not consist only of spaces");
        if (HasBackslash(content) || content.Any(char.IsControl)) Fail(content, DicomVR.AE, "value contains invalid control character");
    }

    public static void ValidateAS(string content)
    {
        if (!string.IsNullOrEmpty(content) && !Age().IsMatch(content)) Fail(content, DicomVR.AS, "value does not have pattern 000[DWMY]");
    }

    public static void ValidateCS(string content)
    {
        if (content.Length > 16) Fail(content, DicomVR.CS, "value exceeds maximum length of 16 characters");
        if (content.Any(c => !char.IsAsciiLetterUpper(c) && !char.IsAsciiDigit(c) && c is not ('_' or ' ')))
            Fail(content, DicomVR.CS, "value contains invalid character. Only uppercase characters, digits, space and underscore are allowed");
    }

    public static void ValidateDA(string content)
    {
        foreach (var part in RangeParts(content, DicomVR.DA))
        {
            if (part.Length != 8 || !part.All(char.IsAsciiDigit))
                Fail(content, DicomVR.DA, "one of the date values does not match the pattern YYYYMMDD");
            if (Number(part, 4) > 12) Fail(content, DicomVR.DA, "month component exceeds the value 12");
            if (Number(part, 6) > 31) Fail(content, DicomVR.DA, "day component exceeds the value 31");
        }
    }

    public static void ValidateDS(string content)
    {
        if (content.Length > 16) Fail(content, DicomVR.DS, "value exceeds maximum length of 16 characters");
        if (!Decimal().IsMatch(content.Trim())) Fail(content, DicomVR.DS, "value is no decimal string");
    }

    public static void ValidateDT(string content)
    {
        var text = content.TrimEnd(' ');
        if (text == "-") Fail(content, DicomVR.DT, "both dateTime components in range cannot be empty");
        if (text.Length == 0) return;

        var match = DateTimeRange().Match(text);
        if (!match.Success) Fail(content, DicomVR.DT, "value does not match pattern YYYY[MM[DD[HH[MM[SS[.F{1-6}]]]]]][&ZZXX]");
        foreach (var side in new[] { match.Groups["from"], match.Groups["to"] })
        {
            if (side.Success && side.Length > 0) ValidateInstant(content, side.Value.TrimEnd(' '));
        }
    }

    public static void ValidateIS(string content)
    {
        if (string.IsNullOrEmpty(content)) return;

        var text = content.Trim(' ');
        if (!Integer().IsMatch(text)) Fail(content, DicomVR.IS, "value is not an integer string");
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            Fail(content, DicomVR.IS, "value too large to fit 32 bit integer");
    }

    public static void ValidateLO(string content)
    {
        if (string.IsNullOrEmpty(content)) return;
        if (content.Length > 64) Fail(content, DicomVR.LO, "value exceeds maximum length of 64 characters");
        if (HasBackslash(content) || content.Any(IsControlExceptEscape)) Fail(content, DicomVR.LO, "value contains invalid character");
    }

    public static void ValidateLT(string content)
    {
        if (content?.Length > 10240) Fail(content, DicomVR.LT, "value exceeds maximum length of 10240 characters");
    }

    public static void ValidatePN(string content)
    {
        if (string.IsNullOrEmpty(content)) return;

        var groups = content.Split('=');
        if (groups.Length > 3) Fail(content, DicomVR.PN, "value contains too many groups");
        foreach (var group in groups)
        {
            if (group.Length > 64) Fail(content, DicomVR.PN, "value exceeds maximum length of 64 characters");
            if (group.Any(IsControlExceptEscape)) Fail(content, DicomVR.PN, "value contains invalid control character");
            if (group.Count(c => c == '^') > 4) Fail(content, DicomVR.PN, "value contains too many components");
        }
    }

    public static void ValidateSH(string content)
    {
        if (HasBackslash(content) || content.Any(IsControlExceptEscape)) Fail(content, DicomVR.SH, "value contains invalid character");
        if (content.Length > 16) Fail(content, DicomVR.SH, "value exceeds maximum length of 16 characters");
    }

    public static void ValidateST(string content)
    {
        if (content?.Length > 1024) Fail(content, DicomVR.ST, "value exceeds maximum length of 1024 characters");
    }

    public static void ValidateTM(string content)
    {
        foreach (var part in RangeParts(content, DicomVR.TM))
        {
            if (!Time().IsMatch(part)) Fail(content, DicomVR.TM, "value does not match pattern HH or HHMM or HHMMSS or HHMMSS.F{1-6}");
            ValidateClock(content, DicomVR.TM, part, 0);
        }
    }

    public static void ValidateUI(string content)
    {
        var text = content.TrimEnd(' ');
        if (text.Length == 0) return;
        if (text.Length > 64) Fail(content, DicomVR.UI, "value exceeds maximum length of 64 characters");
        if (text.Any(c => !char.IsAsciiDigit(c) && c != '.')) Fail(content, DicomVR.UI, "value contains invalid characters other than '0'-'9' and '.'");
        if (text[0] == '0') Fail(content, DicomVR.UI, "components must not have leading zeros");
        foreach (var component in text.Split('.'))
        {
            if (component.Length == 0) Fail(content, DicomVR.UI, "a component can not be empty");
            if (component.Length > 1 && component[0] == '0') Fail(content, DicomVR.UI, "components must not have leading zeros");
        }
    }

    private static void ValidateInstant(string content, string instant)
    {
        var match = Instant().Match(instant);
        if (!match.Success) Fail(content, DicomVR.DT, "value does not match pattern YYYY[MM[DD[HH[MM[SS[.F{1-6}]]]]]][&ZZXX]");

        var digits = match.Groups["time"].Value;
        if (digits.Length >= 6 && Number(digits, 4) is < 1 or > 12) Fail(content, DicomVR.DT, "month component is not in 1 to 12");
        if (digits.Length >= 8 && Number(digits, 6) is < 1 or > 31) Fail(content, DicomVR.DT, "day component is not in 1 to 31");
        if (digits.Length > 8) ValidateClock(content, DicomVR.DT, digits, 8);

        var zone = match.Groups["zone"].Value;
        if (zone.Length == 0) return;
        if (zone == "-0000") Fail(content, DicomVR.DT, "negative UTC hours component with value -0000 is not allowed");
        if (Number(zone, 1) > (zone[0] == '+' ? 14 : 12)) Fail(content, DicomVR.DT, "UTC offset is outside -1200 to +1400");
        if (Number(zone, 3) > 59) Fail(content, DicomVR.DT, "UTC minutes component exceeds 59");
    }

    private static void ValidateClock(string content, DicomVR vr, string digits, int start)
    {
        if (digits.Length >= start + 2 && Number(digits, start) > 23) Fail(content, vr, "hour component exceeds 23");
        if (digits.Length >= start + 4 && Number(digits, start + 2) > 59) Fail(content, vr, "minutes component exceeds 59");
        if (digits.Length >= start + 6 && Number(digits, start + 4) > 60) Fail(content, vr, "seconds component exceeds 60");
    }

    /// <summary>One value, or the two ends of a query range (PS3.4 section C.2.2.2.5); absent ends are left out.</summary>
    private static IEnumerable<string> RangeParts(string content, DicomVR vr)
    {
        var parts = content.Split('-');
        if (parts.Length > 2) Fail(content, vr, "value contains too many range separators '-'");
        return parts.Select(part => part.TrimEnd(' ')).Where(part => part.Length > 0);
    }

    private static int Number(string digits, int start) => (digits[start] - '0') * 10 + digits[start + 1] - '0';

    private static bool HasBackslash(string content) => content.Contains('\\', StringComparison.Ordinal);

    private static bool IsControlExceptEscape(char c) => char.IsControl(c) && c != '\u001b';

    private static void Fail(string content, DicomVR vr, string message) => throw new DicomValidationException(content, vr, message);

    [GeneratedRegex(@"^[0-9]{3}[DWMY]$")]
    private static partial Regex Age();

    [GeneratedRegex(@"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$")]
    private static partial Regex Decimal();

    [GeneratedRegex(@"^[+-]?[0-9]+$")]
    private static partial Regex Integer();

    [GeneratedRegex(@"^[0-9]{2}([0-9]{2}([0-9]{2}(\.[0-9]{1,6})?)?)?$")]
    private static partial Regex Time();

    /// <summary>A four-digit tail up to 1200 after a minus is an offset, anything else the far end of a range.</summary>
    [GeneratedRegex(@"^(?<from>[0-9.]*([+][0-9]{4}|-(0[0-9]|1[0-2])[0-9]{2}(?=$|-))?[ ]*)(-(?<to>[0-9.]*([+-][0-9]{4})?))?$")]
    private static partial Regex DateTimeRange();

    [GeneratedRegex(@"^(?<time>[0-9]{4}([0-9]{2}([0-9]{2}([0-9]{2}([0-9]{2}([0-9]{2}(\.[0-9]{1,6})?)?)?)?)?)?)(?<zone>[+-][0-9]{4})?$")]
    private static partial Regex Instant();
}

public static class DicomValidationBuilderExtension
{
    /// <summary>Values are validated when they are added to a data set (the default).</summary>
    public static DicomSetupBuilder DoValidation(this DicomSetupBuilder builder)
    {
        DicomValidation.PerformValidation = true;
        return builder;
    }

    public static DicomSetupBuilder SkipValidation(this DicomSetupBuilder builder)
    {
        DicomValidation.PerformValidation = false;
        return builder;
    }
}
