using Regional.Link.V1;

namespace Regional.Edge.Link;

/// <summary>A subject of its own on the session with the centre, such as the worklist.</summary>
internal interface ILinkPart
{
    /// <summary>Says what there is to say as long as a session lives; returns when there is nothing to say any more.</summary>
    /// <param name="tell">Sends one event; one after the other, whoever calls.</param>
    Task Run(Func<EdgeEvent, CancellationToken, Task> tell, CancellationToken cancellation);

    /// <summary>Hears an order of the centre; those of other parts are not its business.</summary>
    void Hear(CentreOrder order);
}
