// How well actions are found and judged in tracks generated from a seed.

internal import Liveness
package import Vocabulary

/// How often an action was found where it was, missed, and found where it was not.
package struct ActionTrialCounts: Sendable, Equatable {
  package var found = 0
  package var missed = 0
  package var wrong = 0

  package init() {}
}

/// What generated tracks gave. They say that the detector does what it is meant to, not how it does in the field.
package struct ActionTrials: Sendable {
  package private(set) var tracks = 0
  package private(set) var counts: [FaceAction: ActionTrialCounts] = [:]
  /// People who did as asked, and those of them whom the policy lets pass (`TrackVerdicts`).
  package private(set) var genuine = 0
  package private(set) var genuinePassed = 0
  /// Tracks judged by another order of the same actions.
  package private(set) var wrongOrders = 0
  package private(set) var wrongOrdersPassed = 0
  /// Tracks judged by a challenge with other actions.
  package private(set) var otherActions = 0
  package private(set) var otherActionsPassed = 0
  /// Of those: an action that was performed was not seen, and nothing else was asked for; or a shake was taken for turns to
  /// either side, which it is.
  package private(set) var otherActionsUnseen = 0
  package private(set) var otherActionsOfShakes = 0
  /// The same movements made by a tilted picture.
  package private(set) var pictures = 0
  package private(set) var picturesPassed = 0

  /// Generates `count` tracks from `seed`; half of the people talk in between.
  package init(count: Int, seed: UInt64) {
    for trial in 0..<count {
      var numbers = SplitMix64(seed: seed, trial: trial)
      let asked = ActionOrders.all.randomElement(using: &numbers) ?? [.blink]
      let motion = HeadMotion(
        performing: asked, talks: Bool.random(using: &numbers), using: &numbers)
      let track = motion.track(using: &numbers)
      tracks += 1
      compare(ActionDetector.sighting(in: track), motion)
      judge(TrackVerdicts(track), asked)
      let picture = TrackVerdicts(motion.track(.flat, using: &numbers))
      let moves = asked.contains { $0 != .blink && $0 != .openMouth }
      if moves {
        pictures += 1
        if picture.passes(asked) { picturesPassed += 1 }
      }
    }
  }

  private mutating func compare(_ seen: ActionSighting, _ motion: HeadMotion) {
    var left = seen.actions
    for planned in motion.planned {
      let place = left.firstIndex {
        $0.action == planned.action && $0.start < planned.end && $0.end > planned.start
      }
      if let place {
        left.remove(at: place)
        counts[planned.action, default: ActionTrialCounts()].found += 1
      } else {
        counts[planned.action, default: ActionTrialCounts()].missed += 1
      }
    }
    let own = motion.ownBlinks
    for action in left {
      let isOwn = action.action == .blink && own.contains { abs($0 - action.start) < 0.3 }
      if !isOwn { counts[action.action, default: ActionTrialCounts()].wrong += 1 }
    }
  }

  /// Counts a challenge that passed although other actions were performed.
  private mutating func addOther(_ performed: Set<FaceAction>, _ asked: Set<FaceAction>) {
    otherActionsPassed += 1
    let strange = asked.subtracting(performed).subtracting([.blink])
    if strange.isEmpty { otherActionsUnseen += 1 }
    let isOfShake = performed.contains(.shake) && !asked.contains(.shake)
    if isOfShake, !strange.isEmpty, strange.isSubset(of: [.turnLeft, .turnRight]) {
      otherActionsOfShakes += 1
    }
  }

  private mutating func judge(_ verdicts: TrackVerdicts, _ asked: [FaceAction]) {
    genuine += 1
    if verdicts.passes(asked) { genuinePassed += 1 }
    for other in ActionOrders.all where other != asked {
      let passed = verdicts.passes(other)
      if Set(other) == Set(asked) {
        // With a blink of one's own in the right place, another order was performed as well.
        guard !other.contains(.blink) else { continue }
        wrongOrders += 1
        if passed { wrongOrdersPassed += 1 }
      } else if Set(other).subtracting([.blink]) != Set(asked).subtracting([.blink]) {
        otherActions += 1
        if passed { addOther(Set(asked), Set(other)) }
      }
    }
  }
}

extension SplitMix64 {
  /// One stream a trial.
  fileprivate init(seed: UInt64, trial: Int) {
    var mixed = SplitMix64(
      seed: seed &+ UInt64(truncatingIfNeeded: trial) &* 0xD1B5_4A32_D192_ED03)
    self.init(seed: mixed.next())
  }
}
