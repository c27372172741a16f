using System.Data.Common;
using FellowOakDicom;
using FellowOakDicom.Network;
using Regional.Edge.Copies;
using Regional.Imaging.Frames;
using Regional.Imaging.Headers;
using Regional.Imaging;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;

namespace Regional.Edge.Dicom;

/// <summary>An image that is to be sent: what has to be negotiated for it, and where its bytes stand.</summary>
/// <param name="Address">In the packs of this edge; null: at the centre.</param>
/// <param name="Distant">What the centre has, when it is there.</param>
internal sealed record WantedImage(
    DicomUID SopClass, string SopInstanceUid, DicomTransferSyntax Syntax, RecordAddress? Address, string CallingAe, DistantInstance? Distant = null);

/// <summary>
/// The images that a retrieval's identifier names, and the way to their bytes. What the edge lacks of a study that is named is at the centre, and comes
/// through the link before it is sent (R4.2.5-3).
/// </summary>
internal sealed class RetrievalList(ImageArchive archive, NearestCopies nearest)
{
    private const int MostStudies = 100;

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
                DicomUID.Parse(i.SopClassUid), i.SopInstanceUid, DicomTransferSyntax.Parse(i.TransferSyntaxUid), i.IsLocal ? i.Address : null, i.CallingAe,
                i.IsLocal ? null : DistantInstance.Of(i))));
            if (wanted.Count > Limit)
                return null;
            if (!page.HasMore)
                break;
        }

        var here = wanted.Select(image => image.SopInstanceUid).ToHashSet(StringComparer.Ordinal);
        wanted.AddRange((await DistantAsync(plan, cancellation)).Where(image => !here.Contains(image.SopInstanceUid)));
        return wanted.Count > Limit ? null : wanted;
    }

    /// <summary>The image, brought here if it is not; null: not to be had now.</summary>
    public async Task<OpenImage?> OpenAsync(WantedImage image, CancellationToken cancellation)
    {
        if (image.Address is { } address)
            return Open(image, address);
        return await nearest.BringAsync(image.Distant!, cancellation) is { } brought ? Open(image, brought.Address) : null;
    }

    /// <summary>What the centre has of the studies named, as far as it is asked for; all of it is on its way from now on.</summary>
    private async Task<List<WantedImage>> DistantAsync(QueryPlan plan, CancellationToken cancellation)
    {
        List<WantedImage> distant = [];
        foreach (var study in Named(plan, SearchKey.StudyInstanceUid).Where(UidRule.IsValid).Take(MostStudies))
        {
            var (series, instances) = (Named(plan, SearchKey.SeriesInstanceUid), Named(plan, SearchKey.SopInstanceUid));
            foreach (var missing in await nearest.MissingAsync(study, cancellation) ?? [])
            {
                var facts = missing.Facts;
                if ((series.Length > 0 && !series.Contains(facts.SeriesUid)) || (instances.Length > 0 && !instances.Contains(facts.SopInstanceUid)))
                    continue;
                nearest.Begin(missing);
                distant.Add(new WantedImage(
                    DicomUID.Parse(facts.SopClassUid), facts.SopInstanceUid, DicomTransferSyntax.Parse(facts.TransferSyntaxUid), null, facts.CallingAe, missing));
            }
        }

        return distant;
    }

    private static string[] Named(QueryPlan plan, SearchKey key) =>
        [.. plan.Terms.Where(term => term.Key == key).SelectMany(term => term.Value.Split('\\', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>The stored data set under fresh file meta information; large values stay in the pack until they are sent. Null: not there any more.</summary>
    private OpenImage? Open(WantedImage image, RecordAddress address)
    {
        if (archive.Packs.OpenData(address) is not { } slice)
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
