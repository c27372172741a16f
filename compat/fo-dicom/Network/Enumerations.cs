namespace FellowOakDicom.Network;

/// <summary>Command Field (0000,0100) (PS3.7 annex E).</summary>
public enum DicomCommandField : ushort
{
    CStoreRequest = 0x0001,
    CStoreResponse = 0x8001,
    CGetRequest = 0x0010,
    CGetResponse = 0x8010,
    CFindRequest = 0x0020,
    CFindResponse = 0x8020,
    CMoveRequest = 0x0021,
    CMoveResponse = 0x8021,
    CEchoRequest = 0x0030,
    CEchoResponse = 0x8030,
    NEventReportRequest = 0x0100,
    NEventReportResponse = 0x8100,
    NGetRequest = 0x0110,
    NGetResponse = 0x8110,
    NSetRequest = 0x0120,
    NSetResponse = 0x8120,
    NActionRequest = 0x0130,
    NActionResponse = 0x8130,
    NCreateRequest = 0x0140,
    NCreateResponse = 0x8140,
    NDeleteRequest = 0x0150,
    NDeleteResponse = 0x8150,
    CCancelRequest = 0x0FFF,
}

public enum DicomPriority : ushort
{
    Low = 0x0002,
    Medium = 0x0000,
    High = 0x0001,
}

/// <summary>Result of A-ASSOCIATE-RJ (PS3.8 table 9-21).</summary>
public enum DicomRejectResult
{
    Permanent = 1,
    Transient = 2,
}

public enum DicomRejectSource
{
    ServiceUser = 1,
    ServiceProviderACSE = 2,
    ServiceProviderPresentation = 3,
}

/// <summary>Reason of A-ASSOCIATE-RJ: the low digit is the code on the wire, the high digit the source it belongs to.</summary>
public enum DicomRejectReason
{
    NoReasonGiven = 0x11,
    ApplicationContextNotSupported = 0x12,
    CallingAENotRecognized = 0x13,
    CalledAENotRecognized = 0x17,
    NoReasonGiven_ = 0x21,
    ProtocolVersionNotSupported = 0x22,
    TemporaryCongestion = 0x31,
    LocalLimitExceeded = 0x32,
}

/// <summary>Source of A-ABORT (PS3.8 table 9-26).</summary>
public enum DicomAbortSource
{
    ServiceUser = 0,
    Unknown = 1,
    ServiceProvider = 2,
}

public enum DicomAbortReason
{
    NotSpecified = 0,
    UnrecognizedPDU = 1,
    UnexpectedPDU = 2,
    UnrecognizedPDUParameter = 4,
    UnexpectedPDUParameter = 5,
    InvalidPDUParameter = 6,
}

public enum DicomPresentationContextResult : byte
{
    Proposed = 255,
    Accept = 0,
    RejectUser = 1,
    RejectNoReason = 2,
    RejectAbstractSyntaxNotSupported = 3,
    RejectTransferSyntaxesNotSupported = 4,
}

/// <summary>PDU types (PS3.8 section 9.3).</summary>
public enum RawPduType : byte
{
    A_ASSOCIATE_RQ = 0x01,
    A_ASSOCIATE_AC = 0x02,
    A_ASSOCIATE_RJ = 0x03,
    P_DATA_TF = 0x04,
    A_RELEASE_RQ = 0x05,
    A_RELEASE_RP = 0x06,
    A_ABORT = 0x07,
}
