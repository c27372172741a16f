using System.Security.Cryptography;
using Regional.Imaging.Storage;

namespace Regional.Imaging.Packs;

/// <summary>The two write protocols around a pack's life. Each step is a place where the crash test stops.</summary>
internal static class PackSealer
{
    /// <summary>Write temporary, sync, rename, sync directory: from then on the pack's length is fixed.</summary>
    public static void Seal(IFileLayer files, string directory, long pack, ulong nonce, long length)
    {
        var path = Path.Combine(directory, PackFormat.SealName(pack));
        var temporary = path + PackFormat.TemporarySuffix;
        if (files.FileExists(temporary)) files.Delete(temporary);
        using (var file = files.CreateNew(temporary))
        {
            file.Write(0, [PackFormat.EncodeSeal(pack, nonce, length)]);
            file.SyncData();
        }
        files.Rename(temporary, path);
        files.SyncDirectory(directory);
    }

    /// <summary>Create, header, sync, sync directory (once in a pack's life): from then on records may be acknowledged in it.</summary>
    public static (PackInfo Info, IAppendFile File) Create(IFileLayer files, string directory, long pack, DateTimeOffset now)
    {
        var path = Path.Combine(directory, PackFormat.PackName(pack));
        Span<byte> random = stackalloc byte[8];
        RandomNumberGenerator.Fill(random);
        var nonce = BitConverter.ToUInt64(random);
        var file = files.CreateNew(path);
        try
        {
            file.Write(0, [PackFormat.EncodePackHeader(pack, nonce, now)]);
            file.SyncData();
            files.SyncDirectory(directory);
            return (new PackInfo(pack, path, nonce, PackFormat.PackHeaderLength, isSealed: false, new PackRange(pack, pack)), file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
