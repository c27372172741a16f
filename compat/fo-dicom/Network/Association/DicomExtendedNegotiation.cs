using System.Collections;

namespace FellowOakDicom.Network;

/// <summary>Service class application information (PS3.7 annex D.3.3.5): bytes counted from 1.</summary>
public class DicomServiceApplicationInfo : IEnumerable<KeyValuePair<byte, byte>>
{
    private readonly SortedDictionary<byte, byte> _fields = [];

    public DicomServiceApplicationInfo()
    {
    }

    public DicomServiceApplicationInfo(byte[] rawApplicationInfo)
    {
        for (var i = 0; i < rawApplicationInfo.Length && i < byte.MaxValue; i++) _fields[(byte)(i + 1)] = rawApplicationInfo[i];
    }

    public delegate DicomServiceApplicationInfo CreateApplicationInfoDelegate(DicomUID sopClass, byte[] rawApplicationInfo);

    /// <summary>Makes the information of a class of one's own; null falls back to the plain one.</summary>
    public static CreateApplicationInfoDelegate OnCreateApplicationInfo { get; set; }

    public int Count => _fields.Count;

    public byte this[byte index]
    {
        get => _fields[index];
        protected set => _fields[index] = value;
    }

    public static DicomServiceApplicationInfo Create(DicomUID sopClass, byte[] rawApplicationInfo) =>
        OnCreateApplicationInfo?.Invoke(sopClass, rawApplicationInfo) ?? new DicomServiceApplicationInfo(rawApplicationInfo);

    public void Add(byte index, byte value) => _fields.Add(index, value);

    public void AddOrUpdate(byte index, byte value) => _fields[index] = value;

    public void AddOrUpdate(byte index, bool value) => _fields[index] = value ? (byte)1 : (byte)0;

    public bool Contains(byte index) => _fields.ContainsKey(index);

    public byte GetValue(byte index) => _fields[index];

    public bool GetValueAsBoolean(byte index, bool defaultValue) => _fields.TryGetValue(index, out var value) ? value == 1 : defaultValue;

    public byte GetValueForEnum<T>(byte index, byte defaultValue) =>
        _fields.TryGetValue(index, out var value) && Enum.IsDefined(typeof(T), (int)value) ? value : defaultValue;

    /// <summary>All bytes from the first to the last one set.</summary>
    public byte[] GetValues()
    {
        var values = new byte[_fields.Count == 0 ? 0 : _fields.Keys.Last()];
        foreach (var (index, value) in _fields) values[index - 1] = value;
        return values;
    }

    public bool Remove(byte index) => _fields.Remove(index);

    public IEnumerator<KeyValuePair<byte, byte>> GetEnumerator() => _fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Join(", ", GetValues());
}

/// <summary>SOP class (common) extended negotiation (PS3.7 annexes D.3.3.5 and D.3.3.6).</summary>
public class DicomExtendedNegotiation
{
    public DicomExtendedNegotiation(DicomUID sopClassUid, DicomServiceApplicationInfo applicationInfo)
        : this(sopClassUid, applicationInfo, null)
    {
    }

    public DicomExtendedNegotiation(DicomUID sopClassUid, DicomUID serviceClassUid, params DicomUID[] relatedGeneralSopClasses)
        : this(sopClassUid, null, serviceClassUid, relatedGeneralSopClasses)
    {
    }

    public DicomExtendedNegotiation(
        DicomUID sopClassUid, DicomServiceApplicationInfo applicationInfo, DicomUID serviceClassUid, params DicomUID[] relatedGeneralSopClasses)
    {
        SopClassUid = sopClassUid;
        RequestedApplicationInfo = applicationInfo;
        ServiceClassUid = serviceClassUid;
        RelatedGeneralSopClasses = [.. relatedGeneralSopClasses ?? []];
    }

    public DicomUID SopClassUid { get; }

    public DicomServiceApplicationInfo RequestedApplicationInfo { get; internal set; }

    public DicomServiceApplicationInfo AcceptedApplicationInfo { get; private set; }

    public DicomUID ServiceClassUid { get; internal set; }

    public List<DicomUID> RelatedGeneralSopClasses { get; }

    public string GetApplicationInfo() => $"{RequestedApplicationInfo} [{(AcceptedApplicationInfo is null ? "Proposed" : "Accept")}: {AcceptedApplicationInfo}]";

    public void AcceptApplicationInfo(DicomServiceApplicationInfo acceptedInfo) => AcceptedApplicationInfo = acceptedInfo;
}

public class DicomExtendedNegotiationCollection : ICollection<DicomExtendedNegotiation>
{
    private readonly Dictionary<DicomUID, DicomExtendedNegotiation> _negotiations = [];

    public int Count => _negotiations.Count;

    public bool IsReadOnly => false;

    public DicomExtendedNegotiation this[DicomUID id] => _negotiations[id];

    public void Add(DicomExtendedNegotiation item) => _negotiations.Add(item.SopClassUid, item);

    public void Add(DicomUID sopClassUid, DicomServiceApplicationInfo applicationInfo) => Add(new DicomExtendedNegotiation(sopClassUid, applicationInfo));

    public void Add(DicomUID sopClassUid, DicomUID serviceClassUid, params DicomUID[] relatedGeneralSopClasses) =>
        Add(new DicomExtendedNegotiation(sopClassUid, serviceClassUid, relatedGeneralSopClasses));

    public void Add(DicomUID sopClassUid, DicomServiceApplicationInfo applicationInfo, DicomUID serviceClassUid, params DicomUID[] relatedGeneralSopClasses) =>
        Add(new DicomExtendedNegotiation(sopClassUid, applicationInfo, serviceClassUid, relatedGeneralSopClasses));

    public void AddFromRequest(DicomRequest dicomRequest)
    {
        var store = dicomRequest as DicomCStoreRequest;
        if (dicomRequest.ApplicationInfo is null && store?.CommonServiceClassUid is null) return;
        AddOrUpdate(dicomRequest.SOPClassUID, dicomRequest.ApplicationInfo, store?.CommonServiceClassUid, [.. store?.RelatedGeneralSopClasses ?? []]);
    }

    public void AddOrUpdate(DicomUID sopClassUid, DicomServiceApplicationInfo applicationInfo) => AddOrUpdate(sopClassUid, applicationInfo, null);

    public void AddOrUpdate(DicomUID sopClassUid, DicomUID serviceClassUid, params DicomUID[] relatedGeneralSopClasses) =>
        AddOrUpdate(sopClassUid, null, serviceClassUid, relatedGeneralSopClasses);

    public void AddOrUpdate(
        DicomUID sopClassUid, DicomServiceApplicationInfo applicationInfo, DicomUID serviceClassUid, params DicomUID[] relatedGeneralSopClasses)
    {
        if (!_negotiations.TryGetValue(sopClassUid, out var known))
        {
            Add(sopClassUid, applicationInfo, serviceClassUid, relatedGeneralSopClasses);
            return;
        }

        known.RequestedApplicationInfo = applicationInfo ?? known.RequestedApplicationInfo;
        known.ServiceClassUid = serviceClassUid ?? known.ServiceClassUid;
        known.RelatedGeneralSopClasses.AddRange((relatedGeneralSopClasses ?? []).Except(known.RelatedGeneralSopClasses));
    }

    public void AcceptApplicationInfo(DicomUID sopClassUid, DicomServiceApplicationInfo applicationInfo)
    {
        if (_negotiations.TryGetValue(sopClassUid, out var known)) known.AcceptApplicationInfo(applicationInfo);
    }

    public void Clear() => _negotiations.Clear();

    public bool Contains(DicomExtendedNegotiation item) => _negotiations.TryGetValue(item.SopClassUid, out var known) && ReferenceEquals(known, item);

    public bool Contains(DicomUID item) => _negotiations.ContainsKey(item);

    public void CopyTo(DicomExtendedNegotiation[] array, int arrayIndex) => _negotiations.Values.CopyTo(array, arrayIndex);

    public IEnumerator<DicomExtendedNegotiation> GetEnumerator() => _negotiations.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Remove(DicomExtendedNegotiation item) => _negotiations.Remove(item.SopClassUid);
}
