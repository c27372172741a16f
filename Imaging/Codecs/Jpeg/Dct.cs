using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Regional.Imaging.Codecs.Jpeg;

/// <summary>
/// The cosine transform of 8×8 samples (T.81 §A.3.3) in the factors of Arai, Agui and Nakajima, eight columns at once. Coefficients stand
/// transposed, column by column, and without the factors' scale: <see cref="Scale"/> belongs into the quantisation.
/// </summary>
internal static class Dct
{
    public const int Size = 64;

    /// <summary>Natural position, transposed, of each coefficient in zigzag order (T.81 figure A.6).</summary>
    public static readonly byte[] Order = MakeOrder();

    /// <summary>Scale of one coefficient along one axis; both axes multiply.</summary>
    public static double Scale(int index) => index == 0 ? 1 : Math.Cos(index * Math.PI / 16) * Math.Sqrt(2);

    /// <summary>Samples, row by row, to coefficients that still carry their scale and a factor of 8.</summary>
    public static void Forward(Span<float> block)
    {
        ref var rows = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<float, Vector256<float>>(block[..Size]));
        ForwardPass(ref rows);
        Transpose(ref rows);
        ForwardPass(ref rows);
    }

    /// <summary>Coefficients multiplied by scale and quantiser, divided by 8, to samples row by row.</summary>
    public static void Inverse(Span<float> block)
    {
        ref var rows = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<float, Vector256<float>>(block[..Size]));
        InversePass(ref rows);
        Transpose(ref rows);
        InversePass(ref rows);
    }

    private static void ForwardPass(ref Vector256<float> r)
    {
        var (a0, a7) = (r + Row(ref r, 7), r - Row(ref r, 7));
        var (a1, a6) = (Row(ref r, 1) + Row(ref r, 6), Row(ref r, 1) - Row(ref r, 6));
        var (a2, a5) = (Row(ref r, 2) + Row(ref r, 5), Row(ref r, 2) - Row(ref r, 5));
        var (a3, a4) = (Row(ref r, 3) + Row(ref r, 4), Row(ref r, 3) - Row(ref r, 4));

        var (b0, b3) = (a0 + a3, a0 - a3);
        var (b1, b2) = (a1 + a2, a1 - a2);
        Row(ref r, 0) = b0 + b1;
        Row(ref r, 4) = b0 - b1;
        var even = (b2 + b3) * 0.70710678f;
        Row(ref r, 2) = b3 + even;
        Row(ref r, 6) = b3 - even;

        var (c0, c1, c2) = (a4 + a5, a5 + a6, a6 + a7);
        var shared = (c0 - c2) * 0.38268343f;
        var low = c0 * 0.54119610f + shared;
        var high = c2 * 1.30656296f + shared;
        var middle = c1 * 0.70710678f;
        var (sum, difference) = (a7 + middle, a7 - middle);
        Row(ref r, 5) = difference + low;
        Row(ref r, 3) = difference - low;
        Row(ref r, 1) = sum + high;
        Row(ref r, 7) = sum - high;
    }

    private static void InversePass(ref Vector256<float> r)
    {
        var (a0, a1) = (r + Row(ref r, 4), r - Row(ref r, 4));
        var a3 = Row(ref r, 2) + Row(ref r, 6);
        var a2 = (Row(ref r, 2) - Row(ref r, 6)) * 1.41421356f - a3;
        var (b0, b3, b1, b2) = (a0 + a3, a0 - a3, a1 + a2, a1 - a2);

        var (c3, c0) = (Row(ref r, 5) + Row(ref r, 3), Row(ref r, 5) - Row(ref r, 3));
        var (c1, c2) = (Row(ref r, 1) + Row(ref r, 7), Row(ref r, 1) - Row(ref r, 7));
        var d7 = c1 + c3;
        var shared = (c0 + c2) * 1.84775907f;
        var d6 = shared - c0 * 2.61312593f - d7;
        var d5 = (c1 - c3) * 1.41421356f - d6;
        var d4 = shared - c2 * 1.08239220f - d5;

        Row(ref r, 0) = b0 + d7;
        Row(ref r, 7) = b0 - d7;
        Row(ref r, 1) = b1 + d6;
        Row(ref r, 6) = b1 - d6;
        Row(ref r, 2) = b2 + d5;
        Row(ref r, 5) = b2 - d5;
        Row(ref r, 3) = b3 + d4;
        Row(ref r, 4) = b3 - d4;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref Vector256<float> Row(ref Vector256<float> rows, int index) => ref Unsafe.Add(ref rows, index);

    private static void Transpose(ref Vector256<float> r)
    {
        if (!Avx.IsSupported)
        {
            ref var values = ref Unsafe.As<Vector256<float>, float>(ref r);
            for (var y = 1; y < 8; y++)
            {
                for (var x = 0; x < y; x++)
                    (Unsafe.Add(ref values, 8 * y + x), Unsafe.Add(ref values, 8 * x + y)) = (Unsafe.Add(ref values, 8 * x + y), Unsafe.Add(ref values, 8 * y + x));
            }
            return;
        }
        var (a0, a1) = (Avx.UnpackLow(Row(ref r, 0), Row(ref r, 1)), Avx.UnpackHigh(Row(ref r, 0), Row(ref r, 1)));
        var (a2, a3) = (Avx.UnpackLow(Row(ref r, 2), Row(ref r, 3)), Avx.UnpackHigh(Row(ref r, 2), Row(ref r, 3)));
        var (a4, a5) = (Avx.UnpackLow(Row(ref r, 4), Row(ref r, 5)), Avx.UnpackHigh(Row(ref r, 4), Row(ref r, 5)));
        var (a6, a7) = (Avx.UnpackLow(Row(ref r, 6), Row(ref r, 7)), Avx.UnpackHigh(Row(ref r, 6), Row(ref r, 7)));
        var (b0, b1) = (Avx.Shuffle(a0, a2, 0x44), Avx.Shuffle(a0, a2, 0xEE));
        var (b2, b3) = (Avx.Shuffle(a1, a3, 0x44), Avx.Shuffle(a1, a3, 0xEE));
        var (b4, b5) = (Avx.Shuffle(a4, a6, 0x44), Avx.Shuffle(a4, a6, 0xEE));
        var (b6, b7) = (Avx.Shuffle(a5, a7, 0x44), Avx.Shuffle(a5, a7, 0xEE));
        Row(ref r, 0) = Avx.Permute2x128(b0, b4, 0x20);
        Row(ref r, 1) = Avx.Permute2x128(b1, b5, 0x20);
        Row(ref r, 2) = Avx.Permute2x128(b2, b6, 0x20);
        Row(ref r, 3) = Avx.Permute2x128(b3, b7, 0x20);
        Row(ref r, 4) = Avx.Permute2x128(b0, b4, 0x31);
        Row(ref r, 5) = Avx.Permute2x128(b1, b5, 0x31);
        Row(ref r, 6) = Avx.Permute2x128(b2, b6, 0x31);
        Row(ref r, 7) = Avx.Permute2x128(b3, b7, 0x31);
    }

    private static byte[] MakeOrder()
    {
        var order = new byte[Size];
        for (int i = 0, diagonal = 0; diagonal < 15; diagonal++)
        {
            for (var step = Math.Max(0, diagonal - 7); step <= Math.Min(diagonal, 7); step++)
            {
                // Even diagonals run upwards, odd ones down.
                var (row, column) = diagonal % 2 == 0 ? (diagonal - step, step) : (step, diagonal - step);
                order[i++] = (byte)(8 * column + row);
            }
        }
        return order;
    }
}
