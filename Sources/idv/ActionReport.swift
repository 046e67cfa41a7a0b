// What `idv evaluate actions` prints.

internal import Evaluation
internal import Liveness
internal import Simulation
internal import Vocabulary

/// Rates of actions, as JSON and as tables. Rates without a trial are null.
struct ActionReport: Encodable {
  /// Of labelled clips; empty without any. Beside the six actions `turn`, to any side.
  let actions: [String: Row]
  let replay: Passes?
  let generated: Generated?
  let clips: [Clip]?

  /// One action.
  struct Row: Encodable {
    let precision: Double?
    let recall: Double?
    /// Clips, or performances, in which it was there.
    let n: Int
    let found: Int
    let missed: Int
    let wrong: Int
    let precisionBounds: [Double]
    let recallBounds: [Double]

    init(_ counts: DetectionCounts) {
      n = counts.found + counts.missed
      (found, missed, wrong) = (counts.found, counts.missed, counts.wrong)
      precision = counts.precision.total == 0 ? nil : counts.precision.value
      recall = counts.recall.total == 0 ? nil : counts.recall.value
      precisionBounds = [counts.precision.lower, counts.precision.upper]
      recallBounds = [counts.recall.lower, counts.recall.upper]
    }
  }

  /// How many of some clips would pass a policy that allows nothing unasked.
  struct Passes: Encodable {
    let n: Int
    let passed: Int
    let share: Double
    let bounds: [Double]

    init(_ passed: Int, of n: Int) {
      let rate = MeasuredRate(count: passed, total: n)
      (self.n, self.passed, share) = (n, passed, rate.value)
      bounds = [rate.lower, rate.upper]
    }

    var text: String {
      "\(passed) of \(n) (\(fixed(bounds[0] * 100, 2))–\(fixed(bounds[1] * 100, 2)) %)"
    }
  }

  /// Generated tracks: not the field.
  struct Generated: Encodable {
    let seed: UInt64
    let tracks: Int
    let actions: [String: Row]
    /// Judged by what was asked and performed.
    let genuine: Passes
    /// Judged by the same actions in another order, and by other ones.
    let wrongOrder: Passes
    let otherActions: Passes
    /// The same movements by a tilted picture.
    let picture: Passes
  }

  /// One clip.
  struct Clip: Encodable {
    let path: String
    let labels: [String]
    let frames: Int
    let found: [Found]
    /// Of its movements of the head, the least solid one's measure.
    let solidity: Double?
  }

  struct Found: Encodable {
    let action: String
    let start: Double
    let end: Double
    let score: Double
  }

  init(
    _ result: ClipActionResult?, _ generated: ActionTrials?, seed: UInt64,
    listsClips: Bool
  ) {
    var rows = Self.rows(result?.counts ?? [:])
    rows["turn"] = result.map { Row($0.turns) }
    actions = rows
    replay = result.map { Passes($0.replayPassed, of: $0.replayed) }
    self.generated = generated.map { made in
      Generated(
        seed: seed, tracks: made.tracks,
        actions: Self.rows(made.counts.mapValues { DetectionCounts($0) }),
        genuine: Passes(made.genuinePassed, of: made.genuine),
        wrongOrder: Passes(made.wrongOrdersPassed, of: made.wrongOrders),
        otherActions: Passes(made.otherActionsPassed, of: made.otherActions),
        picture: Passes(made.picturesPassed, of: made.pictures))
    }
    clips = listsClips ? result?.clips.map(Self.clip) : nil
  }

  private static func rows(_ counts: [FaceAction: DetectionCounts]) -> [String: Row] {
    Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, Row($0.value)) })
  }

  private static func clip(_ scored: ScoredClip) -> Clip {
    Clip(
      path: scored.clip.path, labels: scored.clip.words.map(\.rawValue).sorted(),
      frames: scored.framesAnalysed,
      found: scored.seen.actions.map {
        Found(action: $0.action.rawValue, start: $0.start, end: $0.end, score: $0.score)
      }, solidity: scored.seen.solidity)
  }

  // MARK: Tables

  func printTable() {
    if let replay {
      print("labelled clips; a clip counts once for each action; 95 % bounds")
      printRows(actions)
      print("every clip against every challenge: passed \(replay.text)")
    }
    if let generated {
      print("generated tracks (seed \(generated.seed)): \(generated.tracks); not the field")
      printRows(generated.actions)
      print("as asked:         passed \(generated.genuine.text)")
      print("another order:    passed \(generated.wrongOrder.text)")
      print("other actions:    passed \(generated.otherActions.text)")
      print("a tilted picture: passed \(generated.picture.text)")
    }
    for clip in clips ?? [] { printClip(clip) }
  }

  private func printRows(_ rows: [String: Row]) {
    print(
      left("action", 12) + right("n", 6) + right("found", 7) + right("wrong", 7) + "  "
        + left("recall", 26) + "precision")
    for name in FaceAction.allCases.map(\.rawValue) + ["turn"] {
      guard let row = rows[name] else { continue }
      print(
        left(name, 12) + right("\(row.n)", 6) + right("\(row.found)", 7) + right("\(row.wrong)", 7)
          + "  " + left(text(row.recall, row.recallBounds), 26)
          + text(row.precision, row.precisionBounds))
    }
  }

  private func text(_ rate: Double?, _ bounds: [Double]) -> String {
    guard let rate else { return "–" }
    return "\(percent(rate)) (\(fixed(bounds[0] * 100, 1))–\(fixed(bounds[1] * 100, 1)))"
  }

  private func printClip(_ clip: Clip) {
    let found = clip.found.map { "\($0.action) \(fixed($0.start, 2))" }.joined(separator: ", ")
    print("\(clip.path) [\(clip.labels.joined(separator: ";"))]: \(found)")
  }
}

extension DetectionCounts {
  fileprivate init(_ counts: ActionTrialCounts) {
    self.init()
    (found, missed, wrong) = (counts.found, counts.missed, counts.wrong)
  }
}
