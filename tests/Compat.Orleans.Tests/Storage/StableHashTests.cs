using System.Buffers.Binary;
using System.Text;

namespace Regional.Compat.Orleans.Tests.Storage;

/// <summary>
/// The hash of storage rows, against the test values published with xxHash and computed by other implementations. Orleans reads the
/// digest's canonical (big-endian) bytes as a little-endian number.
/// </summary>
public sealed class StableHashTests
{
    [Theory]
    [InlineData("", 0x02CC5D05u)]
    [InlineData("a", 0x550D7456u)]
    [InlineData("abc", 0x32D153FFu)]
    [InlineData("Nobody inspects the spammish repetition", 0xE2293B2Fu)]
    public void It_is_XXH32_with_seed_zero_its_bytes_reversed(string text, uint hash)
    {
        StableHash.ComputeHash(Encoding.UTF8.GetBytes(text)).ShouldBe(BinaryPrimitives.ReverseEndianness(hash));
    }
}
