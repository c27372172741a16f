using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Regional.Imaging.Index;
using Regional.Silo.Archive;
using Regional.Silo.Tests.Hosting;
using Regional.Studies;
using Regional.TestKit.Phantoms;

namespace Regional.Silo.Tests.Archive;

public sealed class ArchiveDispatcherTests
{
    [Fact]
    public async Task A_study_that_cannot_take_its_images_holds_up_no_other_and_gets_them_when_it_can()
    {
        using var region = new SmallRegion();
        var refusing = new RefusingStudies();
        var host = await region.Start(configure: builder => builder.Services.AddSingleton<IIncomingGrainCallFilter>(refusing));
        try
        {
            var broken = new PhantomStudy(new StudyRecipe { Seed = 11, Images = 1 });
            refusing.StudyUids[broken.StudyInstanceUid] = true;
            await host.Archive.Receive(broken);
            await refusing.Refused.Task.WaitAsync(TimeSpan.FromSeconds(20));
            foreach (var seed in (int[])[12, 13, 14])
            {
                var other = new PhantomStudy(new StudyRecipe { Seed = seed, Images = 1 });
                await host.Archive.Receive(other);
                await host.Exam(other.StudyInstanceUid, 1);
            }

            (await host.Archive.Index.GetTotalsAsync(default)).UndeliveredEvents.ShouldBe(1, "what was not taken is kept, and nothing else");

            refusing.StudyUids.Clear();
            await host.Exam(broken.StudyInstanceUid, 1);
        }
        finally
        {
            await SmallRegion.Stop(host);
        }
    }

    [Fact]
    public async Task After_a_restart_with_nothing_to_carry_it_sleeps_until_something_is_committed()
    {
        var outbox = new QuietOutbox(position: 50);
        using var dispatcher = new ArchiveDispatcher(outbox, null!, null!, TimeProvider.System, NullLogger<ArchiveDispatcher>.Instance);

        await dispatcher.StartAsync(default);
        await outbox.Asleep.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await dispatcher.StopAsync(default);

        outbox.Reads.ShouldBe(1);
    }

    /// <summary>Every event was delivered in an earlier life.</summary>
    private sealed class QuietOutbox(long position) : IOutbox
    {
        public int Reads { get; private set; }

        public TaskCompletionSource Asleep { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<OutboxPage> ReadAsync(int limit, IReadOnlyCollection<string> withoutStudies, CancellationToken cancellation)
        {
            if (++Reads > 5) Asleep.TrySetException(new InvalidOperationException("It never sleeps."));
            return Task.FromResult(new OutboxPage([], position));
        }

        public Task AcknowledgeAsync(IReadOnlyCollection<long> sequences, CancellationToken cancellation) => Task.CompletedTask;

        public Task WaitAsync(long since, CancellationToken cancellation)
        {
            if (since < position) return Task.CompletedTask;
            Asleep.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        }
    }

    /// <summary>Study grains whose storage, say, is broken: each call with images of a named study fails.</summary>
    private sealed class RefusingStudies : IIncomingGrainCallFilter
    {
        public ConcurrentDictionary<string, bool> StudyUids { get; } = new(StringComparer.Ordinal);

        public TaskCompletionSource Refused { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.MethodName != nameof(IStudyGrain.ImagesArrived) || context.Request.GetArgument(0) is not ImagesArrived batch || !StudyUids.ContainsKey(batch.StudyInstanceUid))
                return context.Invoke();
            Refused.TrySetResult();
            throw new InvalidOperationException("This study takes no images in this test.");
        }
    }
}
