using System.Data.Common;
using FellowOakDicom;
using FellowOakDicom.Network;
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
            return new OpenImage(DicomFile.Open(new StoredFileStream(meta, slice), DicomEncoding.GetEncoding("GB18030"), readOption: FileReadOption.ReadLargeOnDemand), slice);
        }
        catch (Exception)
        {
            // Whatever the parser finds: this image is not sent, the others are.
            slice.Dispose();
            return null;
        }
    }
}

/// <summary>An image while it is being sent.</summary>
internal sealed record OpenImage(DicomFile File, PackSlice Slice) : IDisposable
{
    public void Dispose() => Slice.Dispose();
}

/// <summary>File meta information and a pack's data as one read-only file.</summary>
internal sealed class StoredFileStream(byte[] meta, PackSlice slice) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => meta.Length + slice.Length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        int read;
        if (_position < meta.Length)
        {
            read = Math.Min(buffer.Length, meta.Length - (int)_position);
            meta.AsSpan((int)_position, read).CopyTo(buffer);
        }
        else
        {
            read = slice.Read(_position - meta.Length, buffer);
        }

        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => Length + offset,
    };

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
