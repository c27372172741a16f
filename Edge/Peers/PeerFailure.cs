using System.Net.Sockets;
using System.Security.Authentication;
using FellowOakDicom.Network;

namespace Regional.Edge.Peers;

/// <summary>A conversation with a peer did not come to its end: it is tried again later.</summary>
internal sealed class PeerAwayException(string failure) : Exception(failure);

/// <summary>What went wrong with a peer, in a word that holds nothing of a patient.</summary>
internal static class PeerFailure
{
    public static string Word(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException socket:
                    return socket.SocketErrorCode.ToString();
                case AuthenticationException:
                    return "Tls";
                case DicomAssociationRejectedException rejected:
                    return $"Rejected {rejected.RejectReason}";
            }
        }

        return failure.GetBaseException().GetType().Name.Replace("Exception", "", StringComparison.Ordinal);
    }
}
