using System.IO.Pipelines;
using Regional.Imaging.Packs;

namespace Regional.Imaging.DicomWeb;

/// <summary>Bytes from a pack to a response, in steps, without a copy in between.</summary>
internal static class PackCopy
{
    private const int Step = 64 * 1024;

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
