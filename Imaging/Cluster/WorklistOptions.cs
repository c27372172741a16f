namespace Regional.Imaging.Cluster;

/// <summary>What a device sees on the modality worklist, and how (PS3.4 §K; X4). Without it a device sees nothing.</summary>
public sealed class WorklistOptions
{
    /// <summary>
    /// <c>device</c>: exams meant for this AE title, and those meant for any device of its modality when it is the site's only one; <c>room</c>:
    /// those of the devices in its room, and those meant for any device of their modalities; <c>site</c>: all of the site.
    /// </summary>
    public string Scope { get; set; } = "device";

    /// <summary>Days before today that are shown. Default 1.</summary>
    public int DaysBack { get; set; } = 1;

    /// <summary>Days after today that are shown. Default 1.</summary>
    public int DaysAhead { get; set; } = 1;

    /// <summary>
    /// <c>GB18030</c>, <c>GBK</c>, <c>ISO_IR 192</c> (UTF-8) or <c>ISO 2022 IR 58</c> (GB 2312): of answers to a device that names none. Default GB18030.
    /// </summary>
    public string Charset { get; set; } = "GB18030";

    /// <summary>
    /// <c>both</c>: pinyin, then characters in the ideographic group (PS3.5 §6.2.1.1); <c>characters</c>: in the first group, for devices that show
    /// no other; <c>pinyin</c>: nothing but ASCII. Default both.
    /// </summary>
    public string Names { get; set; } = "both";
}

/// <summary>The rules of <see cref="WorklistOptions"/>.</summary>
internal static class WorklistValidation
{
    public static void Check(ClusterOptions options, DeviceOptions device, string at, Action<bool, string, object?, string> rule)
    {
        rule(device.ReportPort is null or (> 0 and < 65536), at + "devices.report-port", device.ReportPort, "must be 1 to 65535");
        rule(device.ReportPort is null || options.IsDemo || options.WaiveTls.Contains("dicom"), at + "devices.report-port", device.ReportPort,
            "is sent to in plain text: outside the demo profile waive dicom by name");
        if (device.Worklist is not { } worklist)
            return;
        var name = at + "devices.worklist.";
        rule(worklist.Scope is "device" or "room" or "site", name + "scope", worklist.Scope, "must be device, room or site");
        rule(worklist.Scope != "room" || !string.IsNullOrEmpty(device.Room), name + "scope", worklist.Scope, "needs the device's room");
        rule(worklist.DaysBack is >= 0 and <= 366, name + "days-back", worklist.DaysBack, "must be 0 to 366");
        rule(worklist.DaysAhead is >= 0 and <= 366, name + "days-ahead", worklist.DaysAhead, "must be 0 to 366");
        rule(worklist.Charset is "GB18030" or "GBK" or "ISO_IR 192" or "ISO 2022 IR 58", name + "charset", worklist.Charset,
            "must be GB18030, GBK, ISO_IR 192 or ISO 2022 IR 58");
        rule(worklist.Names is "both" or "characters" or "pinyin", name + "names", worklist.Names, "must be both, characters or pinyin");
    }
}
