using Regional.Actors;
using Regional.Portal.Access;
using Regional.Portal.Accounts;
using Regional.Portal.Hosting;
using Regional.Projections;
using Regional.Studies;

namespace Regional.Portal.Studies;

/// <summary>
/// Who accepts a request as it is made (workflow.md, Exam: accept · rules / desk). Whoever may accept at the desk does so by registering it.
/// For everybody else the network accepts what nobody has to look at: an item of the region's table, a device of its modality at the site, and
/// no flag on the request, such as pregnancy, implant or infection. Everything else waits for the desk.
/// </summary>
public sealed class Acceptance(PortalOptions options, IReferenceReader reference)
{
    /// <summary>In whose name it is accepted; null: it waits.</summary>
    public async Task<Caller?> By(Caller caller, ExamRequest request, CancellationToken cancellation)
    {
        if (Can.Receive.Any(caller.Actor.Is))
            return caller;
        var listed = (await reference.Items(cancellation)).Any(item => item.Name == request.Item && item.Modality == request.Modality);
        var makes = options.Cluster.Site(request.Site)?.Devices.Any(device => device.Modality == request.Modality) == true;
        return listed && makes && request.Flags.IsEmpty ? caller with { Actor = Actor.System with { Site = request.Site } } : null;
    }
}
