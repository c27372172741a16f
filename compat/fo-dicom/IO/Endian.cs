namespace FellowOakDicom.IO;

/// <summary>Byte order of a transfer syntax.</summary>
public readonly struct Endian : IEquatable<Endian>
{
    public static readonly Endian Little = new(false);
    public static readonly Endian Big = new(true);
    public static readonly Endian LocalMachine = BitConverter.IsLittleEndian ? Little : Big;
    public static readonly Endian Network = Big;

    private readonly bool _isBig;

    private Endian(bool isBig) => _isBig = isBig;

    public static bool operator ==(Endian e1, Endian e2) => e1._isBig == e2._isBig;

    public static bool operator !=(Endian e1, Endian e2) => e1._isBig != e2._isBig;

    public bool Equals(Endian other) => _isBig == other._isBig;

    public override bool Equals(object obj) => obj is Endian other && Equals(other);

    public override int GetHashCode() => _isBig.GetHashCode();

    public override string ToString() => _isBig ? "Big Endian" : "Little Endian";

    /// <summary>Reverses, in place, each unit of <paramref name="bytesToSwap"/> bytes; a trailing partial unit stays.</summary>
    public static void SwapBytes(int bytesToSwap, byte[] bytes) => SwapBytes(bytesToSwap, bytes, bytes.Length);

    public static void SwapBytes(int bytesToSwap, byte[] bytes, int count)
    {
        if (bytesToSwap <= 1) return;

        for (var start = 0; start + bytesToSwap <= count; start += bytesToSwap)
        {
            bytes.AsSpan(start, bytesToSwap).Reverse();
        }
    }
}
