using Microsoft.Extensions.Logging;
using Regional.Imaging.Codecs;
using Regional.Imaging.Codecs.Jpeg;
using Regional.Imaging.Index;
using Regional.Imaging.Rendering;

namespace Regional.Imaging.DicomWeb.Rendered;

/// <summary>An image ready to be sent, or why there is none.</summary>
internal readonly record struct RenderedBytes(CodecProblem Problem, byte[] Bytes);

/// <summary>Stored frames as JPEG or PNG. As many are made at once as there are processors, so that browsers cannot take the machine's memory.</summary>
internal sealed class RenderedImages(ImageArchive archive, ILogger<RenderedImages> log) : IDisposable
{
    public const string Jpeg = "image/jpeg";
    public const string Png = "image/png";

    private readonly SemaphoreSlim _rendering = new(Environment.ProcessorCount);

    /// <param name="frame">From 1. A frame that is not there gives <see cref="CodecProblem.ShapeMismatch"/>.</param>
    public async ValueTask<RenderedBytes> RenderAsync(IndexedInstance instance, int frame, RenderRequest request, string mediaType, CancellationToken cancellation)
    {
        await _rendering.WaitAsync(cancellation);
        try
        {
            using var slice = archive.Packs.OpenData(instance.Address);
            if (slice is null)
            {
                DicomWebLog.BytesMissing(log, instance.SopInstanceUid);
                return new(CodecProblem.Truncated, []);
            }
            if (FrameSource.Open(slice.Read, slice.Length, instance.TransferSyntaxUid) is not { } source) return new(CodecProblem.Unsupported, []);
            if (frame > source.FrameCount) return new(CodecProblem.ShapeMismatch, []);
            var (problem, image) = FrameRenderer.Render(source, frame, request.Options);
            if (image is null)
            {
                DicomWebLog.NotDecoded(log, instance.SopInstanceUid, frame, problem);
                return new(problem, []);
            }
            return new(CodecProblem.None, mediaType == Png ? PngEncoder.Encode(image) : BaselineJpegEncoder.Encode(image.Pixels, image.Width, image.Height, image.Channels, request.Quality));
        }
        finally
        {
            _rendering.Release();
        }
    }

    public void Dispose() => _rendering.Dispose();
}
