namespace Regional.Delivery;

/// <summary>The way to one receiver: whether something is under way on it, and how long it rests after a failure.</summary>
internal sealed class Lane
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    public bool Running { get; set; }

    /// <summary>In a row.</summary>
    public int Failures { get; private set; }

    public DateTimeOffset NotBefore { get; private set; }

    /// <returns>The pause.</returns>
    public TimeSpan Park(DateTimeOffset now)
    {
        Failures++;
        var pause = FirstPause * Math.Pow(2, Math.Min(Failures - 1, 10));
        if (pause > LongestPause) pause = LongestPause;
        NotBefore = now + pause;
        return pause;
    }
}
