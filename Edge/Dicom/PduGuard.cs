using System.Buffers.Binary;

namespace Regional.Edge.Dicom;

/// <summary>Why a byte stream is not (or no longer) taken for the DICOM upper layer protocol.</summary>
internal enum PduFault
{
    None,

    /// <summary>The first PDU is not an A-ASSOCIATE-RQ, such as an HTTP request.</summary>
    NotDicom,

    /// <summary>A PDU type that PS3.8 §9.3 does not know.</summary>
    UnknownType,

    /// <summary>The announced length is over the bound for its type, or a message grows over its bound.</summary>
    TooLong,

    /// <summary>Presentation data values that do not fit their PDU.</summary>
    Malformed,
}

/// <summary>
/// Follows the PDU headers in a byte stream (PS3.8 §9.3): 1 byte type, 1 reserved, 4 length, then that many bytes. Sees every byte before the
/// parser does and stops at the first that breaks a bound (what is inside P-DATA-TF: <see cref="PdvGuard"/>). Allocates nothing.
/// </summary>
internal sealed class PduGuard(GuardOptions options)
{
    private const int HeaderLength = 6;
    private const byte AssociateRq = 1;
    private const byte PData = 4;
    private const byte LastType = 7;

    private readonly byte[] _header = new byte[HeaderLength];
    private readonly PdvGuard _values = new(options);
    private int _headerFill;
    private uint _bodyLeft;
    private bool _isData;
    private bool _first = true;

    /// <summary>True once the whole A-ASSOCIATE-RQ has passed.</summary>
    public bool Associated { get; private set; }

    /// <summary>Looks at the next bytes.</summary>
    public PduFault Pass(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_bodyLeft > 0)
            {
                var body = (int)Math.Min(_bodyLeft, (uint)bytes.Length);
                _bodyLeft -= (uint)body;
                if (_isData && _values.Pass(bytes[..body], _bodyLeft) is var wrong and not PduFault.None)
                    return wrong;
                bytes = bytes[body..];
                Associated |= _bodyLeft == 0;
                continue;
            }

            if (_headerFill == 0 && CheckType(bytes[0]) is var type and not PduFault.None)
                return type;
            var part = Math.Min(HeaderLength - _headerFill, bytes.Length);
            bytes[..part].CopyTo(_header.AsSpan(_headerFill));
            bytes = bytes[part..];
            _headerFill += part;
            if (_headerFill < HeaderLength)
                return PduFault.None;
            if (CheckHeader() is var fault and not PduFault.None)
                return fault;
            _headerFill = 0;
        }

        return PduFault.None;
    }

    private PduFault CheckType(byte type) =>
        _first && type != AssociateRq ? PduFault.NotDicom
        : type is 0 or > LastType ? PduFault.UnknownType
        : PduFault.None;

    private PduFault CheckHeader()
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(2));
        var bound = _header[0] switch
        {
            PData => options.MaxDataPdu,
            AssociateRq => options.MaxAssociatePdu,
            _ => 64u,
        };
        if (length > bound)
            return PduFault.TooLong;
        _first = false;
        _isData = _header[0] == PData;
        _bodyLeft = length;
        return PduFault.None;
    }
}
