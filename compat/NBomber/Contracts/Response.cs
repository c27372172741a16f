using Microsoft.FSharp.Core;

namespace NBomber.Contracts;

/// <summary>What one iteration or step came to.</summary>
public interface IResponse
{
    string StatusCode { get; }

    bool IsError { get; }

    long SizeBytes { get; }

    /// <summary>Milliseconds that replace the measured latency; 0 keeps the measured one.</summary>
    double CustomLatencyMs { get; }

    string Message { get; }
}

/// <inheritdoc cref="IResponse"/>
public sealed class Response<T> : IResponse
{
    internal Response(bool isError, string? statusCode, long sizeBytes, string? message, double customLatencyMs, FSharpOption<T>? payload)
    {
        IsError = isError;
        StatusCode = statusCode ?? "";
        SizeBytes = sizeBytes;
        Message = message ?? "";
        CustomLatencyMs = customLatencyMs;
        Payload = payload!;
    }

    public string StatusCode { get; }

    public bool IsError { get; }

    public long SizeBytes { get; }

    public double CustomLatencyMs { get; }

    public string Message { get; }

    /// <summary>Null when there is none; ask with <c>IsSome()</c>.</summary>
    public FSharpOption<T> Payload { get; }
}
