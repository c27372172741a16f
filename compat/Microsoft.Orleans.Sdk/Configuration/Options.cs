using System.Diagnostics;

namespace Orleans.Configuration;

/// <summary>Names of the cluster and of the service whose state it keeps.</summary>
public class ClusterOptions
{
    public const string DefaultClusterId = "default";
    public const string DefaultServiceId = "default";

    internal const string DevelopmentClusterId = "dev";
    internal const string DevelopmentServiceId = "dev";

    public string ClusterId { get; set; } = DefaultClusterId;

    /// <summary>Part of the key of every stored row: never change it once states exist.</summary>
    public string ServiceId { get; set; } = DefaultServiceId;
}

/// <summary>How calls behave.</summary>
public abstract class MessagingOptions
{
    private TimeSpan _responseTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long a caller waits for an answer. 30 s.</summary>
    public TimeSpan ResponseTimeout
    {
        get => Debugger.IsAttached ? ResponseTimeoutWithDebugger : _responseTimeout;
        set => _responseTimeout = value;
    }

    public TimeSpan ResponseTimeoutWithDebugger { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>True to drop requests whose caller has stopped waiting before they were started.</summary>
    public bool DropExpiredMessages { get; set; } = true;

    /// <summary>True to cancel the token of a request whose caller has stopped waiting.</summary>
    public bool CancelRequestOnTimeout { get; set; }

    /// <summary>True if a cancelled caller waits for the grain's answer to the cancellation.</summary>
    public bool WaitForCancellationAcknowledgement { get; set; }
}

/// <summary>How calls of a client behave.</summary>
public class ClientMessagingOptions : MessagingOptions;

/// <summary>How calls inside a silo behave.</summary>
public class SiloMessagingOptions : MessagingOptions
{
    public static readonly TimeSpan DEFAULT_MAX_REQUEST_PROCESSING_TIME = TimeSpan.FromHours(2);

    /// <summary>Over this many waiting requests an activation logs a warning; 0 for never.</summary>
    public int MaxEnqueuedRequestsSoftLimit { get; set; }

    /// <summary>Over this many waiting requests an activation refuses more; 0 for never.</summary>
    public int MaxEnqueuedRequestsHardLimit { get; set; }

    public int MaxEnqueuedRequestsSoftLimit_StatelessWorker { get; set; }

    public int MaxEnqueuedRequestsHardLimit_StatelessWorker { get; set; }

    /// <summary>An activation that works longer on one request is given up, and a new one takes its place. 2 h.</summary>
    public TimeSpan MaxRequestProcessingTime { get; set; } = DEFAULT_MAX_REQUEST_PROCESSING_TIME;

    public int MaxForwardCount { get; set; } = 2;
}

/// <summary>Which grain types the silo knows beside those found in the loaded assemblies.</summary>
public class GrainTypeOptions
{
    public HashSet<Type> Classes { get; } = [];

    public HashSet<Type> Interfaces { get; } = [];
}
