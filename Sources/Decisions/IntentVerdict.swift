// Face and will together: both have to pass.

package import Vocabulary

/// What was decided on the face: one living person throughout and, with a photo, the one of the photo.
package struct FaceVerdict: Sendable, Equatable {
  package var verdict: Verdict
  package var reasons: [DecisionReason]
  package var messages: [UserMessage]
  package var advice: NextAction

  package init(
    verdict: Verdict, reasons: [DecisionReason], messages: [UserMessage], advice: NextAction
  ) {
    self.verdict = verdict
    self.reasons = reasons
    self.messages = messages
    self.advice = advice
  }
}

extension IntentPolicy {
  /// The verdict of both. Nothing that is missing passes.
  ///
  /// The graver one decides; of two equally grave ones the face is told first. Where the will was not looked at, because
  /// the face had failed already, the face's verdict is the answer, and never PASS.
  /// - Parameter will: nil if it was not looked at.
  package func together(
    face: FaceVerdict, will: IntentDecision?, mode: IntentMode
  ) -> IntentDecision {
    guard let will else {
      let verdict = face.verdict == .pass || face.verdict == .unknown ? .inconclusive : face.verdict
      let reasons =
        face.verdict == .pass || face.reasons.isEmpty
        ? [DecisionReason(.signalMissing)] : face.reasons
      return IntentDecision(
        verdict: verdict, reasons: reasons, messages: face.messages, advice: face.advice,
        code: IntentCode(reasons[0].code))
    }
    let isFacePassed = face.verdict == .pass
    let verdict = Self.graver(face.verdict, will.verdict)
    guard verdict != .pass else {
      // The will first: it is what was asked for.
      return IntentDecision(
        verdict: .pass,
        reasons: will.reasons.filter { !$0.advisory } + face.reasons.filter { !$0.advisory }
          + (will.reasons + face.reasons).filter(\.advisory),
        messages: [], advice: .none, code: .ok)
    }
    var own = face
    // That a nod is missing is said of its prompt.
    let isWillWanting = mode == .nod && will.verdict != .pass
    if isWillWanting { own.reasons.removeAll { Self.isOfNods($0) } }
    if isFacePassed { own.reasons = [] }
    let isFaceFirst =
      !isFacePassed && !own.reasons.isEmpty
      && (will.verdict == .pass || Self.grade(face.verdict) >= Self.grade(will.verdict))
    let wills = will.verdict == .pass ? [] : will.reasons
    let ordered = isFaceFirst ? own.reasons + wills : wills + own.reasons
    let reasons = ordered.filter { !$0.advisory } + ordered.filter(\.advisory)
    let spoken = will.verdict == .pass ? [] : will.messages
    let seen = isFacePassed || own.reasons.isEmpty ? [] : face.messages
    var told: Set<UserMessage> = []
    let messages = (isFaceFirst ? seen + spoken : spoken + seen).filter {
      told.insert($0).inserted
    }
    // Of two that are equally grave, the advice of the one that is told first.
    let advice =
      will.verdict == .pass || isFaceFirst ? face.advice : will.advice
    return IntentDecision(
      verdict: verdict, reasons: reasons, messages: messages,
      advice: messages.contains(.useOtherWay) ? .useOtherChannel : advice,
      code: IntentCode(reasons[0].code))
  }

  private static func isOfNods(_ reason: DecisionReason) -> Bool {
    switch reason.code {
    case .actionNotPerformed, .actionOrderWrong, .actionUnclear, .actionNotAsked: true
    case .signalMissing: reason.signal == .actionScoreMin
    default: false
    }
  }

  private static func grade(_ verdict: Verdict) -> Int {
    switch verdict {
    case .pass: 0
    case .unknown, .inconclusive: 1
    case .review: 2
    case .reject: 3
    }
  }

  private static func graver(_ a: Verdict, _ b: Verdict) -> Verdict {
    let worse = grade(a) >= grade(b) ? a : b
    return worse == .unknown ? .inconclusive : worse
  }
}
