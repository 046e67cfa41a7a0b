// How well actions are found: in labelled clips, and in tracks generated from a seed.

package import Liveness
internal import Simulation
package import Vocabulary

/// How often something was found that was there, and that was not.
package struct DetectionCounts: Sendable, Equatable {
  /// There and found; there and missed; not there and found; not there and not found.
  package var found = 0
  package var missed = 0
  package var wrong = 0
  package var absent = 0

  package init() {}

  package mutating func add(there: Bool, found isFound: Bool) {
    switch (there, isFound) {
    case (true, true): found += 1
    case (true, false): missed += 1
    case (false, true): wrong += 1
    case (false, false): absent += 1
    }
  }

  /// Of what was found, how much was there.
  package var precision: MeasuredRate { MeasuredRate(count: found, total: found + wrong) }
  /// Of what was there, how much was found.
  package var recall: MeasuredRate { MeasuredRate(count: found, total: found + missed) }
}

/// What was found in one labelled clip.
package struct ScoredClip: Sendable {
  package let clip: LabelledClip
  package let seen: ActionSighting
  package let framesAnalysed: Int
  /// What the track says by itself.
  package let track: [LivenessSignal: Double]

  package init(
    clip: LabelledClip, seen: ActionSighting, framesAnalysed: Int,
    track: [LivenessSignal: Double] = [:]
  ) {
    self.clip = clip
    self.seen = seen
    self.framesAnalysed = framesAnalysed
    self.track = track
  }

  /// Whether an action was found anywhere in it.
  package func found(_ action: FaceAction) -> Bool { seen.actions.contains { $0.action == action } }

  /// Whether a turn to any side was found.
  package var foundTurn: Bool { found(.turnLeft) || found(.turnRight) }
}

/// What labelled clips gave. A clip counts once for each action, however often it is performed.
package struct ClipActionResult: Sendable {
  package private(set) var clips: [ScoredClip] = []
  /// Of each action of whose label something is known.
  package private(set) var counts: [FaceAction: DetectionCounts] = [:]
  /// Turns to any side.
  package private(set) var turns = DetectionCounts()
  /// Of the labels' words that are no single action: turns to both sides, and to one side at least where a label says so.
  package private(set) var words: [LabelledClip.Word: DetectionCounts] = [:]
  /// Each clip played against each of the 118 orders of one to three actions: how many the policy lets pass, as far as track
  /// and actions go.
  package private(set) var replayed = 0
  package private(set) var replayPassed = 0

  package init(_ clips: [ScoredClip]) {
    self.clips = clips
    for clip in clips {
      for action in FaceAction.allCases {
        guard let there = clip.clip.performs(action) else { continue }
        counts[action, default: DetectionCounts()].add(there: there, found: clip.found(action))
      }
      turns.add(there: clip.clip.turns, found: clip.foundTurn)
      if let both = clip.clip.turnsBothWays {
        words[.turnBoth, default: DetectionCounts()].add(
          there: both, found: clip.found(.turnLeft) && clip.found(.turnRight))
      }
      words[.turnOneSide, default: DetectionCounts()].add(
        there: clip.clip.turns, found: clip.foundTurn)
      let verdicts = TrackVerdicts(clip.seen, signals: clip.track)
      for asked in ActionOrders.all {
        replayed += 1
        if verdicts.passes(asked) { replayPassed += 1 }
      }
    }
  }
}
