using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Embedded;

/// <summary>Runs requests on their target, through the incoming filters, and answers their callers with copies.</summary>
internal sealed class RequestInvoker(IServiceProvider services, ILogger<RequestInvoker> logger)
{
    // Asked for at the first request: a filter may itself need the factory of references, and so all that stands behind it.
    private readonly Lazy<IIncomingGrainCallFilter[]> _filters = new(() => services.GetServices<IIncomingGrainCallFilter>().ToArray());

    /// <summary>Runs a request as a turn of <paramref name="target"/>. Never throws.</summary>
    public async Task Invoke(IGrainContext target, GrainRequest request)
    {
        try
        {
            RequestContext.Import(request.Context);
            request.SetTarget(target);
            request.BindCancellation();
            object? result;
            if (_filters.Value.Length > 0 || target.GrainInstance is IIncomingGrainCallFilter)
            {
                var call = new IncomingCall(request, target, _filters.Value);
                await call.Invoke();
                result = call.Result;
            }
            else
            {
                result = await request.Invoke();
            }

            Complete(request, result);
        }
        catch (Exception exception)
        {
            OnFailure(target, request, exception);
        }
    }

    public void Complete(GrainRequest request, object? result)
    {
        if (request.Caller is not { } caller || caller.IsCompleted)
            return;

        try
        {
            var copy = result is not null && request.Method.ResultCopier is { } copier ? copier(result, new CopyContext()) : result;
            if (caller.TryClaim())
                caller.SetResult(copy);
        }
        catch (Exception exception)
        {
            Complete(request, exception);
        }
    }

    public void Complete(GrainRequest request, Exception exception)
    {
        if (request.Caller is not { } caller || !caller.TryClaim())
            return;

        caller.SetException((Exception)DeepCopy.Copy(exception, new CopyContext()));
    }

    private void OnFailure(IGrainContext target, GrainRequest request, Exception exception)
    {
        if (request.IsOneWay)
            logger.LogWarning(exception, "{Request} failed, and nobody waits for it.", request);

        // The state in memory is not the stored one any more: only a new activation may go on.
        if (exception is InconsistentStateException { IsSourceActivation: true } inconsistent)
        {
            inconsistent.IsSourceActivation = false;
            target.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationError, exception, "The stored state is another."));
        }

        Complete(request, exception);
    }
}
