using Regional.Imaging.Storage;

namespace Regional.Imaging.Tests.Storage;

/// <summary>What a power cut leaves of what was not synced.</summary>
public enum Tear
{
    /// <summary>Nothing that was not synced survives.</summary>
    LoseAll,

    /// <summary>Everything survives, as after a kill of the process alone.</summary>
    KeepAll,

    /// <summary>Unsynced writes survive up to a 512-byte boundary.</summary>
    CutAtSector,

    /// <summary>Each unsynced 512-byte sector and each unsynced name survives or not, by the seed.</summary>
    AnySector
}

/// <summary>Everything after the crash fails with this.</summary>
public sealed class SimulatedCrashException() : IOException("The simulated machine has lost power.");

/// <summary>
/// A disk in memory that keeps apart what is written and what is synced, names included. It stops at a chosen step, comes back with what
/// the tear leaves, and fails with EIO or ENOSPC when told. A failed sync marks its pages clean without storing them, as Linux does.
/// </summary>
public sealed class SimulatedDisk : IFileLayer
{
    public const int Sector = 512;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SimulatedFile> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedFile> _durableNames = new(StringComparer.Ordinal);
    private int _steps;
    private bool _crashed;

    /// <summary>The step (from 1) that does not happen, or happens in part; 0 = never.</summary>
    public int CrashAt { get; set; }

    public long Free { get; set; } = 1L << 40;

    public bool IsVolumeGone { get; set; }

    /// <summary>Asked before each changing step with operation and file name; an error number makes the step fail.</summary>
    public Func<string, string, int?>? Fault { get; set; }

    public List<string> Trace { get; } = [];

    public int Steps => _steps;

    public bool Crashed => _crashed;

    /// <summary>The machine after the power is back.</summary>
    public SimulatedDisk Reboot(Tear tear, int seed)
    {
        lock (_gate)
        {
            var random = new Random(seed);
            var names = new Dictionary<string, SimulatedFile>(_durableNames, StringComparer.Ordinal);
            foreach (var name in _names.Keys.Union(_durableNames.Keys).Order(StringComparer.Ordinal).ToArray())
            {
                var keepChange = tear switch { Tear.LoseAll => false, Tear.KeepAll => true, _ => random.Next(2) == 0 };
                if (!keepChange) continue;
                if (_names.TryGetValue(name, out var file)) names[name] = file;
                else names.Remove(name);
            }
            var next = new SimulatedDisk { Free = Free };
            foreach (var (name, file) in names.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                var after = new SimulatedFile(file.AfterCrash(tear, random));
                next._names[name] = after;
                next._durableNames[name] = after;
            }
            return next;
        }
    }

    /// <summary>Bit rot: changes one synced byte.</summary>
    public void Corrupt(string path, long offset)
    {
        lock (_gate) _names[path].Corrupt(offset);
    }

    public long LengthOf(string path)
    {
        lock (_gate) return _names[path].Length;
    }

    public IAppendFile CreateNew(string path)
    {
        lock (_gate)
        {
            Step("create", path);
            if (_names.ContainsKey(path)) throw new StorageException("create", path, 17, StorageFault.AlreadyExists);
            var file = new SimulatedFile([]);
            _names[path] = file;
            return new Handle(this, path, file);
        }
    }

    public IAppendFile OpenExisting(string path)
    {
        lock (_gate) return new Handle(this, path, Find(path));
    }

    public IReadFile OpenRead(string path)
    {
        lock (_gate) return new Handle(this, path, Find(path));
    }

    public bool FileExists(string path)
    {
        lock (_gate) return _names.ContainsKey(path);
    }

    public IReadOnlyList<string> List(string directory)
    {
        lock (_gate)
        {
            return [.. _names.Keys.Where(path => Path.GetDirectoryName(path) == directory)
                .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        }
    }

    public void CreateDirectory(string path)
    {
    }

    public void Rename(string from, string to)
    {
        lock (_gate)
        {
            Step("rename", from);
            _names[to] = Find(from);
            _names.Remove(from);
        }
    }

    public void Delete(string path)
    {
        lock (_gate)
        {
            Step("delete", path);
            _names.Remove(path);
        }
    }

    public void SyncDirectory(string path)
    {
        lock (_gate)
        {
            Step("sync directory", path);
            foreach (var name in _durableNames.Keys.Where(name => !_names.ContainsKey(name)).ToArray()) _durableNames.Remove(name);
            foreach (var (name, file) in _names) _durableNames[name] = file;
        }
    }

    public long FreeBytes(string path) => IsVolumeGone ? throw new StorageException("free space", path, 5, StorageFault.Device) : Free;

    private SimulatedFile Find(string path)
    {
        if (_crashed) throw new SimulatedCrashException();
        return _names.TryGetValue(path, out var file) ? file : throw new StorageException("open", path, 2, StorageFault.NotFound);
    }

    /// <summary>Counts a changing step; the crash happens before it.</summary>
    private void Step(string operation, string path, Action? partly = null)
    {
        if (_crashed) throw new SimulatedCrashException();
        _steps++;
        Trace.Add($"{operation} {Path.GetFileName(path)}");
        if (_steps == CrashAt)
        {
            partly?.Invoke();
            _crashed = true;
            throw new SimulatedCrashException();
        }
        if (Fault?.Invoke(operation, Path.GetFileName(path)) is { } error)
            throw new StorageException(operation, path, error, error == 28 ? StorageFault.NoSpace : StorageFault.Device);
    }

    private sealed class SimulatedFile(byte[] durable)
    {
        private byte[] _durable = durable;
        private byte[] _cache = [.. durable];
        private readonly List<(long Offset, int Length)> _dirty = [];

        public long Length => _cache.Length;

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            if (offset + bytes.Length > _cache.Length) Array.Resize(ref _cache, (int)(offset + bytes.Length));
            bytes.CopyTo(_cache.AsSpan((int)offset));
            _dirty.Add((offset, bytes.Length));
        }

        public void Truncate(long length) => Array.Resize(ref _cache, (int)length);

        public int Read(long offset, Span<byte> buffer)
        {
            var length = (int)Math.Clamp(_cache.Length - offset, 0, buffer.Length);
            _cache.AsSpan((int)Math.Min(offset, _cache.Length), length).CopyTo(buffer);
            return length;
        }

        /// <summary>Stores dirty ranges; clean pages that an earlier failed sync dropped stay lost although the cache shows them.</summary>
        public void Sync()
        {
            Array.Resize(ref _durable, _cache.Length);
            foreach (var (offset, length) in _dirty) Store(offset, length);
            _dirty.Clear();
        }

        public void FailSync() => _dirty.Clear();

        public void Corrupt(long offset)
        {
            _cache[offset] ^= 0x5A;
            _durable[offset] ^= 0x5A;
        }

        public byte[] AfterCrash(Tear tear, Random random)
        {
            var result = (byte[])_durable.Clone();
            if (tear == Tear.LoseAll) return result;
            if (tear == Tear.KeepAll) return (byte[])_cache.Clone();
            var cut = tear == Tear.CutAtSector ? (_durable.Length / Sector + random.Next(0, 1 + (_cache.Length - _durable.Length) / Sector + 1)) * Sector : 0;
            foreach (var (offset, length) in _dirty)
            {
                for (var at = offset; at < offset + length;)
                {
                    var end = Math.Min(offset + length, (at / Sector + 1) * Sector);
                    var keep = tear == Tear.CutAtSector ? end <= cut : random.Next(2) == 0;
                    if (keep && end <= _cache.Length)
                    {
                        if (end > result.Length) Array.Resize(ref result, (int)end);
                        _cache.AsSpan((int)at, (int)(end - at)).CopyTo(result.AsSpan((int)at));
                    }
                    at = end;
                }
            }
            return result;
        }

        private void Store(long offset, int length)
        {
            length = (int)Math.Clamp(_cache.Length - offset, 0, length);
            if (length > 0) _cache.AsSpan((int)offset, length).CopyTo(_durable.AsSpan((int)offset));
        }
    }

    private sealed class Handle(SimulatedDisk disk, string path, SimulatedFile file) : IAppendFile, IReadFile
    {
        public long Length
        {
            get
            {
                lock (disk._gate) return file.Length;
            }
        }

        public void Write(long offset, IReadOnlyList<ReadOnlyMemory<byte>> buffers)
        {
            lock (disk._gate)
            {
                disk.Step("write", path, () => WriteAll(offset, buffers));
                WriteAll(offset, buffers);
            }
        }

        public void SyncData()
        {
            lock (disk._gate)
            {
                try
                {
                    disk.Step("sync", path);
                }
                catch (StorageException)
                {
                    file.FailSync();
                    throw;
                }
                file.Sync();
            }
        }

        public void Truncate(long length)
        {
            lock (disk._gate)
            {
                disk.Step("truncate", path);
                file.Truncate(length);
            }
        }

        public int Read(long offset, Span<byte> buffer)
        {
            lock (disk._gate)
            {
                if (disk._crashed) throw new SimulatedCrashException();
                return file.Read(offset, buffer);
            }
        }

        public void Dispose()
        {
        }

        private void WriteAll(long offset, IReadOnlyList<ReadOnlyMemory<byte>> buffers)
        {
            foreach (var buffer in buffers)
            {
                file.Write(offset, buffer.Span);
                offset += buffer.Length;
            }
        }
    }
}
