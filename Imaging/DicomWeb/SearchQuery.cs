using System.Globalization;
using Microsoft.AspNetCore.Http;
using Regional.Imaging.Index;

namespace Regional.Imaging.DicomWeb;

/// <summary>A search as asked (PS3.18 §8.3.4): what to match, what to return, which part of the result.</summary>
internal sealed record SearchQuery(IReadOnlyList<SearchTerm> Terms, SearchFields Fields, int Offset, int Limit)
{
    /// <summary>Results of a page unless asked otherwise.</summary>
    public const int DefaultPage = 100;

    /// <summary>Results of a page at most when each needs a stored header.</summary>
    public const int HeaderPage = 200;

    /// <summary>Beyond this a search is to be narrowed, not paged.</summary>
    public const int MaxOffset = 1_000_000;

    private const int MaxParameters = 64;

    /// <summary>Results of this page at most.</summary>
    public int Page => Math.Min(Limit, Fields.NeedsHeader ? HeaderPage : ImageIndex.PageCap);

    /// <summary>Names of parameters that are not supported here, for the Warning header.</summary>
    public IReadOnlyList<string> Ignored { get; private init; } = [];

    /// <summary>Fuzzy matching was asked for; names are matched literally, which is said.</summary>
    public bool IsFuzzy { get; private init; }

    /// <param name="ofPath">Conditions that the address itself makes.</param>
    /// <param name="problem">What is wrong, without repeating a value; null when the query is understood.</param>
    public static SearchQuery? Read(IQueryCollection query, SearchLevel level, IEnumerable<SearchTerm> ofPath, out string? problem)
    {
        List<SearchTerm> terms = [.. ofPath];
        List<string> ignored = [];
        var fields = new SearchFields(level);
        var (offset, limit, isFuzzy) = (0, DefaultPage, false);
        problem = query.Count > MaxParameters ? $"A search has at most {MaxParameters} parameters." : null;
        foreach (var (name, values) in query)
        {
            switch (name.ToLowerInvariant())
            {
                case "limit" when !TryNumber(values.ToString(), int.MaxValue, out limit):
                    problem ??= "limit is a whole number from 0.";
                    break;
                case "offset" when !TryNumber(values.ToString(), MaxOffset, out offset):
                    problem ??= $"offset is a whole number from 0 to {MaxOffset}; narrow the search instead.";
                    break;
                case "limit" or "offset" or "accept":
                    break;
                case "includefield":
                    foreach (var field in values.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
                    {
                        if (!fields.TryAdd(field)) ignored.Add("includefield=" + Harmless(field));
                    }
                    break;
                case "fuzzymatching":
                    if (!bool.TryParse(values.ToString(), out isFuzzy)) problem ??= "fuzzymatching is true or false.";
                    break;
                default:
                    if (SearchKeys.Find(name) is not { } key || !SearchKeys.AppliesTo(key, level)) ignored.Add(Harmless(name));
                    else if (values.Count > 1 && !SearchKeys.IsUid(key)) problem ??= $"{key} may be given once.";
                    else terms.Add(new SearchTerm(key, values.ToString()));
                    break;
            }
        }
        return problem is null ? new SearchQuery(terms, fields, offset, limit) { Ignored = ignored, IsFuzzy = isFuzzy } : null;
    }

    private static bool TryNumber(string text, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= most;

    /// <summary>Only what is formed like an attribute's name or path is repeated in a header.</summary>
    private static string Harmless(string name) => name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '.') ? name : "(unknown)";
}
