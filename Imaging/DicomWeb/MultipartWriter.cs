using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Regional.Imaging.DicomWeb;

/// <summary>Writes multipart/related (RFC 2387) and tells its length beforehand.</summary>
internal sealed class MultipartWriter(PipeWriter target)
{
    public string Boundary { get; } = "regional-" + Guid.NewGuid().ToString("N");

    public string ContentType(string partType) => $"multipart/related; type=\"{partType}\"; boundary={Boundary}";

    /// <summary>Bytes of a part's frame around its content.</summary>
    public int PartOverhead(string contentType) => Head(contentType).Length + 2;

    public int EndLength => Boundary.Length + 6;

    public void BeginPart(string contentType) => target.Write(Encoding.ASCII.GetBytes(Head(contentType)));

    public void EndPart() => target.Write("\r\n"u8);

    public void End() => target.Write(Encoding.ASCII.GetBytes($"--{Boundary}--\r\n"));

    private string Head(string contentType) => $"--{Boundary}\r\nContent-Type: {contentType}\r\n\r\n";
}
