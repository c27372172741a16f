using FellowOakDicom.Log;

namespace FellowOakDicom.Network;

/// <summary>A DIMSE message: a command and perhaps a data set (PS3.7 section 6.3).</summary>
public class DicomMessage
{
    private const ushort NoDataset = 0x0101;

    private readonly TaskCompletionSource<bool> _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DicomDataset _dataset;

    public DicomMessage()
    {
        Command = new DicomDataset();
        Dataset = null;
    }

    public DicomMessage(DicomDataset command) => Command = command;

    public DicomCommandField Type
    {
        get => Command.GetSingleValue<DicomCommandField>(DicomTag.CommandField);
        protected set => Command.AddOrUpdate(DicomTag.CommandField, (ushort)value);
    }

    /// <summary>The affected SOP class, or the requested one for messages that name it so.</summary>
    public DicomUID SOPClassUID
    {
        get => IsRequest(Type)
            ? Command.GetSingleValue<DicomUID>(SopClassTag)
            : Command.GetSingleValueOrDefault<DicomUID>(DicomTag.AffectedSOPClassUID, null);
        protected set => Command.AddOrUpdate(SopClassTag, value);
    }

    public bool HasDataset => Command.GetSingleValueOrDefault(DicomTag.CommandDataSetType, NoDataset) != NoDataset;

    public DicomPresentationContext PresentationContext { get; set; }

    public DicomServiceApplicationInfo ApplicationInfo { get; set; }

    public DicomDataset Command { get; protected set; }

    public DicomDataset Dataset
    {
        get => _dataset;
        set
        {
            _dataset = value;
            Command.AddOrUpdate(DicomTag.CommandDataSetType, value is null ? NoDataset : (ushort)0x0202);
        }
    }

    public object UserState { get; set; }

    public DateTime? PendingSince { get; set; }

    public DateTime? LastPendingResponseReceived { get; set; }

    internal DateTime? LastPDUSent { get; set; }

    /// <summary>True when all was written, false when it could not be.</summary>
    internal Task<bool> AllPDUsSent => _sent.Task;

    private DicomTag SopClassTag => Type is DicomCommandField.NGetRequest or DicomCommandField.NSetRequest
        or DicomCommandField.NActionRequest or DicomCommandField.NDeleteRequest
        ? DicomTag.RequestedSOPClassUID
        : DicomTag.AffectedSOPClassUID;

    public static bool IsRequest(DicomCommandField type) => ((int)type & 0x8000) == 0;

    public static string ToString(DicomCommandField type) => type switch
    {
        DicomCommandField.CCancelRequest => "C-Cancel request",
        DicomCommandField.CEchoRequest => "C-Echo request",
        DicomCommandField.CEchoResponse => "C-Echo response",
        DicomCommandField.CFindRequest => "C-Find request",
        DicomCommandField.CFindResponse => "C-Find response",
        DicomCommandField.CGetRequest => "C-Get request",
        DicomCommandField.CGetResponse => "C-Get response",
        DicomCommandField.CMoveRequest => "C-Move request",
        DicomCommandField.CMoveResponse => "C-Move response",
        DicomCommandField.CStoreRequest => "C-Store request",
        DicomCommandField.CStoreResponse => "C-Store response",
        DicomCommandField.NActionRequest => "N-Action request",
        DicomCommandField.NActionResponse => "N-Action response",
        DicomCommandField.NCreateRequest => "N-Create request",
        DicomCommandField.NCreateResponse => "N-Create response",
        DicomCommandField.NDeleteRequest => "N-Delete request",
        DicomCommandField.NDeleteResponse => "N-Delete response",
        DicomCommandField.NEventReportRequest => "N-EventReport request",
        DicomCommandField.NEventReportResponse => "N-EventReport response",
        DicomCommandField.NGetRequest => "N-Get request",
        DicomCommandField.NGetResponse => "N-Get response",
        DicomCommandField.NSetRequest => "N-Set request",
        DicomCommandField.NSetResponse => "N-Set response",
        _ => "DIMSE",
    };

    /// <summary>Whether nothing was sent or received for it for so long.</summary>
    public bool IsTimedOut(TimeSpan timeout) =>
        (LastPendingResponseReceived ?? LastPDUSent ?? PendingSince) is { } last && last + timeout < Clock;

    public override string ToString() =>
        $"{ToString(Type)} [{Command.GetSingleValue<ushort>(IsRequest(Type) ? DicomTag.MessageID : DicomTag.MessageIDBeingRespondedTo)}]";

    /// <summary>With the data sets when asked: these hold patients' values.</summary>
    public string ToString(bool printDatasets) =>
        printDatasets ? $"{this}\n{Command.WriteToString()}{(HasDataset && Dataset is not null ? Dataset.WriteToString() : string.Empty)}" : ToString();

    internal static DateTime Clock => TimeProvider.System.GetUtcNow().UtcDateTime;

    internal void AllPDUsWereSentSuccessfully() => _sent.TrySetResult(true);

    internal void NotAllPDUsWereSentSuccessfully() => _sent.TrySetResult(false);
}

public abstract class DicomRequest : DicomMessage
{
    private static int _lastMessageId;

    public EventHandler<OnTimeoutEventArgs> OnTimeout;
    public EventHandler<OnRequestSentEventArgs> OnRequestSent;

    protected DicomRequest(DicomDataset command) : base(command)
    {
    }

    protected DicomRequest(DicomCommandField type, DicomUID requestedClassUid)
    {
        Type = type;
        SOPClassUID = requestedClassUid;
        MessageID = (ushort)(Interlocked.Increment(ref _lastMessageId) % ushort.MaxValue + 1);
        Dataset = null;
    }

    public ushort MessageID
    {
        get => Command.GetSingleValue<ushort>(DicomTag.MessageID);
        protected set => Command.AddOrUpdate(DicomTag.MessageID, value);
    }

    /// <summary>Proposes these syntaxes for this request instead of implicit VR little endian.</summary>
    public void CreatePresentationContext(params DicomTransferSyntax[] transferSyntaxes)
    {
        if (transferSyntaxes.Length == 0) throw new ArgumentException("At least one syntax is to be proposed");
        PresentationContext = new DicomPresentationContext(0, SOPClassUID);
        foreach (var syntax in transferSyntaxes) PresentationContext.AddTransferSyntax(syntax);
    }

    protected internal abstract void PostResponse(DicomService service, DicomResponse response);

    public class OnTimeoutEventArgs
    {
        public OnTimeoutEventArgs(TimeSpan timeout) => Timeout = timeout;

        public TimeSpan Timeout { get; set; }
    }

    public class OnRequestSentEventArgs
    {
    }
}

public abstract class DicomPriorityRequest : DicomRequest
{
    protected DicomPriorityRequest(DicomDataset command) : base(command)
    {
    }

    protected DicomPriorityRequest(DicomCommandField type, DicomUID requestedClassUid, DicomPriority priority)
        : base(type, requestedClassUid) => Priority = priority;

    public DicomPriority Priority
    {
        get => Command.GetSingleValue<DicomPriority>(DicomTag.Priority);
        protected set => Command.AddOrUpdate(DicomTag.Priority, (ushort)value);
    }
}

public abstract class DicomResponse : DicomMessage
{
    protected DicomResponse(DicomDataset command) : base(command)
    {
    }

    protected DicomResponse(DicomRequest request, DicomStatus status)
    {
        PresentationContext = request.PresentationContext;
        Type = (DicomCommandField)(0x8000 | (int)request.Type);
        SOPClassUID = request.SOPClassUID;
        RequestMessageID = request.MessageID;
        Status = status;
    }

    public ushort RequestMessageID
    {
        get => Command.GetSingleValue<ushort>(DicomTag.MessageIDBeingRespondedTo);
        set => Command.AddOrUpdate(DicomTag.MessageIDBeingRespondedTo, value);
    }

    public DicomStatus Status
    {
        get
        {
            var status = DicomStatus.Lookup(Command.GetSingleValue<ushort>(DicomTag.Status));
            return Command.TryGetSingleValue(DicomTag.ErrorComment, out string comment) ? new DicomStatus(status, comment) : status;
        }

        set
        {
            Command.AddOrUpdate(DicomTag.Status, value.Code);
            if (string.IsNullOrWhiteSpace(value.ErrorComment)) Command.Remove(DicomTag.ErrorComment);
            else Command.AddOrUpdate(DicomTag.ErrorComment, value.ErrorComment);
        }
    }

    public override string ToString() => $"{ToString(Type)} [{RequestMessageID}]: {Status.Description}";
}
