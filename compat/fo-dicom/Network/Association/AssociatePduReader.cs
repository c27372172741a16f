using System.Buffers.Binary;
using System.Text;

namespace FellowOakDicom.Network;

/// <summary>Reads association PDUs; every length is checked against the item that holds it.</summary>
internal static class AssociatePduReader
{
    private const int MaxContexts = 128;
    private const int MaxSyntaxes = 256;
    private const int MaxUserItems = 1024;

    /// <exception cref="DicomProtocolException">Malformed, or beyond a bound.</exception>
    public static void ReadRequest(ReadOnlySpan<byte> body, DicomAssociation association)
    {
        var pdu = new PduReader(body);
        pdu.Skip(4);
        association.CalledAE = pdu.Text(16);
        association.CallingAE = pdu.Text(16);
        pdu.Skip(32);
        while (pdu.TryItem(out var type, out var item))
        {
            if (type == 0x20) ReadProposedContext(item, association);
            else if (type == 0x50) ReadUserItems(item, association, accepting: false);
        }

        if (association.PresentationContexts.Count == 0) throw PduReader.Invalid("no presentation context");
    }

    /// <exception cref="DicomProtocolException">Malformed, or answers what was not asked.</exception>
    public static void ReadAccept(ReadOnlySpan<byte> body, DicomAssociation association)
    {
        association.MaxAsyncOpsInvoked = 1;
        association.MaxAsyncOpsPerformed = 1;
        var pdu = new PduReader(body);
        pdu.Skip(68);
        while (pdu.TryItem(out var type, out var item))
        {
            if (type == 0x21) ReadAnsweredContext(item, association);
            else if (type == 0x50) ReadUserItems(item, association, accepting: true);
        }
    }

    private static void ReadProposedContext(PduReader item, DicomAssociation association)
    {
        var id = item.Byte();
        item.Skip(3);
        if ((id & 1) == 0) throw PduReader.Invalid("an even presentation context id");
        if (association.PresentationContexts.Count == MaxContexts) throw PduReader.Invalid("more than 128 presentation contexts");

        DicomPresentationContext context = null;
        var syntaxes = 0;
        while (item.TryItem(out var type, out var sub))
        {
            if (type == 0x30 && context is null)
            {
                context = new DicomPresentationContext(id, DicomUID.Parse(sub.RemainingText()));
                if (!association.PresentationContexts.TryAddReceived(context)) throw PduReader.Invalid("a presentation context id twice");
            }
            else if (type == 0x40 && context is not null)
            {
                if (++syntaxes > MaxSyntaxes) throw PduReader.Invalid("too many transfer syntaxes");
                if (ParseSyntax(sub.RemainingText()) is { } syntax) context.AddTransferSyntax(syntax);
            }
        }

        if (context is null) throw PduReader.Invalid("a presentation context without abstract syntax");
    }

    private static void ReadAnsweredContext(PduReader item, DicomAssociation association)
    {
        var id = item.Byte();
        item.Skip(1);
        var result = (DicomPresentationContextResult)item.Byte();
        item.Skip(1);
        if (!association.PresentationContexts.TryGet(id, out var context)) throw PduReader.Invalid("an answer to a context that was not proposed");

        if (result != DicomPresentationContextResult.Accept)
        {
            context.SetResult(result);
            return;
        }

        if (!item.TryItem(out _, out var sub) || ParseSyntax(sub.RemainingText()) is not { } syntax || !context.HasTransferSyntax(syntax))
            throw PduReader.Invalid("an accepted transfer syntax that was not proposed");
        context.SetResult(result, syntax);
    }

    private static void ReadUserItems(PduReader user, DicomAssociation association, bool accepting)
    {
        var count = 0;
        while (user.TryItem(out var type, out var item))
        {
            if (++count > MaxUserItems) throw PduReader.Invalid("too many user items");
            switch (type)
            {
                case 0x51:
                    association.MaximumPDULength = item.UInt32();
                    if (association.MaximumPDULength is > 0 and < 128) throw PduReader.Invalid("a maximum PDU length that holds no message");
                    break;
                case 0x52:
                    association.RemoteImplementationClassUID =
                        new DicomUID(item.RemainingText(), "Implementation Class UID", DicomUidType.Unknown);
                    break;
                case 0x53:
                    association.MaxAsyncOpsInvoked = item.UInt16();
                    association.MaxAsyncOpsPerformed = item.UInt16();
                    break;
                case 0x54:
                    ReadRoles(item, association);
                    break;
                case 0x55:
                    association.RemoteImplementationVersion = item.RemainingText();
                    break;
                case 0x56:
                    ReadExtended(item, association, accepting);
                    break;
                case 0x57:
                    ReadCommonExtended(item, association);
                    break;
                case 0x58:
                    association.UserIdentityNegotiation = new DicomUserIdentityNegotiation
                    {
                        UserIdentityType = (DicomUserIdentityType)item.Byte(),
                        PositiveResponseRequested = item.Byte() == 1,
                        PrimaryField = item.SizedText(),
                        SecondaryField = item.SizedText(),
                    };
                    break;
                case 0x59 when association.UserIdentityNegotiation is { } identity:
                    identity.ServerResponse = item.SizedText();
                    break;
            }
        }
    }

    private static void ReadRoles(PduReader item, DicomAssociation association)
    {
        var syntax = item.SizedText();
        var (user, provider) = (item.Byte() == 1, item.Byte() == 1);
        foreach (var context in association.PresentationContexts)
        {
            if (context.AbstractSyntax.UID != syntax) continue;
            (context.UserRole, context.ProviderRole) = (user, provider);
            break;
        }
    }

    private static void ReadExtended(PduReader item, DicomAssociation association, bool accepting)
    {
        var sopClass = DicomUID.Parse(item.SizedText());
        var info = DicomServiceApplicationInfo.Create(sopClass, item.RemainingBytes().ToArray());
        if (accepting) association.ExtendedNegotiations.AcceptApplicationInfo(sopClass, info);
        else association.ExtendedNegotiations.AddOrUpdate(sopClass, info);
    }

    private static void ReadCommonExtended(PduReader item, DicomAssociation association)
    {
        var (sopClass, serviceClass) = (DicomUID.Parse(item.SizedText()), DicomUID.Parse(item.SizedText()));
        var related = new List<DicomUID>();
        var list = item.Sub(item.UInt16());
        while (!list.AtEnd) related.Add(DicomUID.Parse(list.SizedText()));
        association.ExtendedNegotiations.AddOrUpdate(sopClass, serviceClass, [.. related]);
    }

    /// <summary>Null for a UID registered as something else: proposing it accepts nothing.</summary>
    private static DicomTransferSyntax ParseSyntax(string uid)
    {
        var parsed = DicomUID.Parse(uid, type: DicomUidType.TransferSyntax);
        return parsed.Type == DicomUidType.TransferSyntax ? DicomTransferSyntax.Lookup(parsed) : null;
    }
}

/// <summary>Fields of a PDU; reading past the end is a protocol error, never an index error.</summary>
internal ref struct PduReader
{
    private ReadOnlySpan<byte> _rest;

    public PduReader(ReadOnlySpan<byte> bytes) => _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    public static DicomProtocolException Invalid(string what) => new(DicomAbortReason.InvalidPDUParameter, $"Malformed PDU: {what}");

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length) throw Invalid("a length beyond its container");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    public void Skip(int count) => Take(count);

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public string Text(int count) => Encoding.ASCII.GetString(Take(count)).Trim(' ', '\0');

    /// <summary>ASCII, as the original reads it, also where the standard says UTF-8 (user identity, PS3.7 §D.3.3.7).</summary>
    public string SizedText() => Encoding.ASCII.GetString(Take(UInt16())).Trim(' ', '\0');

    public string RemainingText() => Text(_rest.Length);

    public ReadOnlySpan<byte> RemainingBytes() => Take(_rest.Length);

    public PduReader Sub(int count) => new(Take(count));

    /// <summary>The next item: type, a reserved byte, two bytes of length, value.</summary>
    public bool TryItem(out byte type, out PduReader value)
    {
        type = 0;
        value = default;
        if (_rest.IsEmpty) return false;
        type = Byte();
        Skip(1);
        value = Sub(UInt16());
        return true;
    }
}
