// What `idv evaluate actions` says, as JSON.

internal import Liveness
package import Simulation
internal import Vocabulary

/// Rates of actions. Rates without a trial are null.
package struct ActionReport: Encodable {
  /// Of labelled clips, by the labels' words and by the names of actions; empty without any. Beside the six actions `turn`,
  /// to any side.
  package let actions: [String: Row]
  package let replay: Passes?
  package let generated: Generated?
  package let clips: [Clip]?
  /// Clips that could not be read; they count nowhere.
  package let unread: [String]

  /// One action.
  package struct Row: Encodable {
    package let precision: Double?
    package let recall: Double?
    /// Clips, or performances, in which it was there.
    package let n: Int
    package let found: Int
    package let missed: Int
    package let wrong: Int
    package let precisionBounds: [Double]
    package let recallBounds: [Double]

    init(_ counts: DetectionCounts) {
      n = counts.found + counts.missed
      (found, missed, wrong) = (counts.found, counts.missed, counts.wrong)
      precision = counts.precision.total == 0 ? nil : counts.precision.value
      recall = counts.recall.total == 0 ? nil : counts.recall.value
      precisionBounds = [counts.precision.lower, counts.precision.upper]
      recallBounds = [counts.recall.lower, counts.recall.upper]
    }
  }

  /// How many of some clips would pass the policy, as far as actions and track go.
  package struct Passes: Encodable {
    package let n: Int
    package let passed: Int
    package let share: Double
    package let bounds: [Double]

    init(_ passed: Int, of n: Int) {
      let rate = MeasuredRate(count: passed, total: n)
      (self.n, self.passed, share) = (n, passed, rate.value)
      bounds = [rate.lower, rate.upper]
    }
  }

  /// Generated tracks: not the field.
  package struct Generated: Encodable {
    package let seed: UInt64
    package let tracks: Int
    package let actions: [String: Row]
    /// Judged by what was asked and performed.
    package let genuine: Passes
    /// Judged by the same actions in another order, and by other ones.
    package let wrongOrder: Passes
    package let otherActions: Passes
    /// Of the latter that passed: something that was performed was not seen, nothing else was asked; a shake where turns were
    /// asked for.
    package let otherActionsUnseen: Int
    package let otherActionsOfShakes: Int
    /// The same movements by a tilted picture.
    package let picture: Passes
  }

  /// One clip.
  package struct Clip: Encodable {
    package let path: String
    package let labels: [String]
    package let frames: Int
    package let found: [Found]
    /// Of its movements of the head, the least solid one's measure.
    package let solidity: Double?
  }

  package struct Found: Encodable {
    package let action: String
    package let start: Double
    package let end: Double
    package let score: Double
  }

  /// - Parameters:
  ///   - unread: paths of clips that could not be read.
  ///   - listsClips: whether each clip is told with what was found in it.
  package init(
    _ result: ClipActionResult?, _ generated: ActionTrials?, seed: UInt64, unread: [String] = [],
    listsClips: Bool
  ) {
    var rows = Self.rows(result?.counts ?? [:])
    if let result {
      for (word, counts) in result.words { rows[word.rawValue] = Row(counts) }
      rows["turn"] = Row(result.turns)
    }
    actions = rows
    replay = result.map { Passes($0.replayPassed, of: $0.replayed) }
    self.generated = generated.map { made in
      Generated(
        seed: seed, tracks: made.tracks,
        actions: Self.rows(made.counts.mapValues { DetectionCounts($0) }),
        genuine: Passes(made.genuinePassed, of: made.genuine),
        wrongOrder: Passes(made.wrongOrdersPassed, of: made.wrongOrders),
        otherActions: Passes(made.otherActionsPassed, of: made.otherActions),
        otherActionsUnseen: made.otherActionsUnseen,
        otherActionsOfShakes: made.otherActionsOfShakes,
        picture: Passes(made.picturesPassed, of: made.pictures))
    }
    clips = listsClips ? result?.clips.map(Self.clip) : nil
    self.unread = unread
  }

  /// By the actions' names and, where a label has another word for one, by that, too.
  private static func rows(_ counts: [FaceAction: DetectionCounts]) -> [String: Row] {
    var rows: [String: Row] = [:]
    for (action, counts) in counts {
      rows[action.rawValue] = Row(counts)
      rows[LabelledClip.Word(action).rawValue] = Row(counts)
    }
    return rows
  }

  private static func clip(_ scored: ScoredClip) -> Clip {
    Clip(
      path: scored.clip.path, labels: scored.clip.words.map(\.rawValue).sorted(),
      frames: scored.framesAnalysed,
      found: scored.seen.actions.map {
        Found(action: $0.action.rawValue, start: $0.start, end: $0.end, score: $0.score)
      }, solidity: scored.seen.solidity)
  }
}

extension DetectionCounts {
  fileprivate init(_ counts: ActionTrialCounts) {
    self.init()
    (found, missed, wrong) = (counts.found, counts.missed, counts.wrong)
  }
}
