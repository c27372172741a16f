namespace FellowOakDicom.Network;

public class DicomNetworkException : DicomException
{
    public DicomNetworkException(string message) : base(message)
    {
    }

    public DicomNetworkException(string message, Exception innerException) : base(message, innerException)
    {
    }
}

public class DicomAssociationAbortedException : DicomNetworkException
{
    public DicomAssociationAbortedException(DicomAbortSource source, DicomAbortReason reason)
        : base($"The association was aborted by {source}: {reason}")
    {
        AbortSource = source;
        AbortReason = reason;
    }

    public DicomAbortSource AbortSource { get; }

    public DicomAbortReason AbortReason { get; }
}

public class DicomAssociationRejectedException : DicomNetworkException
{
    public DicomAssociationRejectedException(DicomRejectResult result, DicomRejectSource source, DicomRejectReason reason)
        : base($"The association was rejected by {source}: {reason} ({result})")
    {
        RejectResult = result;
        RejectSource = source;
        RejectReason = reason;
    }

    public DicomRejectResult RejectResult { get; }

    public DicomRejectSource RejectSource { get; }

    public DicomRejectReason RejectReason { get; }
}

public class DicomAssociationRequestTimedOutException : DicomNetworkException
{
    public DicomAssociationRequestTimedOutException(int timeoutInMs, int retryCount)
        : base($"No answer to {retryCount} association requests, {timeoutInMs} ms each")
    {
    }
}

public class DicomRequestTimedOutException : DicomNetworkException
{
    public DicomRequestTimedOutException(DicomRequest request, TimeSpan timeout)
        : base($"Request {request.MessageID} was not answered in {timeout.TotalMilliseconds} ms")
    {
        Request = request;
        TimeOut = timeout;
    }

    public DicomRequest Request { get; }

    public TimeSpan TimeOut { get; }
}

public class ConnectionClosedPrematurelyException : DicomNetworkException
{
    public ConnectionClosedPrematurelyException(Exception innerException) : base("The connection ended before its association was released", innerException)
    {
    }

    public ConnectionClosedPrematurelyException() : base("The connection ended before its association was released")
    {
    }
}

/// <summary>The peer broke the upper layer protocol: answered by A-ABORT of this reason (PS3.8 section 9.3.8).</summary>
internal sealed class DicomProtocolException : DicomNetworkException
{
    public DicomProtocolException(DicomAbortReason reason, string message) : base(message) => Reason = reason;

    public DicomAbortReason Reason { get; }
}

/// <summary>The connection itself failed, in reading or in writing; a handler's own I/O failures are something else.</summary>
internal sealed class ConnectionLostException : DicomNetworkException
{
    public ConnectionLostException(Exception innerException) : base("The connection was lost", innerException)
    {
    }

    /// <summary>Null when the peer or this side simply went away; what the stream complained of otherwise.</summary>
    public Exception Complaint =>
        InnerException is ObjectDisposedException or EndOfStreamException || InnerException.InnerException is System.Net.Sockets.SocketException
            ? null
            : InnerException;

    public static bool Matches(Exception exception) => exception is IOException or ObjectDisposedException;

    public static ConnectionLostException FindIn(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is ConnectionLostException lost) return lost;
        }

        return null;
    }
}
