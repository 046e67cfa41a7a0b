// Rates of an evaluation of speech.

package import Speech

/// What came of all trials, by condition and kind.
package struct SpeechRates: Sendable {
  private let counts: [SpeechCondition: [SpeechTrialKind: (accepted: Int, total: Int)]]

  /// How often the words were taken as said at `point`.
  package init(_ trials: [SpeechTrial], at point: SpeechPoint) {
    self.init(trials) { $0.isAccepted(at: point) }
  }

  /// How often recordings would pass, as far as they are heard.
  package init(passing trials: [SpeechTrial]) { self.init(trials) { $0.decision.isPassed } }

  package init(_ trials: [SpeechTrial], isAccepted: (SpeechTrial) -> Bool) {
    var counts: [SpeechCondition: [SpeechTrialKind: (accepted: Int, total: Int)]] = [:]
    for trial in trials {
      var count = counts[trial.condition]?[trial.kind] ?? (0, 0)
      count.total += 1
      if isAccepted(trial) { count.accepted += 1 }
      counts[trial.condition, default: [:]][trial.kind] = count
    }
    self.counts = counts
  }

  /// How often texts of `kind` were accepted in `condition`.
  package subscript(condition: SpeechCondition, kind: SpeechTrialKind) -> MeasuredRate {
    let count = counts[condition]?[kind] ?? (0, 0)
    return MeasuredRate(count: count.accepted, total: count.total)
  }
}

/// What came of codes at one least probability.
package struct CodeRates: Sendable {
  private let trials: [CodeTrial]
  package let least: Double

  package init(_ trials: [CodeTrial], least: Double) {
    self.trials = trials
    self.least = least
  }

  package subscript(kind: CodeTrial.Kind) -> MeasuredRate {
    let some = trials.filter { $0.kind == kind }
    return MeasuredRate(
      count: some.count { $0.reading?.isAccepted(least: least) ?? false }, total: some.count)
  }
}
