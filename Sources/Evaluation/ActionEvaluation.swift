// How well actions are found: in labelled clips, and in tracks generated from a seed.

package import Liveness
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

  package init(clip: LabelledClip, seen: ActionSighting, framesAnalysed: Int) {
    self.clip = clip
    self.seen = seen
    self.framesAnalysed = framesAnalysed
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
  /// Each clip played against each of the 118 orders of one to three actions: how many a strict policy would let pass.
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
      let judge = ActionJudge(clip.seen)
      for asked in ActionOrders.all {
        replayed += 1
        if judge.judge(asked: asked).isFaultless { replayPassed += 1 }
      }
    }
  }
}
