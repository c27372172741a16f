using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Regional.Edge.Link;
using Regional.Link.V1;

namespace Regional.Edge.Worklist;

/// <summary>Keeps the copy up to date over the link: says where it stands at each beginning and after each update.</summary>
internal sealed class WorklistLink(WorklistStore store, ILogger<WorklistLink> logger) : ILinkPart
{
    private Channel<WorklistUpdate> _updates = Channel.CreateUnbounded<WorklistUpdate>();

    public void Hear(CentreOrder order)
    {
        if (order.OrderCase == CentreOrder.OrderOneofCase.Worklist)
            _updates.Writer.TryWrite(order.Worklist);
    }

    public async Task Run(Func<EdgeEvent, CancellationToken, Task> tell, CancellationToken cancellation)
    {
        // What an earlier session had left over belongs to no position that this one tells.
        _updates = Channel.CreateUnbounded<WorklistUpdate>(new UnboundedChannelOptions { SingleReader = true });
        await tell(new EdgeEvent { Worklist = store.Position() }, cancellation);
        await foreach (var update in _updates.Reader.ReadAllAsync(cancellation))
        {
            WorklistPosition? position;
            try
            {
                position = store.Take(update);
            }
            catch (SqliteException fault)
            {
                // Not taken: the copy stands where it stood, and the link begins again from there.
                WorklistLog.NotTaken(logger, fault);
                throw new IOException("The worklist could not be written.", fault);
            }

            if (position is null)
                continue;
            if (position.Epoch.Length == 0 && update.Epoch.Length > 0)
                WorklistLog.Gap(logger, update.From, update.Version);
            await tell(new EdgeEvent { Worklist = position }, cancellation);
        }
    }
}
