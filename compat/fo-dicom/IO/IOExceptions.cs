namespace FellowOakDicom.IO
{
    public class DicomIoException : DicomException
    {
        public DicomIoException(string message) : base(message)
        {
        }

        public DicomIoException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }
}

namespace FellowOakDicom.IO.Reader
{
    /// <summary>The bytes are not a DICOM data set, or break a bound of the parser.</summary>
    public class DicomReaderException : DicomException
    {
        public DicomReaderException(string message) : base(message)
        {
        }

        public DicomReaderException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }

    public enum DicomReaderResult
    {
        Processing,
        Success,
        Error,
        Stopped,
        Suspended,
    }
}
