using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Microsoft.AspNetCore.SignalR.Client.Internal;

/// <summary>A call the server has not finished.</summary>
internal abstract class PendingCall(string id, Type resultType)
{
    private CancellationTokenRegistration onCancel;

    public string Id { get; } = id;

    public Type ResultType { get; } = resultType;

    public void CancelOn(CancellationToken cancellation, Action<PendingCall> cancelled)
    {
        if (!cancellation.CanBeCanceled) return;
        onCancel = cancellation.UnsafeRegister(_ => cancelled(this), null);
    }

    public void Finish(CompletionMessage completion)
    {
        onCancel.Dispose();
        if (completion.Error is { } error) Fail(new HubException(error));
        else Succeed(completion.Result);
    }

    /// <summary>The connection is gone: with its error, or cancelled when it was closed on purpose.</summary>
    public void Abandon(Exception? reason)
    {
        onCancel.Dispose();
        if (reason is null) Cancel();
        else Fail(reason);
    }

    public abstract bool Item(object? item);

    public abstract void Cancel();

    protected abstract void Succeed(object? result);

    protected abstract void Fail(Exception reason);
}

internal sealed class PendingInvocation(string id, Type resultType) : PendingCall(id, resultType)
{
    private readonly TaskCompletionSource<object?> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<object?> Result => completion.Task;

    public override bool Item(object? item)
    {
        Fail(new InvalidOperationException("The server streamed to a call that expects one result; use StreamAsync."));
        return false;
    }

    public override void Cancel() => completion.TrySetCanceled();

    protected override void Succeed(object? result) => completion.TrySetResult(result);

    protected override void Fail(Exception reason) => completion.TrySetException(reason);
}

internal sealed class PendingStream(string id, Type itemType) : PendingCall(id, itemType)
{
    private readonly Channel<object?> channel = Channel.CreateUnbounded<object?>();

    public ChannelReader<object?> Items => channel.Reader;

    public override bool Item(object? item) => channel.Writer.TryWrite(item);

    public override void Cancel() => channel.Writer.TryComplete(new OperationCanceledException());

    protected override void Succeed(object? result)
    {
        if (result is null) channel.Writer.TryComplete();
        else Fail(new InvalidOperationException("The server returned one result to a streaming call; use InvokeAsync."));
    }

    protected override void Fail(Exception reason) => channel.Writer.TryComplete(reason);
}
