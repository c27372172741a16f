using Regional.Actors;
using Regional.Outcomes;
using Regional.Reading;
using Regional.Reports;
using Regional.Transitions;

namespace Regional.Studies;

internal sealed partial class StudyGrain
{
    public Task ClaimGranted(ClaimTicket ticket) => Follow(ReportRules.ClaimGranted(ledger.State, ticket, time.GetUtcNow()));

    public Task ClaimEnded(long token, string why) => Follow(ReportRules.ClaimEnded(ledger.State, token, why, time.GetUtcNow()));

    public Task<Outcome<StudySnapshot>> SaveDraft(Command command, long claimToken, ReportText text) =>
        Do(command, (state, turn) => ReportRules.SaveDraft(state, command, turn, claimToken, text));

    public Task<Outcome<StudySnapshot>> SubmitTraineeDraft(Command command, long claimToken, ReportText text) =>
        Do(command, (state, turn) => ReportRules.SubmitTraineeDraft(state, turn, claimToken, text));

    public Task<Outcome<StudySnapshot>> SubmitPreliminary(Command command, long claimToken, ReportText text) =>
        Do(command, (state, turn) => ReportRules.SubmitPreliminary(state, turn, claimToken, text));

    public Task<Outcome<StudySnapshot>> PublishProvisional(Command command) => Do(command, ReviewRules.PublishProvisional);

    public Task<Outcome<StudySnapshot>> TakeReview(Command command) => 
        Do(command, (state, turn) => ReviewRules.TakeReview(state, turn, clocks.ClaimIdle));

    public Task<Outcome<StudySnapshot>> ReturnReport(Command command, ReportText? markedText) =>
        Do(command, (state, turn) => ReviewRules.Return(state, turn, markedText));

    public Task<Outcome<StudySnapshot>> Dispute(Command command) => Do(command, ReviewRules.Dispute);

    public Task<Outcome<StudySnapshot>> ReceiveOpinion(Command command, string opinion) =>
        Do(command, (state, turn) => ReviewRules.ReceiveOpinion(state, turn, opinion));

    /// <summary>The agreement of today decides who may sign alone, not the one under which the exam began.</summary>
    public async Task<Outcome<StudySnapshot>> Sign(Command command, ReportText text, SignatureProof proof)
    {
        if (Early(command) is { } answer) return answer;
        var agreement = await Site(ledger.State.Site).Agreement();
        return await Conclude(command, ReviewRules.Sign(ledger.State, Turn.Of(command, time.GetUtcNow()), text, proof, agreement));
    }

    public Task<Outcome<StudySnapshot>> Addendum(Command command, string text, SignatureProof proof) =>
        Do(command, (state, turn) => ReviewRules.Addendum(state, turn, text, proof));

    public Task<Outcome<StudySnapshot>> RequestCorrection(Command command) => Do(command, ReviewRules.RequestCorrection);

    public Task<Outcome<StudySnapshot>> RefuseCorrection(Command command) => Do(command, ReviewRules.RefuseCorrection);

    public Task<Outcome<StudySnapshot>> AcceptCorrection(Command command, bool reread) =>
        Do(command, (state, turn) => ReviewRules.AcceptCorrection(state, turn, reread));
}
