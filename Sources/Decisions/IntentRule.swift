// One condition on one measured number of a recording in which a person shows that they agree.

package import Vocabulary

/// A rule with where it holds: for which ways of agreeing, and of what.
package struct IntentRule: Sendable, Equatable {
  /// The bound itself, as liveness has them.
  package var rule: LivenessRule
  package var modes: Set<IntentMode>
  /// Of each part of these kinds; nil: of the recording as a whole.
  package var kinds: Set<IntentPartKind>?
  /// What the server has to be able to do for the number to be there; without it the rule says nothing, because the
  /// policy's preconditions have spoken.
  package var needs: LivenessCapability?
  /// The policy's versions that have it.
  package var versions: ClosedRange<Int>

  package init(
    _ name: String, _ signal: LivenessSignal, _ side: LivenessRule.Side, _ limit: Double,
    in range: ClosedRange<Double>, given: [LivenessCondition] = [],
    modes: Set<IntentMode> = [.read, .answer], kinds: Set<IntentPartKind>? = nil,
    needs: LivenessCapability? = nil, missing: LivenessOutcome?, failing: LivenessOutcome,
    isAboutMaterial: Bool = false, mayBeAdvisory: Bool = false, code: ReasonCode,
    message: UserMessage, meaning: String,
    versions: ClosedRange<Int> = IntentPolicy.versionsKnown
  ) {
    rule = LivenessRule(
      name, signal, side, limit, in: range, given: given, missing: missing, failing: failing,
      isAboutMaterial: isAboutMaterial, mayBeAdvisory: mayBeAdvisory, code: code,
      message: message, meaning: meaning)
    self.modes = modes
    self.kinds = kinds
    self.needs = needs
    self.versions = versions
  }

  package var name: String { rule.name }
}
