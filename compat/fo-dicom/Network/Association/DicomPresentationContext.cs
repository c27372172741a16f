using System.Collections.ObjectModel;

namespace FellowOakDicom.Network;

/// <summary>An abstract syntax with the transfer syntaxes proposed for it, or the one accepted (PS3.8 section 9.3.2.2).</summary>
public class DicomPresentationContext
{
    private readonly List<DicomTransferSyntax> _transferSyntaxes = [];

    public DicomPresentationContext(byte pcid, DicomUID abstractSyntax) : this(pcid, abstractSyntax, null, null)
    {
    }

    public DicomPresentationContext(byte pcid, DicomUID abstractSyntax, bool? userRole, bool? providerRole)
    {
        ID = pcid;
        AbstractSyntax = abstractSyntax;
        UserRole = userRole;
        ProviderRole = providerRole;
    }

    /// <summary>Odd, 1 to 255; 0 until it joins a collection.</summary>
    public byte ID { get; }

    public DicomPresentationContextResult Result { get; private set; } = DicomPresentationContextResult.Proposed;

    public DicomUID AbstractSyntax { get; }

    public DicomTransferSyntax AcceptedTransferSyntax { get; private set; }

    public bool? UserRole { get; internal set; }

    public bool? ProviderRole { get; internal set; }

    /// <summary>A context in which the requestor of the association is the SCP, as C-GET needs.</summary>
    public static DicomPresentationContext GetScpRolePresentationContext(DicomUID abstractSyntax, params DicomTransferSyntax[] transferSyntaxes)
    {
        var context = new DicomPresentationContext(0, abstractSyntax, userRole: false, providerRole: true);
        foreach (var syntax in transferSyntaxes is { Length: > 0 } ? transferSyntaxes : [DicomTransferSyntax.ImplicitVRLittleEndian])
            context.AddTransferSyntax(syntax);
        return context;
    }

    public static IEnumerable<DicomPresentationContext> GetScpRolePresentationContextsFromStorageUids(
        string filter, params DicomTransferSyntax[] transferSyntaxes) =>
        DicomUID.Enumerate()
            .Where(uid => uid.StorageCategory != DicomStorageCategory.None && !uid.IsRetired
                && (string.IsNullOrWhiteSpace(filter) || uid.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)))
            .Select(uid => GetScpRolePresentationContext(uid, transferSyntaxes));

    public static IEnumerable<DicomPresentationContext> GetScpRolePresentationContextsFromStorageUids(
        DicomStorageCategory storageCategory, params DicomTransferSyntax[] transferSyntaxes) =>
        DicomUID.Enumerate()
            .Where(uid => uid.StorageCategory == storageCategory && !uid.IsRetired)
            .Select(uid => GetScpRolePresentationContext(uid, transferSyntaxes));

    /// <summary>Sets the result; accepting takes the first proposed syntax.</summary>
    public void SetResult(DicomPresentationContextResult result)
    {
        if (result == DicomPresentationContextResult.Accept && _transferSyntaxes.Count == 0)
            throw new DicomNetworkException("A context without transfer syntax cannot be accepted");
        SetResult(result, _transferSyntaxes.FirstOrDefault());
    }

    public void SetResult(DicomPresentationContextResult result, DicomTransferSyntax acceptedTransferSyntax)
    {
        var accepted = result == DicomPresentationContextResult.Accept;
        if (accepted && acceptedTransferSyntax is null)
            throw new DicomNetworkException("Accepting a context takes a transfer syntax");

        _transferSyntaxes.Clear();
        _transferSyntaxes.Add(acceptedTransferSyntax);
        Result = result;
        AcceptedTransferSyntax = accepted ? acceptedTransferSyntax : null;
    }

    public bool AcceptTransferSyntaxes(params DicomTransferSyntax[] acceptedTransferSyntaxes) =>
        AcceptTransferSyntaxes(acceptedTransferSyntaxes, scpPriority: false);

    /// <summary>Accepts the first common syntax in the order of the proposer, or of the acceptor with <paramref name="scpPriority"/>.</summary>
    public bool AcceptTransferSyntaxes(DicomTransferSyntax[] acceptedTransferSyntaxes, bool scpPriority)
    {
        if (Result == DicomPresentationContextResult.Accept) return true;

        var common = scpPriority
            ? Array.Find(acceptedTransferSyntaxes, syntax => syntax is not null && HasTransferSyntax(syntax))
            : _transferSyntaxes.Find(acceptedTransferSyntaxes.Contains);
        SetResult(
            common is null ? DicomPresentationContextResult.RejectTransferSyntaxesNotSupported : DicomPresentationContextResult.Accept,
            common ?? _transferSyntaxes.FirstOrDefault());
        return common is not null;
    }

    public void AddTransferSyntax(DicomTransferSyntax ts)
    {
        if (ts is not null && !_transferSyntaxes.Contains(ts)) _transferSyntaxes.Add(ts);
    }

    public void RemoveTransferSyntax(DicomTransferSyntax ts) => _transferSyntaxes.Remove(ts);

    public void ClearTransferSyntaxes() => _transferSyntaxes.Clear();

    public IList<DicomTransferSyntax> GetTransferSyntaxes() => new ReadOnlyCollection<DicomTransferSyntax>(_transferSyntaxes);

    public bool HasTransferSyntax(DicomTransferSyntax ts) => _transferSyntaxes.Contains(ts);

    public string GetResultDescription() => Result switch
    {
        DicomPresentationContextResult.Accept => "Accepted",
        DicomPresentationContextResult.Proposed => "Proposed",
        DicomPresentationContextResult.RejectAbstractSyntaxNotSupported => "Rejected: abstract syntax",
        DicomPresentationContextResult.RejectNoReason => "Rejected",
        DicomPresentationContextResult.RejectTransferSyntaxesNotSupported => "Rejected: transfer syntaxes",
        DicomPresentationContextResult.RejectUser => "Rejected by the user",
        _ => "Unknown",
    };
}
