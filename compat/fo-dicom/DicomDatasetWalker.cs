using FellowOakDicom.IO.Buffer;

namespace FellowOakDicom;

/// <summary>Hears of every item of a data set in the order of writing.</summary>
public interface IDicomDatasetWalker
{
    void OnBeginWalk();

    bool OnElement(DicomElement element);

    Task<bool> OnElementAsync(DicomElement element);

    bool OnBeginSequence(DicomSequence sequence);

    bool OnBeginSequenceItem(DicomDataset dataset);

    bool OnEndSequenceItem();

    bool OnEndSequence();

    bool OnBeginFragment(DicomFragmentSequence fragment);

    bool OnFragmentItem(IByteBuffer item);

    Task<bool> OnFragmentItemAsync(IByteBuffer item);

    bool OnEndFragment();

    void OnEndWalk();
}

/// <summary>Walks a data set; what the visitor returns is not asked for, as in the original.</summary>
public class DicomDatasetWalker
{
    private readonly DicomDataset _dataset;

    public DicomDatasetWalker(DicomDataset dataset) => _dataset = dataset;

    public void Walk(IDicomDatasetWalker walker)
    {
        walker.OnBeginWalk();
        try
        {
            foreach (var step in Steps()) step.Visit(walker);
        }
        finally
        {
            walker.OnEndWalk();
        }
    }

    public async Task WalkAsync(IDicomDatasetWalker walker)
    {
        walker.OnBeginWalk();
        try
        {
            foreach (var step in Steps()) await step.VisitAsync(walker).ConfigureAwait(false);
        }
        finally
        {
            walker.OnEndWalk();
        }
    }

    private List<Step> Steps()
    {
        _dataset.OnBeforeSerializing();
        var steps = new List<Step>();
        Collect(_dataset, steps);
        return steps;
    }

    private static void Collect(DicomDataset dataset, List<Step> steps)
    {
        foreach (var item in dataset)
        {
            switch (item)
            {
                case DicomElement element:
                    steps.Add(new Step(walker => walker.OnElement(element), walker => walker.OnElementAsync(element)));
                    break;
                case DicomFragmentSequence fragments:
                    steps.Add(new Step(walker => walker.OnBeginFragment(fragments)));
                    steps.AddRange(fragments.Select(fragment => new Step(walker => walker.OnFragmentItem(fragment), walker => walker.OnFragmentItemAsync(fragment))));
                    steps.Add(new Step(walker => walker.OnEndFragment()));
                    break;
                case DicomSequence sequence:
                    steps.Add(new Step(walker => walker.OnBeginSequence(sequence)));
                    foreach (var nested in sequence)
                    {
                        steps.Add(new Step(walker => walker.OnBeginSequenceItem(nested)));
                        Collect(nested, steps);
                        steps.Add(new Step(walker => walker.OnEndSequenceItem()));
                    }

                    steps.Add(new Step(walker => walker.OnEndSequence()));
                    break;
            }
        }
    }

    private readonly record struct Step(Func<IDicomDatasetWalker, bool> Visit, Func<IDicomDatasetWalker, Task<bool>> Async = null)
    {
        public Task VisitAsync(IDicomDatasetWalker walker)
        {
            if (Async is not null) return Async(walker);
            Visit(walker);
            return Task.CompletedTask;
        }
    }
}
