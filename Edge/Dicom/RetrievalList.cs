using System.Data.Common;
using FellowOakDicom;
using FellowOakDicom.Network;
using Regional.Imaging.Frames;
using Regional.Imaging.Headers;
using Regional.Imaging;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;

namespace Regional.Edge.Dicom;

/// <summary>An image that is to be sent: what has to be negotiated for it, and where its bytes stand.</summary>
internal sealed record WantedImage(DicomUID SopClass, string SopInstanceUid, DicomTransferSyntax Syntax, RecordAddress Address, string CallingAe);

/// <summary>The images that a retrieval's identifier names, and the way to their bytes.</summary>
internal sealed class RetrievalList(ImageArchive archive)
{
    /// <summary>The counters of sub-operations have 16 bits (PS3.7 §9.1.4).</summary>
    public const int Limit = ushort.MaxValue;

    /// <summary>Null where there are more than the counters can count.</summary>
    /// <exception cref="SearchValueException">A UID that is none.</exception>
    /// <exception cref="DbException">The index cannot be used.</exception>
    public async Task<IReadOnlyList<WantedImage>?> FindAsync(QueryPlan plan, CancellationToken cancellation)
    {
        List<WantedImage> wanted = [];
        while (true)
        {
            var page = await archive.Index.SearchInstancesAsync(plan.Terms, SearchScope.All, wanted.Count, ImageIndex.PageCap, cancellation);
            wanted.AddRange(page.Items.Select(match => match.Instance).Select(i => new WantedImage(
                DicomUID.Parse(i.SopClassUid), i.SopInstanceUid, DicomTransferSyntax.Parse(i.TransferSyntaxUid), i.Address, i.CallingAe)));
            if (wanted.Count > Limit)
                return null;
            if (!page.HasMore)
                return wanted;
        }
    }

    /// <summary>The stored data set under fresh file meta information; large values stay in the pack until they are sent. Null: not there any more.</summary>
    public OpenImage? Open(WantedImage image)
    {
        if (archive.Packs.OpenData(image.Address) is not { } slice)
            return null;
        try
        {
            var meta = FileMeta.Build(image.SopClass.UID, image.SopInstanceUid, image.Syntax.UID.UID, image.CallingAe);
            return new OpenImage(DicomFile.Open(StoredFile(meta, slice), DicomEncoding.GetEncoding("GB18030"), readOption: FileReadOption.ReadLargeOnDemand), slice);
        }
        catch (Exception)
        {
            // Whatever the parser finds: this image is not sent, the others are.
            slice.Dispose();
            return null;
        }
    }

    /// <summary>File meta information and a pack's data as one read-only file.</summary>
    private static PositionalStream StoredFile(byte[] meta, PackSlice slice) => new(
        (offset, buffer) =>
        {
            if (offset >= meta.Length)
                return slice.Read(offset - meta.Length, buffer);
            var read = Math.Min(buffer.Length, meta.Length - (int)offset);
            meta.AsSpan((int)offset, read).CopyTo(buffer);
            return read;
        },
        meta.Length + slice.Length);
}

/// <summary>An image while it is being sent.</summary>
internal sealed record OpenImage(DicomFile File, PackSlice Slice) : IDisposable
{
    public void Dispose() => Slice.Dispose();
}
