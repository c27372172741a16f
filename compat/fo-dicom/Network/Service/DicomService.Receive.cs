using System.Buffers;
using System.Buffers.Binary;
using FellowOakDicom.IO.Reader;
using Microsoft.Extensions.Logging;

namespace FellowOakDicom.Network;

public abstract partial class DicomService
{
    private const int HeaderLength = 6;

    /// <summary>An A-ASSOCIATE PDU with 128 contexts of many syntaxes fits several times.</summary>
    private const uint MaxAssociatePduLength = 1 << 18;

    /// <summary>Taken as the maximum when none is announced to the peer.</summary>
    private const uint MaxUnlimitedPduLength = 1 << 24;

    private const int MaxCommandLength = 1 << 16;

    private const int MaxDrained = 1 << 20;

    private static readonly TimeSpan AbortPatience = TimeSpan.FromSeconds(1);

    /// <summary>A data set other than that of C-STORE is gathered in memory: identifiers of queries, event reports.</summary>
    private const long MaxDatasetInMemory = 1 << 26;

    private readonly byte[] _header = new byte[HeaderLength];
    private readonly ArrayBufferWriter<byte> _command = new(512);
    private byte[] _body = [];
    private bool _established;
    private DicomMessage _dimse;

    private uint MaxDataPduLength => Options.MaxPDULength == 0 ? MaxUnlimitedPduLength : Options.MaxPDULength;

    private async Task ReceiveAsync()
    {
        Exception failure = null;
        try
        {
            var stream = _network.AsStream();
            while (IsConnected && await ReadPduAsync(stream).ConfigureAwait(false) is { } length)
            {
                if (!await HandlePduAsync((RawPduType)_header[0], length).ConfigureAwait(false)) break;
            }
        }
        catch (DicomProtocolException exception)
        {
            failure = exception;
            Log.ProtocolBroken(Logger, LogId, exception.Reason, exception.Message);
            await TryAbortAsync(DicomAbortSource.ServiceProvider, exception.Reason).ConfigureAwait(false);
        }
        catch (Exception exception) when (ConnectionLostException.FindIn(exception) is { } lost)
        {
            // A peer that vanishes is no error of ours.
            Log.ConnectionLost(Logger, LogId, lost.InnerException.Message);
            failure = lost.Complaint;
        }
        catch (ObjectDisposedException exception) when (Volatile.Read(ref _disposed) != 0)
        {
            // The server was stopped while a handler worked.
            Log.ConnectionLost(Logger, LogId, exception.Message);
        }
        catch (Exception exception)
        {
            failure = exception;
            Log.HandlerFailed(Logger, exception, LogId);
            await TryAbortAsync(DicomAbortSource.ServiceUser, DicomAbortReason.NotSpecified).ConfigureAwait(false);
        }
        finally
        {
            Close(failure);
            ReturnBody();
        }
    }

    /// <summary>Reads one PDU into the header and the body; its body's length, or null at the end of the connection.</summary>
    private async ValueTask<int?> ReadPduAsync(Stream stream)
    {
        var read = await FillAsync(stream, _header).ConfigureAwait(false);
        if (read == 0) return null;
        if (read < HeaderLength) throw new ConnectionLostException(new EndOfStreamException("The connection ended inside a PDU header"));

        var type = (RawPduType)_header[0];
        var length = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(2));
        var bound = type switch
        {
            RawPduType.P_DATA_TF => MaxDataPduLength,
            RawPduType.A_ASSOCIATE_RQ or RawPduType.A_ASSOCIATE_AC => MaxAssociatePduLength,
            RawPduType.A_ASSOCIATE_RJ or RawPduType.A_RELEASE_RQ or RawPduType.A_RELEASE_RP or RawPduType.A_ABORT => 64u,
            _ => throw new DicomProtocolException(DicomAbortReason.UnrecognizedPDU, $"Unknown PDU type {_header[0]}"),
        };
        if (length > bound) throw new DicomProtocolException(DicomAbortReason.InvalidPDUParameter, $"A PDU of {length} bytes, at most {bound} are taken");
        if (length < 4) throw new DicomProtocolException(DicomAbortReason.InvalidPDUParameter, $"A PDU of {length} bytes");

        if (_body.Length < length)
        {
            ReturnBody();
            _body = ArrayPool<byte>.Shared.Rent((int)length);
        }

        if (await FillAsync(stream, _body.AsMemory(0, (int)length)).ConfigureAwait(false) < length)
            throw new ConnectionLostException(new EndOfStreamException("The connection ended inside a PDU"));
        return (int)length;
    }

    private static async ValueTask<int> FillAsync(Stream stream, Memory<byte> target)
    {
        try
        {
            return await stream.ReadAtLeastAsync(target, target.Length, throwOnEndOfStream: false).ConfigureAwait(false);
        }
        catch (Exception exception) when (ConnectionLostException.Matches(exception))
        {
            throw new ConnectionLostException(exception);
        }
    }

    private void ReturnBody()
    {
        if (_body.Length > 0) ArrayPool<byte>.Shared.Return(_body);
        _body = [];
    }

    /// <summary>False when the connection is over.</summary>
    private async ValueTask<bool> HandlePduAsync(RawPduType type, int length)
    {
        switch (type)
        {
            case RawPduType.P_DATA_TF:
                if (!_established) throw new DicomProtocolException(DicomAbortReason.UnexpectedPDU, "P-DATA-TF outside an association");
                await HandleDataAsync(length).ConfigureAwait(false);
                return true;

            case RawPduType.A_ASSOCIATE_RQ:
                await HandleAssociationRequestAsync(length).ConfigureAwait(false);
                return true;

            case RawPduType.A_ASSOCIATE_AC:
                RequireUnanswered();
                AssociatePduReader.ReadAccept(_body.AsSpan(0, length), Association);
                _established = true;
                await OnAssociationAcceptedAsync(Association).ConfigureAwait(false);
                return true;

            case RawPduType.A_ASSOCIATE_RJ:
                RequireUnanswered();
                var source = (DicomRejectSource)_body[2];
                await OnAssociationRejectedAsync((DicomRejectResult)_body[1], source, RejectReason(source, _body[3])).ConfigureAwait(false);
                return false;

            case RawPduType.A_RELEASE_RQ:
                if (!_established) throw new DicomProtocolException(DicomAbortReason.UnexpectedPDU, "A-RELEASE-RQ outside an association");
                if (this is not IDicomServiceProvider provider) throw new DicomProtocolException(DicomAbortReason.UnexpectedPDU, "A-RELEASE-RQ received by a requestor");
                await provider.OnReceiveAssociationReleaseRequestAsync().ConfigureAwait(false);
                return true;

            case RawPduType.A_RELEASE_RP:
                await OnReleaseResponseAsync().ConfigureAwait(false);
                return false;

            default:
                var (abortSource, reason) = ((DicomAbortSource)_body[2], (DicomAbortReason)_body[3]);
                Log.AbortReceived(Logger, LogId, abortSource, reason);
                OnAborted(abortSource, reason);
                return false;
        }
    }

    private async ValueTask HandleAssociationRequestAsync(int length)
    {
        if (Association is not null || this is not IDicomServiceProvider provider)
            throw new DicomProtocolException(DicomAbortReason.UnexpectedPDU, "A-ASSOCIATE-RQ where none is expected");

        var association = new DicomAssociation { RemoteHost = _network.RemoteHost, RemotePort = _network.RemotePort, Options = Options };
        AssociatePduReader.ReadRequest(_body.AsSpan(0, length), association);
        Association = association;
        LogId = association.CallingAE;
        if (Options.UseRemoteAEForLogName) Logger = _loggerFactory.CreateLogger(LogId);
        Log.AssociationRequested(Logger, LogId, association.CalledAE, association.PresentationContexts.Count);
        await provider.OnReceiveAssociationRequestAsync(association).ConfigureAwait(false);
    }

    private void RequireUnanswered()
    {
        if (_established || Association is null || this is IDicomServiceProvider)
            throw new DicomProtocolException(DicomAbortReason.UnexpectedPDU, "An answer to an association that was not requested");
    }

    private static DicomRejectReason RejectReason(DicomRejectSource source, byte code)
    {
        var reason = (DicomRejectReason)(((int)source << 4) | (code & 0xf));
        return Enum.IsDefined(reason) ? reason : DicomRejectReason.NoReasonGiven;
    }

    /// <summary>Presentation data values (PS3.8 annex E.2): length, context, control byte, fragment.</summary>
    private async ValueTask HandleDataAsync(int length)
    {
        var offset = 0;
        while (offset < length)
        {
            if (length - offset < HeaderLength) throw PduReader.Invalid("a truncated presentation data value");
            var itemLength = BinaryPrimitives.ReadUInt32BigEndian(_body.AsSpan(offset));
            if (itemLength < 2 || itemLength > (uint)(length - offset - 4)) throw PduReader.Invalid("a presentation data value beyond its PDU");

            var (contextId, control) = (_body[offset + 4], _body[offset + 5]);
            if (!Association.PresentationContexts.TryGet(contextId, out var context) || context.Result != DicomPresentationContextResult.Accept)
                throw PduReader.Invalid($"data for presentation context {contextId}, which was not accepted");

            var (isCommand, isLast) = ((control & 1) == 1, (control & 2) == 2);
            if (isCommand != (_dimse is null))
                throw new DicomProtocolException(DicomAbortReason.UnexpectedPDUParameter, isCommand ? "a command inside a data set" : "a data set without command");

            var (start, count) = (offset + HeaderLength, (int)itemLength - 2);
            if (isCommand) await ReceiveCommandAsync(context, start, count, isLast).ConfigureAwait(false);
            else await ReceiveDatasetAsync(context, start, count, isLast).ConfigureAwait(false);
            offset += 4 + (int)itemLength;
        }
    }

    private async ValueTask ReceiveCommandAsync(DicomPresentationContext context, int start, int count, bool isLast)
    {
        if (_command.WrittenCount + count > MaxCommandLength) throw PduReader.Invalid($"a command longer than {MaxCommandLength} bytes");
        _command.Write(_body.AsSpan(start, count));
        if (!isLast) return;

        var message = MessageReader.Read(_command.WrittenMemory);
        _command.ResetWrittenCount();
        message.PresentationContext = context;
        if (message.HasDataset) _dimse = message;
        else await PerformAsync(message).ConfigureAwait(false);
    }

    private async ValueTask ReceiveDatasetAsync(DicomPresentationContext context, int start, int count, bool isLast)
    {
        if (_dimseStream is null) OpenDatasetStream(context);
        if (_dimse is not DicomCStoreRequest && _dimseStream.Length + count > MaxDatasetInMemory)
            throw PduReader.Invalid($"a data set longer than {MaxDatasetInMemory} bytes");

        // The array overload on purpose: it is what the original calls, so a receive stream that overrides it sees the same.
#pragma warning disable CA1835
        await _dimseStream.WriteAsync(_body, start, count).ConfigureAwait(false);
#pragma warning restore CA1835
        if (!isLast) return;

        var message = _dimse;
        if (message is DicomCStoreRequest store)
        {
            if (!await TryCompleteStoreAsync(store).ConfigureAwait(false)) return;
        }
        else
        {
            ParseDataset(message, context.AcceptedTransferSyntax);
        }

        _dimse = null;
        await PerformAsync(message).ConfigureAwait(false);
    }

    private void OpenDatasetStream(DicomPresentationContext context)
    {
        if (_dimse is not DicomCStoreRequest store)
        {
            _dimseStream = new MemoryStream();
            _dimseStreamFile = null;
            return;
        }

        var file = new DicomFile();
        if (_fallbackEncoding is not null) file.Dataset.FallbackEncodings = [_fallbackEncoding];
        file.FileMetaInfo.MediaStorageSOPClassUID = context.AbstractSyntax;
        file.FileMetaInfo.MediaStorageSOPInstanceUID = store.SOPInstanceUID;
        file.FileMetaInfo.TransferSyntax = context.AcceptedTransferSyntax;
        file.FileMetaInfo.ImplementationClassUID = Association.RemoteImplementationClassUID ?? DicomImplementation.ClassUID;
        file.FileMetaInfo.ImplementationVersionName = Association.RemoteImplementationVersion ?? DicomImplementation.Version;
        file.FileMetaInfo.SourceApplicationEntityTitle = Association.CallingAE;
        CreateCStoreReceiveStream(file);
    }

    /// <summary>An object that cannot be opened is answered by a failure; the association goes on.</summary>
    private async ValueTask<bool> TryCompleteStoreAsync(DicomCStoreRequest store)
    {
        var temporary = _dimseStreamFile;
        try
        {
            store.File = GetCStoreDicomFile();
            if (store.File is not null) store.Dataset = store.File.Dataset;
            return true;
        }
        catch (Exception exception)
        {
            _dimse = null;
            Logger.LogError(exception, "A received data set could not be opened");
            var comment = exception.Message.Length > 64 ? exception.Message[..62] + ".." : exception.Message;
            await SendResponseAsync(new DicomCStoreResponse(store, new DicomStatus(DicomStatus.ProcessingFailure, SafeComment(comment)))).ConfigureAwait(false);
            if (this is IDicomCStoreProvider provider) await provider.OnCStoreRequestExceptionAsync(temporary?.Name, exception).ConfigureAwait(false);
            return false;
        }
        finally
        {
            _dimseStream = null;
            _dimseStreamFile = null;
        }
    }

    /// <summary>Error Comment is LO: no backslash, no control characters.</summary>
    private static string SafeComment(string text) => string.Concat(text.Select(c => c is '\\' || char.IsControl(c) ? ' ' : c));

    private void ParseDataset(DicomMessage message, DicomTransferSyntax syntax)
    {
        using var stream = _dimseStream;
        _dimseStream = null;
        stream.Position = 0;
        var dataset = new DicomDataset();
        using var source = new ParseSource(stream, null, FileReadOption.ReadAll, 0);
        var result = FileParser.ParseDataset(source, dataset, syntax, _fallbackEncoding ?? DicomEncoding.Default, stop: null);
        if (result != DicomReaderResult.Success) throw PduReader.Invalid("an incomplete data set");
        dataset.InternalTransferSyntax = syntax;
        message.Dataset = dataset;
    }

    private async ValueTask PerformAsync(DicomMessage message)
    {
        if (Logger.IsEnabled(LogLevel.Debug)) Log.Message(Logger, LogId, "<-", message.ToString(Options.LogDimseDatasets));

        switch (message)
        {
            case DicomResponse response:
                await CompleteRequestAsync(response).ConfigureAwait(false);
                break;
            case DicomCStoreRequest store:
                await SendResponseAsync(await OnStoreAsync(store).ConfigureAwait(false)).ConfigureAwait(false);
                break;
            case DicomCEchoRequest echo when this is IDicomCEchoProvider provider:
                await SendResponseAsync(await provider.OnCEchoRequestAsync(echo).ConfigureAwait(false)).ConfigureAwait(false);
                break;
            case DicomCFindRequest find when this is IDicomCFindProvider provider:
                await SendEachAsync(provider.OnCFindRequestAsync(find)).ConfigureAwait(false);
                break;
            case DicomCGetRequest get when this is IDicomCGetProvider provider:
                await SendEachAsync(provider.OnCGetRequestAsync(get)).ConfigureAwait(false);
                break;
            case DicomCMoveRequest move when this is IDicomCMoveProvider provider:
                await SendEachAsync(provider.OnCMoveRequestAsync(move)).ConfigureAwait(false);
                break;
            case DicomRequest request when await AnswerNormalizedAsync(request).ConfigureAwait(false) is { } answer:
                await SendResponseAsync(answer).ConfigureAwait(false);
                if (request is DicomNActionRequest action && this is IDicomNEventReportRequestProvider reporter)
                    await reporter.OnSendNEventReportRequestAsync(action).ConfigureAwait(false);
                break;
            default:
                throw new DicomProtocolException(DicomAbortReason.NotSpecified, $"{DicomMessage.ToString(message.Type)} is not served");
        }
    }

    private async Task SendEachAsync(IAsyncEnumerable<DicomResponse> responses)
    {
        await foreach (var response in responses.ConfigureAwait(false)) await SendResponseAsync(response).ConfigureAwait(false);
    }

    /// <summary>
    /// Sends A-ABORT and reads on for a moment: a socket closed with bytes unread is reset, and the reset may overtake the abort
    /// (PS3.8 section 9.2.3, state 13).
    /// </summary>
    private async ValueTask TryAbortAsync(DicomAbortSource source, DicomAbortReason reason)
    {
        try
        {
            await SendAbortAsync(source, reason).ConfigureAwait(false);
            var stream = _network.AsStream();
            using var patience = new CancellationTokenSource(AbortPatience);
            var rest = new byte[4096];
            for (var total = 0; total < MaxDrained;)
            {
                var read = await stream.ReadAsync(rest, patience.Token).ConfigureAwait(false);
                if (read == 0) return;
                total += read;
            }
        }
        catch (Exception)
        {
            // The connection is given up anyway.
        }
    }
}
