namespace Grpc.Wire;

/// <summary>The clock of deadlines: the system's, except in this stand-in's own tests.</summary>
internal sealed class GrpcClock(TimeProvider time)
{
    public static readonly GrpcClock System = new(TimeProvider.System);

    public TimeProvider Time { get; } = time;

    public DateTime UtcNow => Time.GetUtcNow().UtcDateTime;
}
