using Microsoft.Extensions.Logging;
using Regional.Edge.Capture;
using Regional.Edge.Dicom;
using Regional.Edge.Link;
using Regional.Imaging.Storage;

namespace Regional.Edge.Hosting;

/// <summary>What a test may put in the place of the machine. The defaults are the product.</summary>
internal sealed record EdgeSeams
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public IFileLayer Files { get; init; } = DiskFileLayer.Instance;

    public GuardOptions Guard { get; init; } = new();

    /// <summary>Null: console and daily files below <c>logs</c>.</summary>
    public Action<ILoggingBuilder>? Logging { get; init; }

    /// <summary>Told after each step of a captured file.</summary>
    public Action<CaptureStep> Captured { get; init; } = _ => { };

    public Func<UplinkOptions, UplinkOptions> Uplink { get; init; } = options => options;
}
