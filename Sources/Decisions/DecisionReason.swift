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

  package init(
    _ code: ReasonCode, field: String = "", measured: Double? = nil, limit: Double? = nil,
    advisory: Bool = false, warning: CardWarningCode? = nil
  ) {
    self.code = code
    self.field = field
    self.measured = measured
    self.limit = limit
    self.advisory = advisory
    self.warning = warning
  }

  /// The same reason about the request field `field`.
  package func about(_ field: String) -> DecisionReason {
    var copy = self
    copy.field = field
    return copy
  }
}
