using System.Globalization;

namespace FellowOakDicom.Network;

public enum DicomState
{
    Success,
    Cancel,
    Pending,
    Warning,
    Failure,
}

/// <summary>A DIMSE status (PS3.7 annex C and the service classes of PS3.4). Codes with x match any digit there.</summary>
public class DicomStatus
{
    public readonly ushort Code;
    public readonly DicomState State;
    public readonly string Description;
    public readonly string ErrorComment;

    public static readonly DicomStatus Success = new("0000", DicomState.Success, "Success");
    public static readonly DicomStatus Cancel = new("FE00", DicomState.Cancel, "Cancel");
    public static readonly DicomStatus Pending = new("FF00", DicomState.Pending, "Pending");
    public static readonly DicomStatus Warning = new("0001", DicomState.Warning, "Warning");
    public static readonly DicomStatus WarningClass = new("Bxxx", DicomState.Warning, "Warning Class");
    public static readonly DicomStatus AttributeListError = new("0107", DicomState.Warning, "Attribute list error");
    public static readonly DicomStatus AttributeValueOutOfRange = new("0116", DicomState.Warning, "Attribute Value Out of Range");
    public static readonly DicomStatus SOPClassNotSupported = new("0122", DicomState.Failure, "Refused: SOP class not supported");
    public static readonly DicomStatus ClassInstanceConflict = new("0119", DicomState.Failure, "Class-instance conflict");
    public static readonly DicomStatus DuplicateSOPInstance = new("0111", DicomState.Failure, "Duplicate SOP instance");
    public static readonly DicomStatus DuplicateInvocation = new("0210", DicomState.Failure, "Duplicate invocation");
    public static readonly DicomStatus InvalidArgumentValue = new("0115", DicomState.Failure, "Invalid argument value");
    public static readonly DicomStatus InvalidAttributeValue = new("0106", DicomState.Failure, "Invalid attribute value");
    public static readonly DicomStatus InvalidObjectInstance = new("0117", DicomState.Failure, "Invalid object instance");
    public static readonly DicomStatus MissingAttribute = new("0120", DicomState.Failure, "Missing attribute");
    public static readonly DicomStatus MissingAttributeValue = new("0121", DicomState.Failure, "Missing attribute value");
    public static readonly DicomStatus MistypedArgument = new("0212", DicomState.Failure, "Mistyped argument");
    public static readonly DicomStatus NoSuchArgument = new("0114", DicomState.Failure, "No such argument");
    public static readonly DicomStatus NoSuchEventType = new("0113", DicomState.Failure, "No such event type");
    public static readonly DicomStatus NoSuchObjectInstance = new("0112", DicomState.Failure, "No Such object instance");
    public static readonly DicomStatus NoSuchSOPClass = new("0118", DicomState.Failure, "No Such SOP class");
    public static readonly DicomStatus ProcessingFailure = new("0110", DicomState.Failure, "Processing failure");
    public static readonly DicomStatus ResourceLimitation = new("0213", DicomState.Failure, "Resource limitation");
    public static readonly DicomStatus UnrecognizedOperation = new("0211", DicomState.Failure, "Unrecognized operation");
    public static readonly DicomStatus NoSuchActionType = new("0123", DicomState.Failure, "No such action type");
    public static readonly DicomStatus StorageStorageOutOfResources = new("A7xx", DicomState.Failure, "Out of Resources");
    public static readonly DicomStatus StorageDataSetDoesNotMatchSOPClassError = new("A9xx", DicomState.Failure, "Data Set does not match SOP Class (Error)");
    public static readonly DicomStatus StorageCannotUnderstand = new("Cxxx", DicomState.Failure, "Cannot understand");
    public static readonly DicomStatus StorageCoercionOfDataElements = new("B000", DicomState.Warning, "Coercion of Data Elements");
    public static readonly DicomStatus StorageDataSetDoesNotMatchSOPClassWarning = new("B007", DicomState.Warning, "Data Set does not match SOP Class (Warning)");
    public static readonly DicomStatus StorageElementsDiscarded = new("B006", DicomState.Warning, "Elements Discarded");
    public static readonly DicomStatus QueryRetrieveOutOfResources = new("A700", DicomState.Failure, "Out of Resources");
    public static readonly DicomStatus QueryRetrieveUnableToCalculateNumberOfMatches = new("A701", DicomState.Failure, "Unable to calculate number of matches");
    public static readonly DicomStatus QueryRetrieveUnableToPerformSuboperations = new("A702", DicomState.Failure, "Unable to perform suboperations");
    public static readonly DicomStatus QueryRetrieveMoveDestinationUnknown = new("A801", DicomState.Failure, "Move Destination unknown");
    public static readonly DicomStatus QueryRetrieveIdentifierDoesNotMatchSOPClass = new("A900", DicomState.Failure, "Identifier does not match SOP Class");
    public static readonly DicomStatus QueryRetrieveUnableToProcess = new("Cxxx", DicomState.Failure, "Unable to process");
    public static readonly DicomStatus QueryRetrieveOptionalKeysNotSupported = new("FF01", DicomState.Pending, "Optional Keys Not Supported");
    public static readonly DicomStatus QueryRetrieveSubOpsOneOrMoreFailures = new("B000", DicomState.Warning, "Sub-operations Complete - One or more Failures");
    public static readonly DicomStatus PrintManagementMemoryAllocationNotSupported = new("B000", DicomState.Warning, "Memory allocation not supported");
    public static readonly DicomStatus PrintManagementFilmSessionPrintingNotSupported = new("B601", DicomState.Warning, "Film session printing (collation) is not supported");
    public static readonly DicomStatus PrintManagementFilmSessionEmptyPage = new("B602", DicomState.Warning, "Film session SOP instance hierarchy does not contain image box SOP instances (empty page)");
    public static readonly DicomStatus PrintManagementFilmBoxEmptyPage = new("B603", DicomState.Warning, "Film box SOP instance hierarchy does not contain image box SOP instances (empty page)");
    public static readonly DicomStatus PrintManagementImageDemagnified = new("B604", DicomState.Warning, "Image size is larger than image box size, the image has been demagnified");
    public static readonly DicomStatus PrintManagementMinMaxDensityOutOfRange = new("B605", DicomState.Warning, "Requested min density or max density outside of printer's operating range");
    public static readonly DicomStatus PrintManagementImageCropped = new("B609", DicomState.Warning, "Image size is larger than the image box size, the Image has been cropped to fit");
    public static readonly DicomStatus PrintManagementImageDecimated = new("B60A", DicomState.Warning, "Image size or combined print image size is larger than the image box size, image or combined print image has been decimated to fit");
    public static readonly DicomStatus PrintManagementFilmSessionEmpty = new("C600", DicomState.Failure, "Film session SOP instance hierarchy does not contain film box SOP instances");
    public static readonly DicomStatus PrintManagementPrintQueueFull = new("C601", DicomState.Failure, "Unable to create Print Job SOP Instance; print queue is full");
    public static readonly DicomStatus PrintManagementImageLargerThanImageBox = new("C603", DicomState.Failure, "Image size is larger than image box size");
    public static readonly DicomStatus PrintManagementInsufficientMemoryInPrinter = new("C605", DicomState.Failure, "Insufficient memory in printer to store the image");
    public static readonly DicomStatus PrintManagementCombinedImageLargerThanImageBox = new("C613", DicomState.Failure, "Combined Print Image size is larger than the Image Box size");
    public static readonly DicomStatus PrintManagementExistingFilmBoxNotPrinted = new("C616", DicomState.Failure, "There is an existing film box that has not been printed and N-ACTION at the Film Session level is not supported.");
    public static readonly DicomStatus MediaCreationManagementDuplicateInitiateMediaCreation = new("A510", DicomState.Failure, "Refused because an Initiate Media Creation action has already been received for this SOP Instance");
    public static readonly DicomStatus MediaCreationManagementMediaCreationRequestAlreadyCompleted = new("C201", DicomState.Failure, "Media creation request already completed");
    public static readonly DicomStatus MediaCreationManagementMediaCreationRequestAlreadyInProgress = new("C202", DicomState.Failure, "Media creation request already in progress and cannot be interrupted");
    public static readonly DicomStatus MediaCreationManagementCancellationDeniedForUnspecifiedReason = new("C203", DicomState.Failure, "Cancellation denied for unspecified reason");

    private static volatile DicomStatus[] _known = BySpecificity(typeof(DicomStatus)
        .GetFields(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static)
        .Select(field => field.GetValue(null))
        .OfType<DicomStatus>());

    private readonly ushort _mask;

    public DicomStatus(string code, DicomState status, string desc)
    {
        Code = ushort.Parse(code.Replace('x', '0'), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        foreach (var digit in code) _mask = (ushort)((_mask << 4) | (digit is 'x' or 'X' ? 0 : 0xf));
        State = status;
        Description = desc;
    }

    public DicomStatus(string code, DicomState status, string desc, string comment) : this(code, status, desc) => ErrorComment = comment;

    public DicomStatus(DicomStatus status, string comment)
        : this(status.Code.ToString("x4", CultureInfo.InvariantCulture), status.State, status.Description, comment)
    {
    }

    private DicomStatus(ushort code, DicomStatus known)
    {
        Code = code;
        State = known.State;
        Description = known.Description;
        ErrorComment = known.ErrorComment;
        _mask = known._mask;
    }

    public static bool operator ==(DicomStatus s1, DicomStatus s2)
    {
        if (s1 is null || s2 is null) return s1 is null && s2 is null;
        return (s1.Code & s2._mask) == (s2.Code & s1._mask);
    }

    public static bool operator !=(DicomStatus s1, DicomStatus s2) => !(s1 == s2);

    /// <summary>What a code means; the code itself is kept. Unknown codes are processing failures.</summary>
    public static DicomStatus Lookup(ushort code)
    {
        var known = Array.Find(_known, status => status.Code == (code & status._mask));
        return known is null ? ProcessingFailure : new DicomStatus(code, known);
    }

    public static void AddKnownDicomStatuses(IEnumerable<DicomStatus> statuses) => _known = BySpecificity(_known.Concat(statuses));

    public override bool Equals(object obj) => obj is DicomStatus other && other == this;

    public override int GetHashCode() => Code.GetHashCode();

    public override string ToString()
    {
        if (State is not (DicomState.Warning or DicomState.Failure)) return Description;
        var text = $"{State} [{Code:x4}: {Description}]";
        return string.IsNullOrEmpty(ErrorComment) ? text : $"{text} -> {ErrorComment}";
    }

    private static DicomStatus[] BySpecificity(IEnumerable<DicomStatus> statuses) =>
        [.. statuses.OrderByDescending(status => System.Numerics.BitOperations.PopCount(status._mask))];
}
