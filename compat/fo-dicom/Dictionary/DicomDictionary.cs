using System.Collections;
using System.Collections.Concurrent;

namespace FellowOakDicom;

/// <summary>The data dictionary (PS3.6, PS3.7 annex E and published private elements). Thread-safe.</summary>
public class DicomDictionary : IEnumerable<DicomDictionaryEntry>
{
    public static readonly DicomDictionaryEntry UnknownTag = new(
        DicomMaskedTag.Parse("xxxx", "xxxx"),
        "Unknown",
        "Unknown",
        DicomVM.VM_1_n,
        false,
        DicomVR.UN, DicomVR.AE, DicomVR.AS, DicomVR.AT, DicomVR.CS, DicomVR.DA, DicomVR.DS, DicomVR.DT, DicomVR.FD, DicomVR.FL, DicomVR.IS,
        DicomVR.LO, DicomVR.LT, DicomVR.OB, DicomVR.OD, DicomVR.OF, DicomVR.OL, DicomVR.OV, DicomVR.OW, DicomVR.PN, DicomVR.SH, DicomVR.SL,
        DicomVR.SQ, DicomVR.SS, DicomVR.ST, DicomVR.SV, DicomVR.TM, DicomVR.UC, DicomVR.UI, DicomVR.UL, DicomVR.UR, DicomVR.US, DicomVR.UT,
        DicomVR.UV);

    public static readonly DicomDictionaryEntry PrivateCreatorTag = new(
        DicomMaskedTag.Parse("xxxx", "00xx"), "Private Creator", "PrivateCreator", DicomVM.VM_1, false, DicomVR.LO);

    private static readonly object DefaultLock = new();
    private static DicomDictionary _default;
    private static bool _defaultHasPrivate;

    private readonly ConcurrentDictionary<string, DicomPrivateCreator> _creators = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DicomDictionary> _private = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<uint, DicomDictionaryEntry> _entries = new();
    private readonly ConcurrentDictionary<string, DicomTag> _keywords = new(StringComparer.Ordinal);

    /// <summary>Newest first, replaced as a whole, so that a lookup walks a plain array.</summary>
    private DicomDictionaryEntry[] _masked = [];

    public DicomDictionary()
    {
    }

    private DicomDictionary(DicomPrivateCreator creator) => PrivateCreator = creator;

    public static DicomDictionary Default
    {
        get => EnsureDefaultDictionariesLoaded();
        set
        {
            lock (DefaultLock)
            {
                if (_default != null) throw new DicomDataException("The default dictionary is in use and cannot be replaced");
                Volatile.Write(ref _default, value);
            }
        }
    }

    public DicomPrivateCreator PrivateCreator { get; internal set; }

    public DicomDictionaryEntry this[DicomTag tag]
    {
        get
        {
            if (PrivateCreator is null && tag.PrivateCreator?.Creator is { } creator && _private.TryGetValue(creator, out var ofCreator))
                return ofCreator[tag];

            if (tag.IsPrivateCreatorTag) return PrivateCreatorTag;
            if (_entries.TryGetValue(Key(tag), out var entry)) return entry;

            foreach (var masked in Volatile.Read(ref _masked))
            {
                if (masked.MaskTag.IsMatch(tag)) return masked;
            }

            return UnknownTag;
        }
    }

    public DicomDictionary this[DicomPrivateCreator creator] =>
        _private.GetOrAdd(creator.Creator, static (_, c) => new DicomDictionary(c), creator);

    /// <summary>The tag of a keyword, or null.</summary>
    public DicomTag this[string keyword]
    {
        get
        {
            if (_keywords.TryGetValue(keyword, out var tag)) return tag;
            return _private.Values.Select(dictionary => dictionary[keyword]).FirstOrDefault(found => found is not null);
        }
    }

    /// <exception cref="DicomDataException">Already loaded with another choice of private elements.</exception>
    public static DicomDictionary EnsureDefaultDictionariesLoaded(bool? loadPrivateDictionary = null)
    {
        if (Volatile.Read(ref _default) is { } loaded && loadPrivateDictionary is null) return loaded;

        lock (DefaultLock)
        {
            if (_default is null)
            {
                var dictionary = new DicomDictionary();
                DictionaryTable.LoadStandard(dictionary);
                _defaultHasPrivate = loadPrivateDictionary ?? true;
                if (_defaultHasPrivate) DictionaryTable.LoadPrivate(dictionary);
                Volatile.Write(ref _default, dictionary);
            }
            else if (loadPrivateDictionary is { } wanted && wanted != _defaultHasPrivate)
            {
                throw new DicomDataException(
                    $"The default dictionary is in use {(_defaultHasPrivate ? "with" : "without")} private elements");
            }

            return _default;
        }
    }

    /// <summary>Adds or replaces an entry.</summary>
    public void Add(DicomDictionaryEntry entry)
    {
        if (PrivateCreator is not null)
        {
            entry.Tag = new DicomTag(entry.Tag.Group, entry.Tag.Element, PrivateCreator);
            if (entry.MaskTag is not null) entry.MaskTag.Tag = entry.Tag;
        }

        if (entry.MaskTag is null) _entries[Key(entry.Tag)] = entry;
        else
        {
            lock (_entries) _masked = [entry, .. _masked];
        }

        _keywords[entry.Keyword] = entry.Tag;
    }

    /// <summary>The one shared instance for a creator's name.</summary>
    public DicomPrivateCreator GetPrivateCreator(string creator) => _creators.GetOrAdd(creator, static name => new DicomPrivateCreator(name));

    public IEnumerator<DicomDictionaryEntry> GetEnumerator() => _entries.Values.Concat(_masked).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void AddMasked(IEnumerable<DicomDictionaryEntry> entries)
    {
        lock (_entries) _masked = [.. entries, .. _masked];
        foreach (var entry in _masked) _keywords[entry.Keyword] = entry.Tag;
    }

    /// <summary>Private elements are known by their last two digits: the block differs from file to file.</summary>
    private uint Key(DicomTag tag) => PrivateCreator is null ? tag.Number : ((uint)tag.Group << 16) | (uint)(tag.Element & 0xff);
}
