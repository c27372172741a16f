using FellowOakDicom.IO.Reader;

namespace FellowOakDicom.Network;

/// <summary>Commands as messages of their kind.</summary>
internal static class MessageReader
{
    /// <exception cref="DicomProtocolException">No command, or one that lacks what every command has.</exception>
    public static DicomMessage Read(ReadOnlyMemory<byte> bytes)
    {
        var command = new DicomDataset { ValidateItems = false };
        try
        {
            using var source = new ParseSource(new MemoryStream(bytes.ToArray(), writable: false), null, FileReadOption.ReadAll, 0);
            var result = new DatasetParser(source).Parse(command, explicitVR: false, bigEndian: false, DicomEncoding.Default);
            if (result != DicomReaderResult.Success) throw PduReader.Invalid("an incomplete command");

            var type = command.GetSingleValue<DicomCommandField>(DicomTag.CommandField);
            _ = command.GetSingleValue<ushort>(DicomMessage.IsRequest(type) ? DicomTag.MessageID : DicomTag.MessageIDBeingRespondedTo);
            return type switch
            {
                DicomCommandField.CStoreRequest => RequireInstance(new DicomCStoreRequest(command)),
                DicomCommandField.CStoreResponse => new DicomCStoreResponse(command),
                DicomCommandField.CFindRequest => RequireIdentifier(new DicomCFindRequest(command)),
                DicomCommandField.CFindResponse => new DicomCFindResponse(command),
                DicomCommandField.CGetRequest => RequireIdentifier(new DicomCGetRequest(command)),
                DicomCommandField.CGetResponse => new DicomCGetResponse(command),
                DicomCommandField.CMoveRequest => RequireIdentifier(new DicomCMoveRequest(command)),
                DicomCommandField.CMoveResponse => new DicomCMoveResponse(command),
                DicomCommandField.CEchoRequest => new DicomCEchoRequest(command),
                DicomCommandField.CEchoResponse => new DicomCEchoResponse(command),
                DicomCommandField.NActionRequest => RequireRequested(new DicomNActionRequest(command), DicomTag.ActionTypeID),
                DicomCommandField.NActionResponse => new DicomNActionResponse(command),
                DicomCommandField.NCreateRequest => Require(new DicomNCreateRequest(command), DicomTag.AffectedSOPClassUID),
                DicomCommandField.NCreateResponse => new DicomNCreateResponse(command),
                DicomCommandField.NDeleteRequest => RequireRequested(new DicomNDeleteRequest(command)),
                DicomCommandField.NDeleteResponse => new DicomNDeleteResponse(command),
                DicomCommandField.NEventReportRequest => Require(
                    new DicomNEventReportRequest(command), DicomTag.AffectedSOPClassUID, DicomTag.AffectedSOPInstanceUID, DicomTag.EventTypeID),
                DicomCommandField.NEventReportResponse => new DicomNEventReportResponse(command),
                DicomCommandField.NGetRequest => RequireRequested(new DicomNGetRequest(command)),
                DicomCommandField.NGetResponse => new DicomNGetResponse(command),
                DicomCommandField.NSetRequest => RequireRequested(new DicomNSetRequest(command)),
                DicomCommandField.NSetResponse => new DicomNSetResponse(command),
                _ => new DicomMessage(command),
            };
        }
        catch (Exception exception) when (exception is DicomDataException or DicomReaderException or FormatException or InvalidCastException)
        {
            throw PduReader.Invalid("an unreadable command: " + exception.Message);
        }
    }

    private static DicomRequest RequireIdentifier(DicomRequest request)
    {
        if (request.SOPClassUID is null || !request.HasDataset) throw PduReader.Invalid("a query without identifier");
        return request;
    }

    private static DicomCStoreRequest RequireInstance(DicomCStoreRequest request)
    {
        if (request.SOPClassUID is null || request.SOPInstanceUID is null || !request.HasDataset) throw PduReader.Invalid("a C-STORE request without object");
        return request;
    }

    private static DicomRequest RequireRequested(DicomRequest request, params DicomTag[] more) =>
        Require(request, [DicomTag.RequestedSOPClassUID, DicomTag.RequestedSOPInstanceUID, .. more]);

    /// <summary>What a handler reads without looking must be there (PS3.7 10.3).</summary>
    private static DicomRequest Require(DicomRequest request, params DicomTag[] tags)
    {
        foreach (var tag in tags)
        {
            if (!request.Command.TryGetString(tag, out var value) || string.IsNullOrEmpty(value)) throw PduReader.Invalid($"a request without {tag}");
        }

        return request;
    }
}
