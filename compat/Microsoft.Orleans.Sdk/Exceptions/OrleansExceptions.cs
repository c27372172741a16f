using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>The root of failures of the engine.</summary>
    [GenerateSerializer]
    public class OrleansException : Exception
    {
        public OrleansException() { }

        public OrleansException(string message) : base(message) { }

        public OrleansException(string message, Exception innerException) : base(message, innerException) { }
    }

    /// <summary>A message could not be delivered.</summary>
    [GenerateSerializer]
    public class OrleansMessageRejectionException : OrleansException
    {
        internal OrleansMessageRejectionException(string message) : base(message) { }

        internal OrleansMessageRejectionException(string message, Exception innerException) : base(message, innerException) { }
    }

    /// <summary>The silo is stopping or has stopped.</summary>
    [GenerateSerializer]
    public sealed class SiloUnavailableException : OrleansMessageRejectionException
    {
        public SiloUnavailableException() : base("The silo is not available.") { }

        public SiloUnavailableException(string msg) : base(msg) { }

        public SiloUnavailableException(string message, Exception innerException) : base(message, innerException) { }
    }

    /// <summary>A queue of requests grew over its limit.</summary>
    [GenerateSerializer]
    public sealed class LimitExceededException : OrleansException
    {
        public LimitExceededException() : base("A limit was exceeded.") { }

        public LimitExceededException(string message) : base(message) { }

        public LimitExceededException(string message, Exception innerException) : base(message, innerException) { }

        public LimitExceededException(string limitName, int current, int threshold, object extraInfo)
            : base($"Limit {limitName} exceeded: {current} of {threshold}. {extraInfo}") { }
    }

    /// <summary>The configuration does not describe a silo that could run.</summary>
    [GenerateSerializer]
    public sealed class OrleansConfigurationException : Exception
    {
        public OrleansConfigurationException(string message) : base(message) { }

        public OrleansConfigurationException(string message, Exception innerException) : base(message, innerException) { }
    }

    /// <summary>A start was cancelled while a stage was under way.</summary>
    [GenerateSerializer]
    public sealed class OrleansLifecycleCanceledException : OrleansException
    {
        internal OrleansLifecycleCanceledException(string message) : base(message) { }
    }

    /// <summary>A grain reference was used that belongs to no running silo.</summary>
    [GenerateSerializer]
    public sealed class GrainReferenceNotBoundException : OrleansException
    {
        internal GrainReferenceNotBoundException(string message) : base(message) { }
    }

    /// <summary>The target client of a message is not known.</summary>
    [GenerateSerializer]
    public sealed class ClientNotAvailableException : OrleansException
    {
        internal ClientNotAvailableException(string message) : base(message) { }
    }

    /// <summary>A call to the grain runtime was made from outside the activation's own scheduler.</summary>
    [GenerateSerializer]
    internal sealed class InvalidSchedulingContextException(string message) : OrleansException(message);
}

namespace Orleans.Storage
{
    /// <summary>A storage provider is missing or wrongly configured.</summary>
    [GenerateSerializer]
    public sealed class BadProviderConfigException : OrleansException
    {
        public BadProviderConfigException() { }

        public BadProviderConfigException(string msg) : base(msg) { }

        public BadProviderConfigException(string msg, Exception exc) : base(msg, exc) { }
    }

    /// <summary>
    /// Somebody else wrote the state since it was read. The activation that let it escape is deactivated, and the next request
    /// meets a new one that reads the state again.
    /// </summary>
    [GenerateSerializer]
    public class InconsistentStateException : OrleansException
    {
        public InconsistentStateException() { }

        public InconsistentStateException(string message) : base(message) { }

        public InconsistentStateException(string message, Exception? innerException) : base(message, innerException!) { }

        public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag) : base(errorMsg)
        {
            StoredEtag = storedEtag;
            CurrentEtag = currentEtag;
        }

        public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag, Exception? storageException)
            : base(errorMsg, storageException!)
        {
            StoredEtag = storedEtag;
            CurrentEtag = currentEtag;
        }

        public InconsistentStateException(string? storedEtag, string? currentEtag, Exception storageException)
            : this(storageException.Message, storedEtag, currentEtag, storageException) { }

        /// <summary>True until the exception has deactivated the activation it comes from.</summary>
        [Id(0)]
        internal bool IsSourceActivation { get; set; } = true;

        [Id(1)]
        public string? StoredEtag { get; private set; }

        [Id(2)]
        public string? CurrentEtag { get; private set; }

        public override string ToString() => $"{base.ToString()} (stored ETag {StoredEtag}, expected {CurrentEtag})";
    }
}
