using System.Collections;

namespace FellowOakDicom.Network;

/// <summary>Presentation contexts by id, at most 128; a context equal to one already there is not added twice.</summary>
public class DicomPresentationContextCollection : ICollection<DicomPresentationContext>
{
    private readonly SortedDictionary<byte, DicomPresentationContext> _contexts = [];

    public int Count => _contexts.Count;

    public bool IsReadOnly => false;

    public DicomPresentationContext this[byte id] => _contexts[id];

    public void Add(DicomUID abstractSyntax, params DicomTransferSyntax[] transferSyntaxes) => Add(abstractSyntax, null, null, transferSyntaxes);

    public void Add(DicomUID abstractSyntax, bool? userRole, bool? providerRole, params DicomTransferSyntax[] transferSyntaxes)
    {
        var context = new DicomPresentationContext(NextId(), abstractSyntax, userRole, providerRole);
        foreach (var syntax in transferSyntaxes ?? []) context.AddTransferSyntax(syntax);
        Add(context);
    }

    public void Add(DicomPresentationContext item)
    {
        if (!_contexts.Values.Any(context => SameProposal(context, item))) _contexts.Add(item.ID, item);
    }

    /// <summary>What a request needs: for C-STORE its own syntax alone, then the additional ones with implicit VR little endian.</summary>
    public void AddFromRequest(DicomRequest request)
    {
        if (request is DicomCStoreRequest store) AddForStore(store);
        else if (request.PresentationContext is { } wanted) AddProposed(wanted);
        else
        {
            foreach (var sopClass in MetaSopClasses.GetMetaSopClass(request.SOPClassUID))
            {
                if (_contexts.Values.All(context => context.AbstractSyntax != sopClass)) Add(sopClass, DicomTransferSyntax.ImplicitVRLittleEndian);
            }
        }
    }

    public void Clear() => _contexts.Clear();

    public bool Contains(DicomPresentationContext item) =>
        _contexts.TryGetValue(item.ID, out var context) && context.AbstractSyntax == item.AbstractSyntax;

    public bool Remove(DicomPresentationContext item) => _contexts.Remove(item.ID);

    public IEnumerator<DicomPresentationContext> GetEnumerator() => _contexts.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    void ICollection<DicomPresentationContext>.CopyTo(DicomPresentationContext[] array, int arrayIndex) => _contexts.Values.CopyTo(array, arrayIndex);

    internal bool TryGet(byte id, out DicomPresentationContext context) => _contexts.TryGetValue(id, out context);

    /// <summary>Adds a received context under its own id, whatever it holds; false when the id is taken.</summary>
    internal bool TryAddReceived(DicomPresentationContext context) => _contexts.TryAdd(context.ID, context);

    private static bool SameProposal(DicomPresentationContext a, DicomPresentationContext b) =>
        a.AbstractSyntax == b.AbstractSyntax && a.UserRole == b.UserRole && a.ProviderRole == b.ProviderRole
        && a.GetTransferSyntaxes().SequenceEqual(b.GetTransferSyntaxes());

    private void AddForStore(DicomCStoreRequest store)
    {
        var own = store.TransferSyntax;
        if (_contexts.Values.Any(context => context.AbstractSyntax == store.SOPClassUID && context.HasTransferSyntax(own))) return;

        // PS3.5 section A.5: who proposes the deflated syntax also proposes the plain one.
        if (own == DicomTransferSyntax.DeflatedExplicitVRLittleEndian) Add(store.SOPClassUID, own, DicomTransferSyntax.ExplicitVRLittleEndian);
        else if (own is not null) Add(store.SOPClassUID, own);

        var additional = new List<DicomTransferSyntax>(store.AdditionalTransferSyntaxes ?? []);
        if (own != DicomTransferSyntax.ImplicitVRLittleEndian)
        {
            if (!store.OmitImplicitVrTransferSyntaxInAssociationRequest) additional.Add(DicomTransferSyntax.ImplicitVRLittleEndian);
            else if (own?.IsLossy != true)
                throw new InvalidOperationException("Only an object in a lossy syntax may go without the default syntax (PS3.5 section 10.1)");
        }

        if (additional.Count > 0) Add(store.SOPClassUID, [.. additional]);
    }

    private void AddProposed(DicomPresentationContext wanted)
    {
        var syntaxes = wanted.GetTransferSyntaxes();
        if (_contexts.Values.Any(context => context.AbstractSyntax == wanted.AbstractSyntax && syntaxes.All(context.HasTransferSyntax))) return;
        Add(wanted.AbstractSyntax, wanted.UserRole, wanted.ProviderRole, syntaxes.Count > 0 ? [.. syntaxes] : [DicomTransferSyntax.ImplicitVRLittleEndian]);
    }

    private byte NextId()
    {
        if (_contexts.Count == 0) return 1;
        var id = _contexts.Keys.Last() + 2;
        return id <= byte.MaxValue ? (byte)id : throw new DicomNetworkException("An association has at most 128 presentation contexts");
    }
}

/// <summary>Meta SOP classes of print management (PS3.4 annex H.3.2.2).</summary>
public static class MetaSopClasses
{
    public static Dictionary<DicomUID, DicomUID[]> Instances { get; } = new()
    {
        [DicomUID.BasicGrayscalePrintManagementMeta] =
            [DicomUID.BasicFilmSession, DicomUID.BasicFilmBox, DicomUID.BasicGrayscaleImageBox, DicomUID.Printer],
        [DicomUID.BasicColorPrintManagementMeta] =
            [DicomUID.BasicFilmSession, DicomUID.BasicFilmBox, DicomUID.BasicColorImageBox, DicomUID.Printer],
    };

    /// <summary>The meta classes a class belongs to, or the class itself.</summary>
    public static DicomUID[] GetMetaSopClass(DicomUID sopClass)
    {
        var metas = Instances.Where(pair => pair.Value.Contains(sopClass)).Select(pair => pair.Key).ToArray();
        return metas.Length > 0 ? metas : [sopClass];
    }
}
