using System.Globalization;
using System.Text;
using FellowOakDicom;
using Regional.Edge.Dicom;
using Regional.Edge.Worklist;
using Regional.Imaging.Cluster;
using Regional.Imaging.Headers;
using Regional.Imaging.Repairs;

namespace Regional.Edge.Tests.Conformance;

/// <summary>The tables of the conformance statement, each made from the table that the code itself works by.</summary>
internal static class ConformanceTables
{
    /// <summary>By the name in the document's markers.</summary>
    public static IReadOnlyDictionary<string, Func<string>> All { get; } = new Dictionary<string, Func<string>>(StringComparer.Ordinal)
    {
        ["implementation"] = () => Table(
            ["item", "value"],
            [
                ["Implementation Class UID in files written", $"`{ProductImplementation.ClassUid}`"],
                ["Implementation Version Name in files written", $"`{ProductImplementation.VersionName}`"],
            ]),
        ["limits"] = () =>
        {
            var guard = new GuardOptions();
            return Table(
                ["limit", "value"],
                [
                    ["P-DATA-TF PDU taken, and offered in negotiation", Bytes(guard.MaxDataPdu)],
                    ["A-ASSOCIATE-RQ taken", Bytes(guard.MaxAssociatePdu)],
                    ["command set", Bytes(guard.MaxCommand)],
                    ["data set of a message other than C-STORE", Bytes(guard.MaxMessage)],
                    ["data set of C-STORE", Bytes(guard.MaxDataSet)],
                    ["from the connection to the end of the A-ASSOCIATE-RQ (ARTIM), a TLS handshake included", Seconds(guard.AssociateWithin)],
                    ["silence in an association", Seconds(guard.Idle)],
                    ["connections at once", guard.MaxConnections.ToString(CultureInfo.InvariantCulture)],
                    ["operations under way in an association", "1"],
                    ["answers to one C-FIND", QueryService.MatchLimit.ToString("N0", CultureInfo.InvariantCulture)],
                    ["images of one C-GET or C-MOVE", RetrievalList.Limit.ToString("N0", CultureInfo.InvariantCulture)],
                ]);
        },
        ["storage-syntaxes"] = () => Table(
            ["transfer syntax", "UID", "sent decoded where a peer takes plain syntaxes alone"],
            StorageSyntaxes.All.Select(syntax => new[] { syntax.UID.Name, $"`{syntax.UID.UID}`", IsPlain(syntax) ? "—" : DecodedForm.CanRead(syntax) ? "yes" : "no" })),
        ["storage-classes"] = () => Table(
            ["SOP class", "UID"],
            DicomUID.Enumerate().Where(uid => uid.StorageCategory != DicomStorageCategory.None).DistinctBy(uid => uid.UID)
                .OrderBy(uid => uid.UID, StringComparer.Ordinal).Select(uid => new[] { uid.Name, $"`{uid.UID}`" })),
        ["query-models"] = () => Table(
            ["SOP class", "UID"],
            StorageReceiver.QueryModels.OrderBy(uid => uid.UID, StringComparer.Ordinal).Select(uid => new[] { uid.Name, $"`{uid.UID}`" })),
        ["query-attributes"] = () => Table(
            ["level", "tag", "attribute", "matched"],
            QueryAttributes.All.OrderBy(a => a.Level).ThenBy(a => a.Tag).Select(a => new[]
            {
                a.Level.ToString().ToUpperInvariant(), $"`{a.Tag}`", a.Tag.DictionaryEntry.Keyword, a.Key is null ? "returned only" : "yes",
            })),
        ["worklist"] = () => Table(
            ["of", "tag", "attribute"],
            WorklistAttributes.Exam.Keys.Order().Select(tag => new[] { "exam", $"`{tag}`", tag.DictionaryEntry.Keyword })
                .Concat(WorklistAttributes.Step.Keys.Order().Select(tag => new[] { "scheduled step", $"`{tag}`", tag.DictionaryEntry.Keyword }))),
        ["extended-negotiation"] = () => Table(
            ["service", "answer, byte by byte"],
            [["Storage", string.Join(' ', ExtendedAnswers.Storage)], ["Query/Retrieve", string.Join(' ', ExtendedAnswers.Query)]]),
        ["profiles"] = () => Table(
            ["attribute", "may be given a value", "may be required"],
            RepairableAttributes.Requirable.Keys.Select(keyword => new[] { keyword, RepairableAttributes.Fillable.ContainsKey(keyword) ? "yes" : "—", "yes" })),
        ["tls"] = () => Table(["protocol"], [.. SecureListening.Protocols.ToString().Split(", ").Order(StringComparer.Ordinal).Select(p => new[] { p })]),
    };

    private static bool IsPlain(DicomTransferSyntax syntax) => syntax == DicomTransferSyntax.ExplicitVRLittleEndian || syntax == DicomTransferSyntax.ImplicitVRLittleEndian;

    private static string Bytes(long count) => count >= 1 << 30 ? $"{count >> 30} GiB" : count >= 1 << 20 ? $"{count >> 20} MiB" : $"{count >> 10} KiB";

    private static string Seconds(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds} s");

    private static string Table(string[] head, IEnumerable<string[]> rows)
    {
        var text = new StringBuilder();
        void Row(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
        Row(head);
        Row(head.Select(_ => "---"));
        foreach (var row in rows)
            Row(row);
        return text.ToString();
    }
}
