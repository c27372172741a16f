using FellowOakDicom;
using FellowOakDicom.Network;
using Regional.Imaging.Index;

namespace Regional.Edge.Dicom;

/// <summary>An identifier, understood (PS3.4 §C.4.1.1.3, §C.4.2.1.4).</summary>
/// <param name="Asked">Attributes to return, in the order of their tags; the unique keys are always among them.</param>
/// <param name="Complete">False: some optional key is not supported, which every answer says (FF01).</param>
/// <param name="Charset">The specific character set that the peer wrote in; empty for none.</param>
internal sealed record QueryPlan(QueryLevel Level, IReadOnlyList<SearchTerm> Terms, IReadOnlyList<QueryAttribute> Asked, bool Complete, string Charset)
{
    private static readonly Dictionary<string, QueryLevel> Levels = new(StringComparer.Ordinal)
    {
        ["PATIENT"] = QueryLevel.Patient, ["STUDY"] = QueryLevel.Study, ["SERIES"] = QueryLevel.Series, ["IMAGE"] = QueryLevel.Image,
    };

    /// <summary>Say how to read the others, or what the answer is; never a key.</summary>
    private static readonly HashSet<DicomTag> NoKeys =
    [
        DicomTag.SpecificCharacterSet, DicomTag.QueryRetrieveLevel, DicomTag.TimezoneOffsetFromUTC, DicomTag.RetrieveAETitle, DicomTag.InstanceAvailability,
    ];

    public bool IsAskedFor(DicomTag tag) => Extras.Contains(tag);

    /// <summary>Those of the attributes about the answer itself that were asked for.</summary>
    private HashSet<DicomTag> Extras { get; init; } = [];

    /// <summary>Searching is hierarchical: above its own level an identifier names one entity by its unique key (PS3.4 §C.4.1.2.1).</summary>
    public static QueryReading ForQuery(DicomUID model, DicomDataset identifier)
    {
        if (LevelOf(model, identifier) is not { } level)
            return QueryReading.Wrong(DicomTag.QueryRetrieveLevel);
        if (MissingAbove(model, identifier, level) is { } missing)
            return QueryReading.Wrong(missing);
        List<SearchTerm> terms = [];
        HashSet<DicomTag> asked = [];
        var complete = true;
        foreach (var item in identifier)
        {
            if (NoKeys.Contains(item.Tag) || item.Tag.Element == 0)
                continue;
            if (!QueryAttributes.ByTag.TryGetValue(item.Tag, out var attribute) || attribute.Level > level)
            {
                complete = false;
                continue;
            }

            asked.Add(item.Tag);
            var value = Text(identifier, item.Tag);
            if (attribute.Key is { } key)
                terms.Add(new SearchTerm(key, key == SearchKey.PatientName ? NamePattern(value) : value));
            else
                complete &= value.Trim('*').Length == 0;
        }

        for (var unique = IsPatientRoot(model) ? QueryLevel.Patient : QueryLevel.Study; unique <= level; unique++)
            asked.Add(QueryAttributes.UniqueKey(unique));
        return new QueryReading.Understood(
            new QueryPlan(level, terms, [.. QueryAttributes.All.Where(a => asked.Contains(a.Tag)).OrderBy(a => a.Tag)], complete, Text(identifier, DicomTag.SpecificCharacterSet))
            {
                Extras = NoKeys.Where(tag => identifier.Contains(tag)).ToHashSet(),
            });
    }

    /// <summary>A retrieval names what it wants by unique keys alone, down to its level; there several are possible.</summary>
    public static QueryReading ForRetrieval(DicomUID model, DicomDataset identifier)
    {
        if (LevelOf(model, identifier) is not { } level)
            return QueryReading.Wrong(DicomTag.QueryRetrieveLevel);
        if (MissingAbove(model, identifier, level) is { } missing)
            return QueryReading.Wrong(missing);
        var own = QueryAttributes.UniqueKey(level);
        if (Text(identifier, own) is not { Length: > 0 } wanted || IsPattern(wanted) || (level == QueryLevel.Patient && wanted.Contains('\\')))
            return QueryReading.Wrong(own);
        List<SearchTerm> terms = [];
        for (var unique = QueryLevel.Patient; unique <= level; unique++)
        {
            var attribute = QueryAttributes.ByTag[QueryAttributes.UniqueKey(unique)];
            if ((unique > QueryLevel.Patient || IsPatientRoot(model)) && Text(identifier, attribute.Tag) is { Length: > 0 } value)
                terms.Add(new SearchTerm(attribute.Key!.Value, value));
        }

        return new QueryReading.Understood(new QueryPlan(level, terms, [], true, ""));
    }

    private static bool IsPatientRoot(DicomUID model) => model == DicomUID.PatientRootQueryRetrieveInformationModelFind
        || model == DicomUID.PatientRootQueryRetrieveInformationModelGet || model == DicomUID.PatientRootQueryRetrieveInformationModelMove;

    private static QueryLevel? LevelOf(DicomUID model, DicomDataset identifier) =>
        Levels.TryGetValue(Text(identifier, DicomTag.QueryRetrieveLevel), out var level) && (level > QueryLevel.Patient || IsPatientRoot(model)) ? level : null;

    private static DicomTag? MissingAbove(DicomUID model, DicomDataset identifier, QueryLevel level)
    {
        for (var above = IsPatientRoot(model) ? QueryLevel.Patient : QueryLevel.Study; above < level; above++)
        {
            var tag = QueryAttributes.UniqueKey(above);
            if (Text(identifier, tag) is not { Length: > 0 } value || IsPattern(value) || value.Contains('\\'))
                return tag;
        }

        return null;
    }

    private static bool IsPattern(string value) => value.AsSpan().ContainsAny('*', '?');

    /// <summary>The index knows each component group apart: of several in one pattern, the one that says most is looked for.</summary>
    private static string NamePattern(string value) => value.Contains('=') ? value.Split('=').MaxBy(group => group.Trim('*', '?', '^', ' ').Length)! : value;

    private static string Text(DicomDataset identifier, DicomTag tag) =>
        identifier.TryGetString(tag, out var text) ? (text ?? "").Trim().TrimEnd('\0') : "";
}

/// <summary>What became of an identifier.</summary>
internal abstract record QueryReading
{
    private QueryReading()
    {
    }

    /// <summary>Identifier does not match SOP Class (A900).</summary>
    public static QueryReading Wrong(DicomTag offending) => new Refused(offending);

    public sealed record Understood(QueryPlan Plan) : QueryReading;

    public sealed record Refused(DicomTag Offending) : QueryReading;
}
