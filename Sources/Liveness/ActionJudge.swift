// Whether a clip shows the actions that were asked for, in the order asked for, and no others.

package import Vision
package import Vocabulary

/// What became of one asked action.
package struct AskedAction: Sendable, Equatable {
  package let action: FaceAction
  package let performed: Bool
  /// Of the performance, in seconds since the clip's first frame; nil without one.
  package let startSeconds: Double?
  package let endSeconds: Double?
  /// 0.5 where it just counts, 1 where it is plain; 0 if it was not performed.
  package let score: Double
}

/// What a clip shows of the actions that were asked for.
package struct ActionReading: Sendable, Equatable {
  /// In the order asked for.
  package let perAction: [AskedAction]
  /// Whether all were performed, one after the other as asked, each in its own time.
  package let inOrder: Bool
  /// Actions that were performed without being asked for, blinks among them, in order of start.
  package let performedOthers: [PerformedAction]
  package let signals: [LivenessSignal: Double]
}

/// The orders that a challenge can ask for.
package enum ActionOrders {
  /// Of one to three actions where all are allowed: 118.
  package static let all = LivenessLimits.actions.flatMap { drawn(from: [], count: $0) }

  /// What may be asked for, in a fixed order: all of those that are allowed, all actions if none is named.
  static func offered(_ allowed: [FaceAction]) -> [FaceAction] {
    let named = FaceAction.allCases.filter { allowed.contains($0) }
    return named.isEmpty ? LivenessLimits.actionsOffered : named
  }

  /// Every order that can be drawn, each as likely as any other: as many different actions as asked for, within 1–3 and
  /// what is allowed (all if none is named); of two or more only those with one of the face and one of the head, where
  /// both are allowed.
  package static func drawn(from allowed: [FaceAction], count: Int) -> [[FaceAction]] {
    let offered = offered(allowed)
    let bounds = LivenessLimits.actions
    let length = min(max(count, bounds.lowerBound), bounds.upperBound, offered.count)
    var orders: [[FaceAction]] = [[]]
    for _ in 0..<length {
      orders = orders.flatMap { order in
        offered.filter { !order.contains($0) }.map { order + [$0] }
      }
    }
    return length > 1 && isMixed(offered) ? orders.filter(isMixed) : orders
  }

  /// Whether it asks for the face and for the head. A photo that is moved has no face that moves, a face that is pasted
  /// or cut out has no head that turns.
  static func isMixed(_ order: [FaceAction]) -> Bool {
    order.contains(where: isOfFace) && !order.allSatisfy(isOfFace)
  }

  private static func isOfFace(_ action: FaceAction) -> Bool {
    action == .blink || action == .openMouth
  }
}

/// Judges actions. Pure.
///
/// What an attacker could do with recordings, and what answers it:
/// - a clip that performs everything: what was not asked for is counted (`actionsNotAsked`), and a policy allows little;
/// - the asked actions in another order: `actionsInOrder` is 0; each begins after the one before has ended;
/// - several at once: the same;
/// - a photo that is tilted and turned: its movements are flat and count as none (`flatMovements`);
/// - the frames of an unasked action left out: the gap is told (`actionGapSecondsMax`), and where frames are too far apart
///   for actions to be seen nothing is counted;
/// - a clip of another session: the order was drawn at random; 118 orders of one to three of six actions.
///
/// Blinks come by themselves and are counted apart. Asked for, any blink in its time is taken for the asked one.
package struct ActionJudge: Sendable {
  private let sighting: ActionSighting

  package init(_ track: FaceTrack) {
    self.init(ActionDetector.sighting(in: track))
  }

  package init(_ sighting: ActionSighting) { self.sighting = sighting }

  /// Judges.
  /// - Parameters:
  ///   - asked: in the order asked for; with none, everything is unasked for and `inOrder` false.
  ///   - windows: of each action, when it may be performed, in seconds since the clip's first frame; nil lets each
  ///     come at any time. As many as actions.
  package func judge(
    asked: [FaceAction], windows: [ClosedRange<Double>]? = nil
  ) -> ActionReading {
    precondition(windows.map { $0.count == asked.count } ?? true, "a window for each action")
    let candidates = candidates(for: asked)
    /// Performances of `asked[index]` within its window.
    func fitting(_ index: Int) -> [PerformedAction] {
      candidates.filter { candidate in
        candidate.action == asked[index]
          && (windows.map {
            candidate.start >= $0[index].lowerBound && candidate.start <= $0[index].upperBound
          } ?? true)
      }
    }
    let choices = asked.indices.map(fitting)
    let ordered = Self.inOrder(choices)
    let chosen: [PerformedAction?] =
      ordered ?? choices.map { $0.max { ($0.score, -$0.start) < ($1.score, -$1.start) } }
    let perAction = zip(asked, chosen).map { action, performance in
      AskedAction(
        action: action, performed: performance != nil, startSeconds: performance?.start,
        endSeconds: performance?.end, score: performance?.score ?? 0)
    }
    let others = others(than: chosen.compactMap(\.self))
    let inOrder = ordered != nil && !asked.isEmpty
    return ActionReading(
      perAction: perAction, inOrder: inOrder, performedOthers: others,
      signals: signals(perAction, inOrder: inOrder, others: others))
  }

  /// All actions; turns that a shake consists of where the asked ones include a turn and no shake: then a quick
  /// left-right was meant as turns.
  private func candidates(for asked: [FaceAction]) -> [PerformedAction] {
    let wantsTurns = asked.contains(.turnLeft) || asked.contains(.turnRight)
    guard wantsTurns, !asked.contains(.shake) else { return sighting.actions }
    let turns = sighting.turnsOfShakes
    let kept = sighting.actions.filter { action in
      action.action != .shake
        || !turns.contains { $0.start <= action.end && action.start <= $0.end }
    }
    return (kept + turns).sorted { ($0.start, $0.end) < ($1.start, $1.end) }
  }

  /// The earliest performance of each, one after the other; nil if there are none.
  private static func inOrder(_ choices: [[PerformedAction]]) -> [PerformedAction]? {
    var result: [PerformedAction] = []
    for choice in choices {
      let earliest =
        result.last.map { max($0.start, $0.end - LivenessLimits.actionsOverlapSecondsMax) }
        ?? -.infinity
      let next = choice.filter { $0.start > earliest }.min {
        ($0.end, $0.start) < ($1.end, $1.start)
      }
      guard let next else { return nil }
      result.append(next)
    }
    return result
  }

  /// What was performed beside `chosen`. A repetition of a chosen action, with no other action than blinks in between,
  /// is the same action once more.
  private func others(than chosen: [PerformedAction]) -> [PerformedAction] {
    // Turns that the asked ones used stand for their shake.
    let usesParts = chosen.contains { sighting.turnsOfShakes.contains($0) }
    let all =
      usesParts
      ? candidates(for: chosen.map(\.action)) : sighting.actions
    let deliberate = all.filter { $0.action != .blink }
    var isChosen = deliberate.map { chosen.contains($0) }
    for index in deliberate.indices where isChosen[index] {
      var next = index + 1
      while next < deliberate.count, deliberate[next].action == deliberate[index].action {
        isChosen[next] = true
        next += 1
      }
      next = index - 1
      while next >= 0, deliberate[next].action == deliberate[index].action {
        isChosen[next] = true
        next -= 1
      }
    }
    let unasked = zip(deliberate, isChosen).filter { !$0.1 }.map(\.0)
    let blinks = all.filter { $0.action == .blink && !chosen.contains($0) }
    return (unasked + blinks).sorted { ($0.start, $0.end) < ($1.start, $1.end) }
  }

  private func signals(
    _ perAction: [AskedAction], inOrder: Bool, others: [PerformedAction]
  ) -> [LivenessSignal: Double] {
    var signals: [LivenessSignal: Double] = [:]
    signals[.actionGapSecondsMax] = sighting.longestGap
    if sighting.isReadable {
      let blinks = others.count { $0.action == .blink }
      signals[.actionsNotAsked] = Double(others.count - blinks)
      signals[.blinksNotAsked] = Double(blinks)
      signals[.flatMovements] = Double(sighting.flatMovements.count)
      signals[.headShakes] = Double(sighting.actions.count { $0.action == .shake })
    }
    signals[.headSolidityMin] = sighting.solidity
    guard !perAction.isEmpty else { return signals }
    let performed = perAction.count(where: \.performed)
    signals[.actionsPerformedShare] = Double(performed) / Double(perAction.count)
    signals[.actionsInOrder] = inOrder ? 1 : 0
    signals[.actionScoreMin] = perAction.map(\.score).min()
    return signals
  }
}
