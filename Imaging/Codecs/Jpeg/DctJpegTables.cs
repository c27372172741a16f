using System.Buffers.Binary;

namespace Regional.Imaging.Codecs.Jpeg;

/// <summary>What marker segments have set up before a scan.</summary>
internal sealed class DctJpegTables
{
    private readonly HuffmanTable?[] _huffman = new HuffmanTable?[8];
    private readonly float[]?[] _quantisers = new float[]?[4];

    public int RestartInterval { get; set; }

    public HuffmanTable? Dc(int number) => number < 4 ? _huffman[number] : null;

    public HuffmanTable? Ac(int number) => number < 4 ? _huffman[4 + number] : null;

    /// <summary>Factors for <see cref="Dct.Inverse"/>, in its order.</summary>
    public float[]? Quantisers(int number) => number < 4 ? _quantisers[number] : null;

    public bool TakeHuffman(ReadOnlySpan<byte> body)
    {
        while (body.Length > 0)
        {
            if (HuffmanTable.Read(ref body, out var name) is not { } table || name > 0x13 || (name & 15) > 3) return false;
            _huffman[(name >> 4) * 4 + (name & 15)] = table;
        }
        return true;
    }

    public bool TakeQuantisers(ReadOnlySpan<byte> body)
    {
        while (body.Length > 0)
        {
            var (width, number) = (1 + (body[0] >> 4), body[0] & 15);
            if (width > 2 || number > 3 || body.Length < 1 + width * Dct.Size) return false;
            var factors = new float[Dct.Size];
            for (var k = 0; k < Dct.Size; k++)
            {
                var value = width == 1 ? body[1 + k] : BinaryPrimitives.ReadUInt16BigEndian(body[(1 + 2 * k)..]);
                var at = Dct.Order[k];
                factors[at] = (float)(value * Dct.Scale(at / 8) * Dct.Scale(at % 8) / 8);
            }
            _quantisers[number] = factors;
            body = body[(1 + width * Dct.Size)..];
        }
        return true;
    }
}
