using System.Buffers.Binary;

namespace Regional.TestKit.Fuzzing;

/// <summary>Damages bytes as lines, disks and hostile senders do: flips, sizes at the edge of their type, cuts, copies, splices.</summary>
public static class Mutator
{
    private static readonly uint[] Edges = [0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFE, 0xFFFFFFFF];

    /// <summary>One to eight changes of <paramref name="whole"/>; <paramref name="other"/> is where pieces may come from.</summary>
    public static byte[] Damage(byte[] whole, byte[] other, Random random)
    {
        var bytes = new List<byte>(whole);
        for (var changes = 1 + random.Next(8); changes > 0 && bytes.Count > 0; changes--) Change(bytes, other, random);
        return [.. bytes];
    }

    private static void Change(List<byte> bytes, byte[] other, Random random)
    {
        // Half of all changes near the front: that is where headers and lengths stand.
        var at = random.Next(random.Next(2) == 0 ? bytes.Count : Math.Min(bytes.Count, 96));
        switch (random.Next(9))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes[at] = random.Next(2) == 0 ? (byte)0xFF : (byte)0;
                break;
            case 3 or 4:
                PutNumber(bytes, at, random);
                break;
            case 5:
                bytes.RemoveRange(at, Math.Min(bytes.Count - at, 1 + random.Next(16)));
                break;
            case 6:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, 1 + random.Next(64))));
                break;
            case 7 when other.Length > 0:
                var from = random.Next(other.Length);
                bytes.InsertRange(at, other[from..Math.Min(other.Length, from + 1 + random.Next(64))]);
                break;
            default:
                if (random.Next(4) == 0) bytes.RemoveRange(at, bytes.Count - at);
                break;
        }
    }

    private static void PutNumber(List<byte> bytes, int at, Random random)
    {
        Span<byte> number = stackalloc byte[4];
        var value = Edges[random.Next(Edges.Length)];
        var width = random.Next(2) == 0 ? 2 : 4;
        if (random.Next(2) == 0) BinaryPrimitives.WriteUInt32LittleEndian(number, value);
        else if (width == 4) BinaryPrimitives.WriteUInt32BigEndian(number, value);
        else BinaryPrimitives.WriteUInt16BigEndian(number, (ushort)value);
        for (var i = 0; i < width && at + i < bytes.Count; i++) bytes[at + i] = number[i];
    }
}
