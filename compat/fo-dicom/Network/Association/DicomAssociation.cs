using System.Text;

namespace FellowOakDicom.Network;

public enum DicomUserIdentityType
{
    Username = 1,
    UsernameAndPasscode = 2,
    Kerberos = 3,
    Saml = 4,
    Jwt = 5,
}

/// <summary>User identity negotiation (PS3.7 annex D.3.3.7).</summary>
public class DicomUserIdentityNegotiation
{
    public DicomUserIdentityType? UserIdentityType { get; set; }

    public bool PositiveResponseRequested { get; set; }

    public string PrimaryField { get; set; }

    public string SecondaryField { get; set; }

    public string ServerResponse { get; set; }

    /// <exception cref="ArgumentException">The type is missing, or only a passcode may fill the second field.</exception>
    public void Validate()
    {
        if (UserIdentityType is null)
        {
            throw new ArgumentNullException(
                nameof(UserIdentityType), "An identity needs a type");
        }

        if (UserIdentityType != DicomUserIdentityType.UsernameAndPasscode && !string.IsNullOrWhiteSpace(SecondaryField))
            throw new ArgumentException("Only a passcode fills the second field");
    }

    public DicomUserIdentityNegotiation Clone() => (DicomUserIdentityNegotiation)MemberwiseClone();
}

/// <summary>What two peers propose to each other and agree on (PS3.8 section 7.1).</summary>
public sealed class DicomAssociation
{
    public DicomAssociation()
    {
    }

    public DicomAssociation(string callingAe, string calledAe)
    {
        CallingAE = callingAe;
        CalledAE = calledAe;
    }

    public string CallingAE { get; internal set; }

    public string CalledAE { get; internal set; }

    /// <summary>Requests in flight from the requestor; 0 means any number (PS3.7 annex D.3.3.3).</summary>
    public int MaxAsyncOpsInvoked { get; set; } = 1;

    public int MaxAsyncOpsPerformed { get; set; } = 1;

    public string RemoteHost { get; internal set; }

    public int RemotePort { get; internal set; }

    public DicomUID RemoteImplementationClassUID { get; internal set; }

    public string RemoteImplementationVersion { get; internal set; }

    /// <summary>Longest PDU the peer takes, in bytes behind the PDU header; 0 means no limit.</summary>
    public uint MaximumPDULength { get; internal set; }

    public DicomPresentationContextCollection PresentationContexts { get; } = new();

    public DicomExtendedNegotiationCollection ExtendedNegotiations { get; } = new();

    public DicomServiceOptions Options { get; internal set; }

    public DicomUserIdentityNegotiation UserIdentityNegotiation { get; internal set; }

    public override string ToString()
    {
        var text = new StringBuilder()
            .AppendLine($"Calling AE Title:       {CallingAE}")
            .AppendLine($"Called AE Title:        {CalledAE}")
            .AppendLine($"Remote host:            {RemoteHost}")
            .AppendLine($"Remote port:            {RemotePort}")
            .AppendLine($"Implementation Class:   {RemoteImplementationClassUID ?? DicomImplementation.ClassUID}")
            .AppendLine($"Implementation Version: {RemoteImplementationVersion ?? DicomImplementation.Version}")
            .AppendLine($"Maximum PDU Length:     {MaximumPDULength}")
            .AppendLine($"Async Ops Invoked:      {MaxAsyncOpsInvoked}")
            .AppendLine($"Async Ops Performed:    {MaxAsyncOpsPerformed}")
            .Append($"Presentation Contexts:  {PresentationContexts.Count}");
        foreach (var context in PresentationContexts)
        {
            text.AppendLine().Append($"  Presentation Context:  {context.ID} [{context.Result}] {context.AbstractSyntax}");
            foreach (var syntax in context.GetTransferSyntaxes()) text.AppendLine().Append($"       Transfer Syntax:  {syntax?.UID.Name}");
        }

        return text.ToString();
    }
}
