using System.Globalization;
using System.Text.RegularExpressions;

namespace FellowOakDicom;

/// <summary>The rules of PS3.5 table 6.2-1, one value at a time.</summary>
public static partial class DicomValidation
{
    internal static bool PerformValidation { get; set; } = true;

    public static void ValidateAE(string content)
    {
        if (content.Length > 16) Fail(content, DicomVR.AE, "longer than 16 characters");
        if (string.IsNullOrWhiteSpace(content)) Fail(content, DicomVR.AE, "nothing but spaces");
        if (HasBackslash(content) || content.Any(char.IsControl)) Fail(content, DicomVR.AE, "a backslash or control character");
    }

    public static void ValidateAS(string content)
    {
        if (!string.IsNullOrEmpty(content) && !Age().IsMatch(content)) Fail(content, DicomVR.AS, "not three digits and D, W, M or Y");
    }

    public static void ValidateCS(string content)
    {
        if (content.Length > 16) Fail(content, DicomVR.CS, "longer than 16 characters");
        if (content.Any(c => !char.IsAsciiLetterUpper(c) && !char.IsAsciiDigit(c) && c is not ('_' or ' ')))
            Fail(content, DicomVR.CS, "a character besides capitals, digits, space and underscore");
    }

    public static void ValidateDA(string content)
    {
        foreach (var part in RangeParts(content, DicomVR.DA))
        {
            if (part.Length != 8 || !part.All(char.IsAsciiDigit))
                Fail(content, DicomVR.DA, "a date that is not YYYYMMDD");
            if (Number(part, 4) > 12) Fail(content, DicomVR.DA, "a month after 12");
            if (Number(part, 6) > 31) Fail(content, DicomVR.DA, "a day after 31");
        }
    }

    public static void ValidateDS(string content)
    {
        if (content.Length > 16) Fail(content, DicomVR.DS, "longer than 16 characters");
        if (!Decimal().IsMatch(content.Trim())) Fail(content, DicomVR.DS, "no decimal number");
    }

    public static void ValidateDT(string content)
    {
        var text = content.TrimEnd(' ');
        if (text == "-") Fail(content, DicomVR.DT, "a range open at both ends");
        if (text.Length == 0) return;

        var match = DateTimeRange().Match(text);
        if (!match.Success) Fail(content, DicomVR.DT, "not YYYY[MM[DD[HH[MM[SS[.F…]]]]]] with an optional offset");
        foreach (var side in new[] { match.Groups["from"], match.Groups["to"] })
        {
            if (side.Success && side.Length > 0) ValidateInstant(content, side.Value.TrimEnd(' '));
        }
    }

    public static void ValidateIS(string content)
    {
        if (string.IsNullOrEmpty(content)) return;

        var text = content.Trim(' ');
        if (!Integer().IsMatch(text)) Fail(content, DicomVR.IS, "no integer");
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            Fail(content, DicomVR.IS, "beyond 32 bits");
    }

    public static void ValidateLO(string content)
    {
        if (string.IsNullOrEmpty(content)) return;
        if (content.Length > 64) Fail(content, DicomVR.LO, "longer than 64 characters");
        if (HasBackslash(content) || content.Any(IsControlExceptEscape)) Fail(content, DicomVR.LO, "a backslash or control character");
    }

    public static void ValidateLT(string content)
    {
        if (content?.Length > 10240) Fail(content, DicomVR.LT, "longer than 10240 characters");
    }

    public static void ValidatePN(string content)
    {
        if (string.IsNullOrEmpty(content)) return;

        var groups = content.Split('=');
        if (groups.Length > 3) Fail(content, DicomVR.PN, "more than three component groups");
        foreach (var group in groups)
        {
            if (group.Length > 64) Fail(content, DicomVR.PN, "longer than 64 characters");
            if (group.Any(IsControlExceptEscape)) Fail(content, DicomVR.PN, "a backslash or control character");
            if (group.Count(c => c == '^') > 4) Fail(content, DicomVR.PN, "more than five components");
        }
    }

    public static void ValidateSH(string content)
    {
        if (HasBackslash(content) || content.Any(IsControlExceptEscape)) Fail(content, DicomVR.SH, "a backslash or control character");
        if (content.Length > 16) Fail(content, DicomVR.SH, "longer than 16 characters");
    }

    public static void ValidateST(string content)
    {
        if (content?.Length > 1024) Fail(content, DicomVR.ST, "longer than 1024 characters");
    }

    public static void ValidateTM(string content)
    {
        foreach (var part in RangeParts(content, DicomVR.TM))
        {
            if (!Time().IsMatch(part)) Fail(content, DicomVR.TM, "not HH[MM[SS[.F…]]]");
            ValidateClock(content, DicomVR.TM, part, 0);
        }
    }

    public static void ValidateUI(string content)
    {
        var text = content.TrimEnd(' ');
        if (text.Length == 0) return;
        if (text.Length > 64) Fail(content, DicomVR.UI, "longer than 64 characters");
        if (text.Any(c => !char.IsAsciiDigit(c) && c != '.')) Fail(content, DicomVR.UI, "a character besides digits and points");
        if (text[0] == '0') Fail(content, DicomVR.UI, "a component that begins with zero");
        foreach (var component in text.Split('.'))
        {
            if (component.Length == 0) Fail(content, DicomVR.UI, "an empty component");
            if (component.Length > 1 && component[0] == '0') Fail(content, DicomVR.UI, "a component that begins with zero");
        }
    }

    private static void ValidateInstant(string content, string instant)
    {
        var match = Instant().Match(instant);
        if (!match.Success) Fail(content, DicomVR.DT, "not YYYY[MM[DD[HH[MM[SS[.F…]]]]]] with an optional offset");

        var digits = match.Groups["time"].Value;
        if (digits.Length >= 6 && Number(digits, 4) is < 1 or > 12) Fail(content, DicomVR.DT, "a month outside 1 to 12");
        if (digits.Length >= 8 && Number(digits, 6) is < 1 or > 31) Fail(content, DicomVR.DT, "a day outside 1 to 31");
        if (digits.Length > 8) ValidateClock(content, DicomVR.DT, digits, 8);

        var zone = match.Groups["zone"].Value;
        if (zone.Length == 0) return;
        if (zone == "-0000") Fail(content, DicomVR.DT, "the offset -0000");
        if (Number(zone, 1) > (zone[0] == '+' ? 14 : 12)) Fail(content, DicomVR.DT, "an offset outside -1200 to +1400");
        if (Number(zone, 3) > 59) Fail(content, DicomVR.DT, "an offset with minutes after 59");
    }

    private static void ValidateClock(string content, DicomVR vr, string digits, int start)
    {
        if (digits.Length >= start + 2 && Number(digits, start) > 23) Fail(content, vr, "an hour after 23");
        if (digits.Length >= start + 4 && Number(digits, start + 2) > 59) Fail(content, vr, "a minute after 59");
        if (digits.Length >= start + 6 && Number(digits, start + 4) > 60) Fail(content, vr, "a second after 60");
    }

    /// <summary>One value, or the two ends of a query range (PS3.4 section C.2.2.2.5); absent ends are left out.</summary>
    private static IEnumerable<string> RangeParts(string content, DicomVR vr)
    {
        var parts = content.Split('-');
        if (parts.Length > 2) Fail(content, vr, "more than one range separator");
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
