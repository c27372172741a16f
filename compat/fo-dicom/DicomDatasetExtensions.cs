using System.Globalization;

namespace FellowOakDicom;

public static class DicomDatasetExtensions
{
    /// <summary>A copy with its own sequences; elements are shared.</summary>
    public static DicomDataset Clone(this DicomDataset dataset) => new(dataset, false)
    {
        InternalTransferSyntax = dataset.InternalTransferSyntax,
        FallbackEncodings = dataset.FallbackEncodings,
    };

    /// <summary>A date and a time as one value; absent parts are those of <see cref="DateTime.MinValue"/>.</summary>
    public static DateTime GetDateTime(this DicomDataset dataset, DicomTag date, DicomTag time)
    {
        var day = dataset.GetDicomItem<DicomDate>(date) is { Count: > 0 } da ? da.Get<DateTime>(0) : DateTime.MinValue;
        var clock = dataset.GetDicomItem<DicomTime>(time) is { Count: > 0 } tm ? tm.Get<DateTime>(0) : DateTime.MinValue;
        return new DateTime(day.Year, day.Month, day.Day, clock.Hour, clock.Minute, clock.Second);
    }

    /// <summary>As <see cref="GetDateTime"/>, in the zone of (0008,0201) or the local one.</summary>
    public static DateTimeOffset GetDateTimeOffset(this DicomDataset dataset, DicomTag date, DicomTag time, DicomDataset topLevelDataset = null)
    {
        var instant = GetDateTime(dataset, date, time);
        if (instant == DateTime.MinValue) return DateTimeOffset.MinValue;
        if ((topLevelDataset ?? dataset).GetDicomItem<DicomShortString>(DicomTag.TimezoneOffsetFromUTC) is not { Count: > 0 } zone)
            return new DateTimeOffset(instant);

        var text = zone.Get<string>(0);
        var offset = new TimeSpan(int.Parse(text.AsSpan(1, 2), CultureInfo.InvariantCulture), int.Parse(text.AsSpan(3, 2), CultureInfo.InvariantCulture), 0);
        return new DateTimeOffset(instant, text[0] == '-' ? -offset : offset);
    }

    public static IEnumerable<DicomItem> EnumerateMasked(this DicomDataset dataset, DicomMaskedTag mask) => dataset.Where(item => mask.IsMatch(item.Tag));

    /// <summary>The items of a group, without its length.</summary>
    public static IEnumerable<DicomItem> EnumerateGroup(this DicomDataset dataset, ushort group) =>
        dataset.Where(item => item.Tag.Group == group && item.Tag.Element != 0x0000);

    public static DicomDataset NotValidated(this DicomDataset dataset)
    {
        dataset.ValidateItems = false;
        return dataset;
    }

    public static DicomDataset Validated(this DicomDataset dataset)
    {
        dataset.ValidateItems = true;
        return dataset;
    }
}

/// <summary>Switches validation of a data set off until disposed.</summary>
public class UnvalidatedScope : IDisposable
{
    private readonly DicomDataset _dataset;
    private readonly bool _validation;

    public UnvalidatedScope(DicomDataset dataSet)
    {
        _dataset = dataSet;
        _validation = dataSet.ValidateItems;
        dataSet.ValidateItems = false;
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing) _dataset.ValidateItems = _validation;
    }
}
