namespace Regional.Imaging.Copies;

/// <summary>Where the images asked for are, after they were looked for.</summary>
public enum Nearness
{
    /// <summary>In this archive, as far as anybody knows all of them.</summary>
    Here,

    /// <summary>Nobody who may be asked has more than this archive.</summary>
    Nowhere,

    /// <summary>Others have them, and they did not come in time: asked again later, they may be here.</summary>
    Away,
}

/// <summary>
/// The nearest copy of what this archive lacks (R4.2.5-3, design §5.7): an edge asks the centre, the centre the edge where the images arrived.
/// What comes is stored here, so whoever serves images reads its own packs afterwards. Many askers of one image are one way to it. Asked for every
/// request of a viewer: an implementation answers at once for what is here.
/// </summary>
public interface INearestCopy
{
    /// <summary>All images of a study that are to be had.</summary>
    ValueTask<Nearness> BringStudyAsync(string studyUid, CancellationToken cancellation);

    /// <summary>One image that the index of this archive does not show.</summary>
    ValueTask<Nearness> BringInstanceAsync(string studyUid, string sopInstanceUid, CancellationToken cancellation);
}

/// <summary>An archive that stands alone.</summary>
public sealed class NoOtherCopy : INearestCopy
{
    public ValueTask<Nearness> BringStudyAsync(string studyUid, CancellationToken cancellation) => ValueTask.FromResult(Nearness.Nowhere);

    public ValueTask<Nearness> BringInstanceAsync(string studyUid, string sopInstanceUid, CancellationToken cancellation) =>
        ValueTask.FromResult(Nearness.Nowhere);
}
