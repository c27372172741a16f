using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// Runs the turns of one activation: one at a time, in order, on the thread pool. Whatever a grain awaits continues here.
/// </summary>
internal sealed class ActivationScheduler(IGrainContext owner) : TaskScheduler, IThreadPoolWorkItem, IWorkItemScheduler
{
    // After this long other activations get the thread.
    private const long QuantumMilliseconds = 100;

    private readonly Lock _lock = new();
    private readonly Queue<Task> _turns = new();
    private bool _scheduled;

    public override int MaximumConcurrencyLevel => 1;

    public void QueueAction(Action action) => new Task(action).Start(this);

    void IWorkItemScheduler.QueueTask(Task task) => task.Start(this);

    protected override void QueueTask(Task task)
    {
        lock (_lock)
        {
            _turns.Enqueue(task);
            if (_scheduled)
                return;
            _scheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(RuntimeContext.Current, owner) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_lock)
            return _turns.ToArray();
    }

    void IThreadPoolWorkItem.Execute()
    {
        var outer = RuntimeContext.Exchange(owner);
        var started = Environment.TickCount64;
        try
        {
            do
            {
                Task turn;
                lock (_lock)
                {
                    if (!_turns.TryDequeue(out turn!))
                    {
                        _scheduled = false;
                        return;
                    }
                }

                TryExecuteTask(turn);
            }
            while (Environment.TickCount64 - started < QuantumMilliseconds);
        }
        finally
        {
            RuntimeContext.Exchange(outer);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
