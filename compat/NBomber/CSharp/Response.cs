using Microsoft.FSharp.Core;
using NBomber.Contracts;

namespace NBomber.CSharp;

/// <summary>Makes responses.</summary>
public static class Response
{
    public static Response<object> Ok() => new(false, "", 0, "", 0, null);

    public static Response<object> Fail() => new(true, "", 0, "", 0, null);

    public static Response<object> Ok(string statusCode = "", long sizeBytes = 0, string message = "", double customLatencyMs = 0) =>
        new(false, statusCode, sizeBytes, message, customLatencyMs, null);

    public static Response<T> Ok<T>(string statusCode = "", long sizeBytes = 0, string message = "", double customLatencyMs = 0) =>
        new(false, statusCode, sizeBytes, message, customLatencyMs, null);

    public static Response<T> Ok<T>(T payload, string statusCode = "", long sizeBytes = 0, string message = "", double customLatencyMs = 0) =>
        new(false, statusCode, sizeBytes, message, customLatencyMs, FSharpOption<T>.Some(payload));

    public static Response<object> Fail(string statusCode = "", string message = "", long sizeBytes = 0, double customLatencyMs = 0) =>
        new(true, statusCode, sizeBytes, message, customLatencyMs, null);

    public static Response<T> Fail<T>(string statusCode = "", string message = "", long sizeBytes = 0, double customLatencyMs = 0) =>
        new(true, statusCode, sizeBytes, message, customLatencyMs, null);

    public static Response<T> Fail<T>(T payload, string statusCode = "", string message = "", long sizeBytes = 0, double customLatencyMs = 0) =>
        new(true, statusCode, sizeBytes, message, customLatencyMs, FSharpOption<T>.Some(payload));
}

public static class OptionExtensions
{
    public static bool IsSome<T>(this FSharpOption<T>? option) => option is not null;

    public static bool IsNone<T>(this FSharpOption<T>? option) => option is null;
}
