using FellowOakDicom;

namespace Regional.Edge.Worklist;

/// <summary>
/// An identifier of a worklist query (PS3.4 §K.4.1.1.3): keys to match and attributes to return, in the same shape. What is asked and not known is
/// returned without a value.
/// </summary>
internal sealed class WorklistQuery
{
    private static readonly HashSet<DicomTag> NoKeys = [DicomTag.SpecificCharacterSet, DicomTag.TimezoneOffsetFromUTC, DicomTag.QueryRetrieveLevel];

    private readonly List<(DicomTag Tag, string Key)> _exam = [];
    private readonly List<DicomTag> _sequences = [];
    private readonly List<(DicomTag Tag, string Key)>? _step;

    /// <exception cref="WorklistQueryException">The identifier is not one of this model, or a key cannot be understood.</exception>
    public WorklistQuery(DicomDataset identifier)
    {
        Charset = AnswerText.Asked(identifier);
        foreach (var item in identifier.Where(i => i.Tag.Element != 0 && !i.Tag.IsPrivate && !NoKeys.Contains(i.Tag)))
        {
            if (item is not DicomSequence sequence)
                _exam.Add((item.Tag, Text(identifier, item.Tag)));
            else if (item.Tag != DicomTag.ScheduledProcedureStepSequence)
                _sequences.Add(item.Tag);
            else if (sequence.Items.Count > 1)
                throw new WorklistQueryException(item.Tag, isValue: false);
            else
                // Without an item, or with an empty one, everything of the step is asked for.
                _step = sequence.Items is [{ } step] && step.Any() ? Step(step) : [.. WorklistAttributes.Step.Keys.Select(tag => (tag, ""))];
        }

        if (_exam.Count == 0 && _step is null)
            throw new WorklistQueryException(DicomTag.ScheduledProcedureStepSequence, isValue: false);
        Complete = _exam.All(k => IsSupported(k, WorklistAttributes.Exam)) && (_step ?? []).All(k => IsSupported(k, WorklistAttributes.Step))
            && _sequences.TrueForAll(tag => identifier.GetSequence(tag).Items.All(i => !i.Any(e => e is not DicomSequence && Text(i, e.Tag).Length > 0)));
        CheckStart();
    }

    /// <summary>The character set that was asked in, when it is one of those known.</summary>
    public string? Charset { get; }

    /// <summary>False: something was to be matched that is not known here, which every answer says (FF01).</summary>
    public bool Complete { get; }

    public bool Matches(WorklistSource source) =>
        _exam.TrueForAll(k => Matches(k, WorklistAttributes.Exam, source))
        && (_step is null || (_step.TrueForAll(k => IsStart(k.Tag) || Matches(k, WorklistAttributes.Step, source)) && MatchesStart(source)));

    public DicomDataset Answer(WorklistSource source, string charset)
    {
        var exam = Values(_exam, WorklistAttributes.Exam, source);
        var step = Values(_step ?? [], WorklistAttributes.Step, source);
        var text = new AnswerText(charset, exam.Concat(step).Select(v => v.Value));
        var answer = new DicomDataset().NotValidated();
        answer.Add(text.Charset);
        foreach (var (tag, value) in exam)
            text.Add(answer, tag, value);
        foreach (var tag in _sequences)
            answer.Add(new DicomSequence(tag));
        if (_step is null)
            return answer;
        var item = new DicomDataset().NotValidated();
        foreach (var (tag, value) in step)
            text.Add(item, tag, value);
        answer.Add(new DicomSequence(DicomTag.ScheduledProcedureStepSequence, item));
        return answer;
    }

    private static List<(DicomTag Tag, string Value)> Values(
        IEnumerable<(DicomTag Tag, string Key)> asked, IReadOnlyDictionary<DicomTag, Func<WorklistSource, string>> known, WorklistSource source) =>
        [.. asked.Select(k => (k.Tag, known.TryGetValue(k.Tag, out var value) ? value(source) : ""))];

    private static bool Matches((DicomTag Tag, string Key) key, IReadOnlyDictionary<DicomTag, Func<WorklistSource, string>> known, WorklistSource source) =>
        !known.TryGetValue(key.Tag, out var value) || KeyMatching.Matches(key.Tag, key.Key, value(source));

    private static bool IsSupported((DicomTag Tag, string Key) key, IReadOnlyDictionary<DicomTag, Func<WorklistSource, string>> known) =>
        known.ContainsKey(key.Tag) || key.Key.Trim('*').Length == 0;

    private static bool IsStart(DicomTag tag) => tag == DicomTag.ScheduledProcedureStepStartDate || tag == DicomTag.ScheduledProcedureStepStartTime;

    private bool MatchesStart(WorklistSource source) => KeyMatching.MatchesStart(
        StepKey(DicomTag.ScheduledProcedureStepStartDate), StepKey(DicomTag.ScheduledProcedureStepStartTime), source.Starts.DateTime);

    private string StepKey(DicomTag tag) => _step?.Find(k => k.Tag == tag).Key is { } key && key.Trim('*').Length > 0 ? key : "";

    /// <summary>Once, so that a key that is none is refused whether or not anything waits.</summary>
    private void CheckStart()
    {
        foreach (var tag in new[] { DicomTag.ScheduledProcedureStepStartDate, DicomTag.ScheduledProcedureStepStartTime })
        {
            var key = StepKey(tag);
            try
            {
                KeyMatching.MatchesStart(
                    tag == DicomTag.ScheduledProcedureStepStartDate ? key : "", tag == DicomTag.ScheduledProcedureStepStartTime ? key : "", DateTime.UnixEpoch);
            }
            catch (FormatException)
            {
                throw new WorklistQueryException(tag, isValue: true);
            }
        }
    }

    private static List<(DicomTag Tag, string Key)> Step(DicomDataset item) =>
        [.. item.Where(i => i is not DicomSequence && i.Tag.Element != 0 && !i.Tag.IsPrivate && !NoKeys.Contains(i.Tag)).Select(i => (i.Tag, Text(item, i.Tag)))];

    private static string Text(DicomDataset dataset, DicomTag tag) => dataset.TryGetString(tag, out var text) ? (text ?? "").Trim().TrimEnd('\0') : "";
}

/// <summary>Why a worklist query is refused.</summary>
/// <param name="isValue">A value cannot be understood (C000); else the identifier does not match the model (A900).</param>
internal sealed class WorklistQueryException(DicomTag offending, bool isValue) : Exception("The identifier is refused.")
{
    public DicomTag Offending => offending;

    public bool IsValue => isValue;
}
