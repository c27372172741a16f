using System.Diagnostics;
using System.Globalization;

namespace Regional.TestKit.Fuzzing;

/// <summary>
/// A seeded fuzz run of one subject: damages a corpus, feeds it, watches for exceptions, hangs and memory. Some seconds by default;
/// <c>./regional fuzz --minutes N --seed S</c> makes it longer or another one, <c>--case C</c> repeats a single case. What broke is written to
/// <c>artifacts/fuzz</c>.
/// </summary>
/// <param name="subject">Name of the subject, also of the file of a failing input.</param>
/// <param name="seconds">Its share of the short run. All shares together make a minute.</param>
public sealed class FuzzRun(string subject, double seconds)
{
    private const int DefaultSeed = 20261128;
    private const long MaxHeapGrowth = 256L << 20;
    private const long MaxProcessGrowth = 512L << 20;
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    private long _caseBegan;
    private long _case;
    private byte[] _input = [];

    /// <summary>Feeds cases until the time is over.</summary>
    /// <param name="corpus">Whole inputs.</param>
    /// <param name="feed">Number of the corpus entry, damaged input, the case's own random numbers. Throws when the subject misbehaves.</param>
    /// <returns>Cases fed.</returns>
    /// <exception cref="InvalidOperationException">A case failed; the message says how to repeat it.</exception>
    public async Task<long> RunAsync(IReadOnlyList<byte[]> corpus, Func<int, byte[], Random, Task> feed)
    {
        var seed = Number("REGIONAL_FUZZ_SEED") ?? DefaultSeed;
        var length = TimeSpan.FromSeconds(Number("REGIONAL_FUZZ_MINUTES") is { } minutes ? seconds * minutes : seconds);
        var began = Stopwatch.GetTimestamp();
        Volatile.Write(ref _caseBegan, began);
        var (heap, process) = (0L, 0L);
        var loop = Task.Run(async () =>
        {
            var only = Number("REGIONAL_FUZZ_CASE");
            for (_case = only ?? 0; only is null ? Stopwatch.GetElapsedTime(began) < length : _case == only; _case++)
            {
                var random = new Random(unchecked((int)(seed * 1_000_003 + _case * 7919)));
                var entry = (int)(_case % corpus.Count);
                _input = Mutator.Damage(corpus[entry], corpus[random.Next(corpus.Count)], random);
                Volatile.Write(ref _caseBegan, Stopwatch.GetTimestamp());
                await feed(entry, _input, random);
                // What is built once and kept has been built by then.
                if (_case == 200) (heap, process) = (GC.GetTotalMemory(true), PrivateBytes());
            }
        });
        while (!loop.IsCompleted)
        {
            await Task.WhenAny(loop, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System));
            if (!loop.IsCompleted && Stopwatch.GetElapsedTime(Volatile.Read(ref _caseBegan)) > Hang) throw Broken(seed, "took more than a minute", null);
        }
        try
        {
            await loop;
        }
        catch (Exception failure)
        {
            throw Broken(seed, failure.GetType().Name + ": " + failure.Message, failure);
        }
        if (_case > 200 && GC.GetTotalMemory(true) - heap > MaxHeapGrowth) throw Broken(seed, "left memory behind", null);
        if (_case > 200 && PrivateBytes() - process > MaxProcessGrowth) throw Broken(seed, "made the process grow", null);
        return _case;
    }

    private InvalidOperationException Broken(long seed, string what, Exception? failure)
    {
        var folder = Path.Combine(Root(), "artifacts", "fuzz");
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{subject}-{seed}-{_case}.bin"));
        File.WriteAllBytes(file, _input);
        return new InvalidOperationException(
            string.Create(CultureInfo.InvariantCulture, $"Fuzzing {subject}, seed {seed}, case {_case} ({Path.GetFileName(file)} in artifacts/fuzz): {what}. Repeat: ./regional fuzz --seed {seed} --case {_case}"), failure);
    }

    private static long PrivateBytes()
    {
        using var self = Process.GetCurrentProcess();
        return self.PrivateMemorySize64;
    }

    private static long? Number(string variable) =>
        long.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static string Root()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Regional.sln"))) return at.FullName;
        }
        return AppContext.BaseDirectory;
    }
}
