// One reason of a verdict, with the numbers behind it.

package import Vocabulary

/// A reason code with what was measured and the limit it was held against.
package struct DecisionReason: Sendable, Equatable {
  package var code: ReasonCode
  /// The request field it is about, empty for the whole answer.
  package var field: String
  package var measured: Double?
  package var limit: Double?
  /// Informs, does not decide.
  package var advisory: Bool
  /// Of `cardWarning`: which one.
  package var warning: CardWarningCode?
  /// Of a reason about a capture: what was measured.
  package var signal: LivenessSignal?

  package init(
    _ code: ReasonCode, field: String = "", measured: Double? = nil, limit: Double? = nil,
    advisory: Bool = false, warning: CardWarningCode? = nil, signal: LivenessSignal? = nil
  ) {
    self.code = code
    self.field = field
    self.measured = measured
    self.limit = limit
    self.advisory = advisory
    self.warning = warning
    self.signal = signal
  }

  /// The same reason about the request field `field`.
  package func about(_ field: String) -> DecisionReason {
    var copy = self
    copy.field = field
    return copy
  }
}
