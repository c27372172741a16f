using System.IO.Compression;
using System.Text;

namespace Regional.TestKit.Captures;

/// <summary>Writes small PDF files, harmless and otherwise.</summary>
public static class PdfBytes
{
    /// <param name="catalogue">Further entries of the catalogue, such as an open action.</param>
    public static byte[] Write(string catalogue = "", string trailer = "") => Encoding.Latin1.GetBytes(
        "%PDF-1.7\n1 0 obj <</Type/Catalog/Pages 2 0 R " + catalogue + ">> endobj\n2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n"
        + "3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<</Font<</F <</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>> endobj\n"
        + "4 0 obj <</Length 44>> stream\nBT /F 18 Tf 20 40 Td (Seeded report) Tj ET\nendstream endobj\n"
        + "trailer <</Root 1 0 R/Size 5" + trailer + ">>\nstartxref\n0\n%%EOF\n");

    /// <summary>The text hidden in a packed object stream.</summary>
    public static byte[] WithObjectStream(string text, string filter = "/Filter/FlateDecode")
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(Encoding.Latin1.GetBytes(text));
        byte[] begin = Encoding.Latin1.GetBytes($"%PDF-1.7\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n9 0 obj <</Type/ObjStm/N 1/First 4{filter}/Length {packed.Length}>> stream\r\n");
        return [.. begin, .. packed.ToArray(), .. "\nendstream endobj\nstartxref\n0\n%%EOF\n"u8];
    }
}
