using System.Buffers.Binary;
using System.Text;

namespace FellowOakDicom.Network;

/// <summary>Writes A-ASSOCIATE-RQ and A-ASSOCIATE-AC (PS3.8 sections 9.3.2, 9.3.3; user items PS3.7 annex D.3.3).</summary>
internal static class AssociatePdu
{
    public static byte[] Request(DicomAssociation association)
    {
        var pdu = Begin(RawPduType.A_ASSOCIATE_RQ, association);
        foreach (var context in association.PresentationContexts)
        {
            using (pdu.Item(0x20))
            {
                pdu.Byte(context.ID).Zeros(3);
                pdu.TextItem(0x30, context.AbstractSyntax.UID);
                foreach (var syntax in context.GetTransferSyntaxes()) pdu.TextItem(0x40, syntax.UID.UID);
            }
        }

        using (pdu.Item(0x50))
        {
            WriteCommonUserItems(pdu, association);
            foreach (var negotiation in association.ExtendedNegotiations)
            {
                if (negotiation.RequestedApplicationInfo is { Count: > 0 } info) WriteExtended(pdu, negotiation.SopClassUid, info);
            }

            foreach (var negotiation in association.ExtendedNegotiations)
            {
                if (negotiation.ServiceClassUid is not null) WriteCommonExtended(pdu, negotiation);
            }

            if (association.UserIdentityNegotiation is { UserIdentityType: { } type } identity)
            {
                using (pdu.Item(0x58))
                {
                    pdu.Byte((byte)type).Byte(identity.PositiveResponseRequested ? (byte)1 : (byte)0);
                    pdu.SizedText(identity.PrimaryField).SizedText(identity.SecondaryField);
                }
            }
        }

        return pdu.Finish();
    }

    public static byte[] Accept(DicomAssociation association)
    {
        var pdu = Begin(RawPduType.A_ASSOCIATE_AC, association);
        foreach (var context in association.PresentationContexts)
        {
            using (pdu.Item(0x21))
            {
                pdu.Byte(context.ID).Zeros(1).Byte((byte)context.Result).Zeros(1);
                pdu.TextItem(0x40, (context.AcceptedTransferSyntax ?? DicomTransferSyntax.ImplicitVRLittleEndian).UID.UID);
            }
        }

        using (pdu.Item(0x50))
        {
            WriteCommonUserItems(pdu, association);
            foreach (var negotiation in association.ExtendedNegotiations)
            {
                if (negotiation.AcceptedApplicationInfo is { Count: > 0 } info) WriteExtended(pdu, negotiation.SopClassUid, info);
            }

            if (association.UserIdentityNegotiation is { } identity)
            {
                using (pdu.Item(0x59)) pdu.SizedText(identity.ServerResponse);
            }
        }

        return pdu.Finish();
    }

    private static PduBuilder Begin(RawPduType type, DicomAssociation association)
    {
        var pdu = new PduBuilder(type);
        pdu.UInt16(1).Zeros(2).Padded(association.CalledAE, 16).Padded(association.CallingAE, 16).Zeros(32);
        pdu.TextItem(0x10, DicomUID.DICOMApplicationContext.UID);
        return pdu;
    }

    private static void WriteCommonUserItems(PduBuilder pdu, DicomAssociation association)
    {
        using (pdu.Item(0x51)) pdu.UInt32(association.Options?.MaxPDULength ?? DicomServiceOptions.DefaultMaxPduLength);
        pdu.TextItem(0x52, DicomImplementation.ClassUID.UID);
        if (association.MaxAsyncOpsInvoked != 1 || association.MaxAsyncOpsPerformed != 1)
        {
            using (pdu.Item(0x53)) pdu.UInt16((ushort)association.MaxAsyncOpsInvoked).UInt16((ushort)association.MaxAsyncOpsPerformed);
        }

        foreach (var context in association.PresentationContexts)
        {
            if (context.UserRole is null && context.ProviderRole is null) continue;
            using (pdu.Item(0x54))
            {
                pdu.SizedText(context.AbstractSyntax.UID);
                pdu.Byte(context.UserRole == true ? (byte)1 : (byte)0).Byte(context.ProviderRole == true ? (byte)1 : (byte)0);
            }
        }

        pdu.TextItem(0x55, DicomImplementation.Version);
    }

    private static void WriteExtended(PduBuilder pdu, DicomUID sopClass, DicomServiceApplicationInfo info)
    {
        using (pdu.Item(0x56)) pdu.SizedText(sopClass.UID).Bytes(info.GetValues());
    }

    private static void WriteCommonExtended(PduBuilder pdu, DicomExtendedNegotiation negotiation)
    {
        using (pdu.Item(0x57))
        {
            pdu.SizedText(negotiation.SopClassUid.UID).SizedText(negotiation.ServiceClassUid.UID);
            using (pdu.Sized())
            {
                foreach (var related in negotiation.RelatedGeneralSopClasses) pdu.SizedText(related.UID);
            }
        }
    }
}

/// <summary>A PDU growing in memory; lengths are filled in when their scope ends.</summary>
internal sealed class PduBuilder
{
    private readonly MemoryStream _bytes = new();

    public PduBuilder(RawPduType type) => Byte((byte)type).Zeros(5);

    public PduBuilder Byte(byte value)
    {
        _bytes.WriteByte(value);
        return this;
    }

    public PduBuilder Bytes(ReadOnlySpan<byte> value)
    {
        _bytes.Write(value);
        return this;
    }

    public PduBuilder Zeros(int count) => Bytes(new byte[count]);

    public PduBuilder UInt16(ushort value) => Byte((byte)(value >> 8)).Byte((byte)value);

    public PduBuilder UInt32(uint value) => UInt16((ushort)(value >> 16)).UInt16((ushort)value);

    public PduBuilder Padded(string text, int length) => Bytes(Encoding.ASCII.GetBytes((text ?? string.Empty).PadRight(length)[..length]));

    public PduBuilder SizedText(string text)
    {
        using (Sized()) Bytes(Encoding.ASCII.GetBytes(text ?? string.Empty));
        return this;
    }

    public void TextItem(byte type, string text)
    {
        using (Item(type)) Bytes(Encoding.ASCII.GetBytes(text));
    }

    public Scope Item(byte type)
    {
        Byte(type).Byte(0);
        return Sized();
    }

    public Scope Sized()
    {
        UInt16(0);
        return new Scope(this, _bytes.Length);
    }

    public byte[] Finish()
    {
        var pdu = _bytes.ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(pdu.AsSpan(2), (uint)(pdu.Length - 6));
        return pdu;
    }

    public readonly struct Scope : IDisposable
    {
        private readonly PduBuilder _pdu;
        private readonly long _start;

        public Scope(PduBuilder pdu, long start)
        {
            _pdu = pdu;
            _start = start;
        }

        /// <exception cref="DicomNetworkException">More than a two-byte length can tell.</exception>
        public void Dispose()
        {
            var length = _pdu._bytes.Length - _start;
            if (length > ushort.MaxValue) throw new DicomNetworkException("An item of the association PDU is longer than 65535 bytes");
            BinaryPrimitives.WriteUInt16BigEndian(_pdu._bytes.GetBuffer().AsSpan((int)_start - 2), (ushort)length);
        }
    }
}
