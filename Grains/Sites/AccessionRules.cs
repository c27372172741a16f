using System.Globalization;
using Regional.Studies;

namespace Regional.Sites;

/// <summary>
/// Accession numbers of an issuer (S2-5): prefix, local date, serial of the day; at most 16 characters. None is given twice, none is
/// skipped; the same command gets the same number.
/// </summary>
internal static class AccessionRules
{
    private const int Remembered = 512;

    /// <summary>With 4 letters and 6 digits of date, 6 digits remain.</summary>
    private const int LastSerial = 999_999;

    public static (SiteState Next, string Number) Next(SiteState state, string commandId, DateTimeOffset now, TimeSpan localOffset)
    {
        if (state.Given.FirstOrDefault(given => given.CommandId == commandId) is { } known) return (state, known.Number);
        var profile = state.Profile ?? throw new InvalidOperationException("The site is not configured.");
        var date = now.ToOffset(localOffset).ToString("yyMMdd", CultureInfo.InvariantCulture);

        // A clock set back must not give a number again: the serial of the later date goes on.
        var later = string.CompareOrdinal(date, state.SerialDate) > 0;
        var (day, serial) = later ? (date, 1) : (state.SerialDate, state.Serial + 1);
        if (serial > LastSerial) throw new InvalidOperationException("The accession numbers of the day are used up.");

        var number = profile.AccessionPrefix + day + serial.ToString("D4", CultureInfo.InvariantCulture);
        if (number.Length > ExamRules.AccessionLength) throw new InvalidOperationException("The accession prefix is too long.");
        var kept = state.Given.Skip(Math.Max(0, state.Given.Length - Remembered + 1));
        return (state with
        {
            Version = state.Version + 1,
            SerialDate = day,
            Serial = serial,
            Given = [.. kept, new GivenAccession(commandId, number)],
        }, number);
    }
}
