using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Embedded;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Core;

/// <summary>
/// A state of an activation and its storage. Operations run one after the other. A failed write leaves the state in memory as it was
/// assigned.
/// </summary>
public class StateStorageBridge<TState> : IStorage<TState>
{
    private readonly string _name;
    private readonly IGrainContext _context;
    private readonly IGrainStorage _store;
    private readonly ILogger _logger;
    private GrainState<TState>? _state;
    private Task _last = Task.CompletedTask;
    private bool _loaded;

    public StateStorageBridge(string name, IGrainContext grainContext, IGrainStorage store)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(grainContext);
        ArgumentNullException.ThrowIfNull(store);
        _name = name;
        _context = grainContext;
        _store = store;
        _logger = grainContext.ActivationServices.GetRequiredService<ILoggerFactory>().CreateLogger(store.GetType());
    }

    public TState State
    {
        get
        {
            // Before it is read there is no state, not even an empty one: a constructor must not look at it.
            GrainRuntime.CheckAccess(RuntimeContext.Current);
            return _state is null ? default! : _state.State!;
        }

        set
        {
            GrainRuntime.CheckAccess(RuntimeContext.Current);
            Loaded.State = value;
        }
    }

    public string? Etag => _state?.ETag;

    public bool RecordExists => _loaded ? Loaded.RecordExists : throw new InvalidOperationException("State has not yet been loaded");

    private GrainState<TState> Loaded => _state ??= new GrainState<TState>(NewState.Of<TState>());

    public Task ReadStateAsync() => ReadStateAsync(CancellationToken.None);

    public Task WriteStateAsync() => WriteStateAsync(CancellationToken.None);

    public Task ClearStateAsync() => ClearStateAsync(CancellationToken.None);

    public Task ReadStateAsync(CancellationToken cancellationToken) => Enqueue(
        "read",
        async () =>
        {
            await _store.ReadStateAsync(_name, _context.GrainId, Loaded, cancellationToken);
            _loaded = true;
        },
        cancellationToken);

    public Task WriteStateAsync(CancellationToken cancellationToken) =>
        Enqueue("write", () => _store.WriteStateAsync(_name, _context.GrainId, Loaded, cancellationToken), cancellationToken);

    public Task ClearStateAsync(CancellationToken cancellationToken) =>
        Enqueue("clear", () => _store.ClearStateAsync(_name, _context.GrainId, Loaded, cancellationToken), cancellationToken);

    private Task Enqueue(string name, Func<Task> operation, CancellationToken cancellationToken)
    {
        GrainRuntime.CheckAccess(RuntimeContext.Current);
        return _last = Run(_last, name, operation, cancellationToken);
    }

    private async Task Run(Task previous, string name, Func<Task> operation, CancellationToken cancellationToken)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        try
        {
            await operation();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            _logger.LogError(exception, "Could not {Operation} state {State} of grain {Grain}.", name, _name, _context.GrainId);
            if (exception is OrleansException)
                throw;
            throw new OrleansException(
                $"{_store.GetType().Name} could not {name} state {_name} of grain {_context.GrainId}: {exception.Message}", exception);
        }
    }
}
