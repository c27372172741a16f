using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Orleans;

/// <summary>
/// The hash behind identifiers and storage rows: XXH32 with seed 0, as specified in the xxHash specification, its four bytes in reverse
/// order. It is part of the layout of stored rows and must never change.
/// </summary>
public static class StableHash
{
    private const uint Prime1 = 2654435761;
    private const uint Prime2 = 2246822519;
    private const uint Prime3 = 3266489917;
    private const uint Prime4 = 668265263;
    private const uint Prime5 = 374761393;

    /// <summary>The hash of the text's UTF-16 (little endian) bytes.</summary>
    public static uint ComputeHash(string data) => ComputeHash(MemoryMarshal.AsBytes(data.AsSpan()));

    public static uint ComputeHash(ReadOnlySpan<byte> data)
    {
        var length = data.Length;
        uint hash;
        unchecked
        {
            if (length >= 16)
            {
                uint lane1 = Prime1 + Prime2, lane2 = Prime2, lane3 = 0, lane4 = 0 - Prime1;
                while (data.Length >= 16)
                {
                    lane1 = Round(lane1, data);
                    lane2 = Round(lane2, data[4..]);
                    lane3 = Round(lane3, data[8..]);
                    lane4 = Round(lane4, data[12..]);
                    data = data[16..];
                }

                hash = BitOperations.RotateLeft(lane1, 1) + BitOperations.RotateLeft(lane2, 7)
                    + BitOperations.RotateLeft(lane3, 12) + BitOperations.RotateLeft(lane4, 18);
            }
            else
            {
                hash = Prime5;
            }

            hash += (uint)length;
            while (data.Length >= 4)
            {
                hash += BinaryPrimitives.ReadUInt32LittleEndian(data) * Prime3;
                hash = BitOperations.RotateLeft(hash, 17) * Prime4;
                data = data[4..];
            }

            foreach (var single in data)
            {
                hash += single * Prime5;
                hash = BitOperations.RotateLeft(hash, 11) * Prime1;
            }

            hash ^= hash >> 15;
            hash *= Prime2;
            hash ^= hash >> 13;
            hash *= Prime3;
            hash ^= hash >> 16;
        }

        // The original takes the bytes of XXH32's canonical, big-endian form for a little-endian number.
        return BinaryPrimitives.ReverseEndianness(hash);
    }

    private static uint Round(uint lane, ReadOnlySpan<byte> data) =>
        unchecked(BitOperations.RotateLeft(lane + (BinaryPrimitives.ReadUInt32LittleEndian(data) * Prime2), 13) * Prime1);
}
