// How verdicts on liveness are put into messages.

package import Decisions
package import Messages
internal import Vocabulary

extension LivenessResult {
  /// The verdict with its record.
  package init(_ decision: LivenessDecision, _ decided: LivenessCase) {
    self.init()
    verdict = Messages.Verdict(rawValue: decision.verdict.rawValue)
    reasons = decision.reasons.map(Reason.init)
    mode = Messages.LivenessMode(decided.evidence.mode)
    attackTags = decision.tags.map { Messages.AttackTag(rawValue: $0.rawValue) }
    userMessages = decision.messages.map { Messages.UserMessage(rawValue: $0.rawValue) }
    record = LivenessRecord(decided)
  }
}
