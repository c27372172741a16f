using System.IO.Pipelines;
using Regional.Imaging.Packs;

namespace Regional.Imaging.DicomWeb;

/// <summary>
/// Bytes from a pack to a response, in steps, without a copy in between: read into the response's own memory. The response has to be started
/// before, else the server gathers in other memory until its headers are out.
/// </summary>
internal static class PackCopy
{
    /// <summary>A CT slice is one read and one send. A response holds so much memory while its client reads slowly.</summary>
    private const int Step = 512 * 1024;

    public static async ValueTask CopyAsync(PackSlice slice, long offset, long length, PipeWriter target, CancellationToken cancellation)
    {
        for (var end = offset + length; offset < end;)
        {
            var part = (int)Math.Min(Step, end - offset);
            var memory = target.GetMemory(part)[..part];
            var read = slice.Read(offset, memory.Span);
            if (read == 0) throw new IOException("A pack is shorter than its index says.");
            target.Advance(read);
            offset += read;
            await target.FlushAsync(cancellation);
        }
    }
}
