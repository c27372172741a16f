namespace FellowOakDicom;

public class DicomExceptionEventArgs : EventArgs
{
    public readonly DicomException Exception;

    public DicomExceptionEventArgs(DicomException ex) => Exception = ex;
}

/// <summary>Root of everything this library throws on purpose.</summary>
public abstract class DicomException : Exception
{
    /// <summary>Observer of every exception constructed; its own failures are swallowed.</summary>
    public static EventHandler<DicomExceptionEventArgs> OnException;

    protected DicomException(string message) : base(message) => Announce(this);

    protected DicomException(string message, Exception innerException) : base(message, innerException) => Announce(this);

    private static void Announce(DicomException exception)
    {
        try
        {
            OnException?.Invoke(exception, new DicomExceptionEventArgs(exception));
        }
        catch (Exception)
        {
            // An observer must not turn one failure into another.
        }
    }
}

/// <summary>A data set does not hold, or cannot hold, what was asked for.</summary>
public class DicomDataException : DicomException
{
    public DicomDataException(string message) : base(message)
    {
    }

    public DicomDataException(string message, Exception innerException) : base(message, innerException)
    {
    }
}

/// <summary>A file could not be read or written; <see cref="File"/> holds what was parsed until then.</summary>
public class DicomFileException : DicomDataException
{
    public DicomFileException(DicomFile file, string message) : base(message) => File = file;

    public DicomFileException(DicomFile file, string message, Exception innerException) : base(message, innerException) => File = file;

    public DicomFile File { get; }
}

/// <summary>A value breaks the rules of its value representation (PS3.5 section 6.2).</summary>
public class DicomValidationException : DicomDataException
{
    public DicomValidationException(string content, DicomVR vr, string message) : base(message)
    {
        Content = content;
        VR = vr;
    }

    public string Content { get; }

    public DicomVR VR { get; }

    public override string Message => $"Against VR {VR.Code}: {base.Message}";
}
