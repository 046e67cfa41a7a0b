// Reads actions from one stretch of a track without gaps.

internal import Glibc
internal import Vocabulary

/// Finds the actions in a stretch.
struct ActionReader {
  private let samples: [ActionSeries.Sample]
  private let rest: Rest
  /// Degrees from rest.
  private let yaw: ActionCourse
  private let pitch: ActionCourse
  /// Opening of each eye, as a share of the person's own.
  private let rightEye: [Double]
  private let leftEye: [Double]
  /// Of both, the nearer one counting more.
  private let eyes: [Double]

  init(_ samples: [ActionSeries.Sample], _ rest: Rest) {
    self.samples = samples
    self.rest = rest
    yaw = ActionCourse(values: samples.map { $0.yaw - rest.yaw }).smoothed
    pitch = ActionCourse(values: samples.map { $0.pitch - rest.pitch }).smoothed
    rightEye = samples.map { $0.rightEye / rest.rightEye }
    leftEye = samples.map { $0.leftEye / rest.leftEye }
    // Turned to the person's left, the right eye is the nearer one; from 30° on it counts alone.
    let share = samples.map { min(max(0.5 + $0.yaw / 60, 0), 1) }
    eyes = samples.indices.map { [rightEye, leftEye] in
      share[$0] * rightEye[$0] + (1 - share[$0]) * leftEye[$0]
    }
  }

  private func performed(_ action: FaceAction, _ span: ClosedRange<Int>, _ score: Double)
    -> PerformedAction
  {
    PerformedAction(
      action: action, start: samples[span.lowerBound].seconds,
      end: samples[span.upperBound].seconds,
      score: score)
  }

  // MARK: Eyes

  var blinks: [PerformedAction] {
    // Closing is what rises: one less the opening.
    let closing = ActionCourse(values: eyes.map { 1 - $0 })
    return closing.runs(above: 1 - ActionRule.eyesClosing).compactMap(blink)
  }

  private func blink(_ run: ActionCourse.Run) -> PerformedAction? {
    let seconds = run.samples * ActionSeries.step
    guard run.isWhole, ActionRule.blinkSeconds.contains(seconds) else { return nil }
    let span = run.first...run.last
    let lowest = span.min { eyes[$0] < eyes[$1] } ?? run.first
    guard abs(samples[lowest].yaw) < ActionRule.blinkYawMax else { return nil }
    let reach = Int(ActionRule.besideSeconds / ActionSeries.step)
    let before = max(0, run.first - reach)..<run.first
    let after = (run.last + 1)..<min(samples.count, run.last + 1 + reach)
    func open(_ range: Range<Int>) -> Double { range.map { eyes[$0] }.max() ?? 0 }
    func closure(_ range: Range<Int>) -> Double {
      range.map { samples[$0].eyeClosure }.min() ?? 1
    }
    let left = eyes[lowest] / min(open(before), open(after), 1)
    let peak = span.map { samples[$0].eyeClosure }.max() ?? 0
    let rise = peak - max(closure(before), closure(after))
    let about = max(0, run.first - 2)...min(samples.count - 1, run.last + 2)
    let isMoving =
      yaw.range(about) > ActionRule.blinkYawRange
      || pitch.range(about) > ActionRule.blinkPitchRange
      || abs(pitch.values[lowest]) > ActionRule.blinkPitchMax
    guard
      left < (isMoving ? ActionRule.eyesShutMoving : ActionRule.eyesShut),
      rise > (isMoving ? ActionRule.closureRiseMoving : ActionRule.closureRise),
      max(rightEye[lowest], leftEye[lowest]) < ActionRule.eitherEyeShut
    else { return nil }
    let score = ActionRule.score(
      1 - left, bound: 1 - ActionRule.eyesShut, plain: ActionRule.blinkDepthPlain)
    return performed(.blink, span, score)
  }

  // MARK: Mouth

  var mouthOpenings: [PerformedAction] {
    let mouth = ActionCourse(values: samples.map(\.mouth))
    let wide = mouth.runs(above: ActionRule.mouthWide).filter {
      $0.samples * ActionSeries.step >= ActionRule.mouthWideSeconds
    }
    return mouth.runs(above: ActionRule.mouthBeyondRest).compactMap { run in
      let span = run.first...run.last
      guard wide.contains(where: { span.contains($0.first) }) else { return nil }
      let peak = span.map { mouth.values[$0] }.max() ?? 0
      let jaw = span.map { samples[$0].jaw }.max() ?? 0
      guard jaw >= ActionRule.jawOpen, peak - rest.mouth >= ActionRule.mouthRise else { return nil }
      let score = ActionRule.score(peak, bound: ActionRule.mouthWide, plain: ActionRule.mouthPlain)
      return performed(.openMouth, span, score)
    }
  }

  // MARK: Head

  /// Shakes, nods and turns, turns of shakes among them.
  var movements: [HeadMovement] {
    let shakes = shakes
    let turns = (turns(.turnLeft, sign: 1) + turns(.turnRight, sign: -1)).map { turn in
      var turn = turn
      turn.isOfShake = shakes.contains {
        $0.performed.start <= turn.performed.end && turn.performed.start <= $0.performed.end
          && turn.performed.end - turn.performed.start
            <= ($0.performed.end - $0.performed.start)
      }
      return turn
    }
    return shakes + nods + turns
  }

  private func movement(_ action: FaceAction, _ span: ClosedRange<Int>, _ score: Double)
    -> HeadMovement
  {
    let seen = span.filter {
      abs(yaw.values[$0]) <= ActionRule.solidityYawMax
        && abs(pitch.values[$0]) <= ActionRule.solidityPitchMax
    }
    let solidity = seen.map { samples[$0].solidity }.quantile(ActionRule.solidityQuantile)
    return HeadMovement(performed: performed(action, span, score), solidity: solidity)
  }

  private func turns(_ action: FaceAction, sign: Double) -> [HeadMovement] {
    let course = ActionCourse(values: yaw.values.map { sign * $0 })
    let made = course.runs(above: ActionRule.turnMade).filter {
      $0.samples * ActionSeries.step >= ActionRule.turnSeconds
    }
    return course.runs(above: ActionRule.turnLeaves).compactMap { run in
      let span = run.first...run.last
      // Who is seen turned from the first has not been seen turning.
      guard run.first > 0, made.contains(where: { span.contains($0.first) }) else { return nil }
      let peak = span.map { course.values[$0] }.max() ?? 0
      return movement(
        action, span,
        ActionRule.score(peak, bound: ActionRule.turnMade, plain: ActionRule.turnPlain))
    }
  }

  private var shakes: [HeadMovement] {
    chains(yaw, reversal: ActionRule.shakeReversal, swing: ActionRule.shakeSwing).compactMap {
      chain in
      let widest = chain.map { abs($0.change) }.max() ?? 0
      let span = chain[0].start...chain[chain.count - 1].end
      guard chain.count >= ActionRule.shakeSwings, widest >= ActionRule.shakeWidest,
        widest >= ActionRule.shakeDominance * pitch.range(span)
      else { return nil }
      return movement(
        .shake, span,
        ActionRule.score(widest, bound: ActionRule.shakeWidest, plain: ActionRule.shakePlain))
    }
  }

  private var nods: [HeadMovement] {
    chains(pitch, reversal: ActionRule.nodReversal, swing: ActionRule.nodSwing).compactMap {
      chain in
      // Down, then up.
      let pairs = zip(chain, chain.dropFirst()).filter { down, up in
        down.change < 0 && pitch.values[down.to] <= -ActionRule.nodBelowRest
      }
      let span = chain[0].start...chain[chain.count - 1].end
      let widest = pairs.map { min(-$0.change, $1.change) }.max() ?? 0
      guard widest >= ActionRule.nodSwing,
        widest >= ActionRule.nodDominance * yaw.range(span)
      else { return nil }
      return movement(
        .nod, span,
        ActionRule.score(widest, bound: ActionRule.nodSwing, plain: ActionRule.nodPlain))
    }
  }

  /// Swings that follow each other without a rest, each quick and of `swing` degrees or more.
  private func chains(
    _ course: ActionCourse, reversal: Double, swing: Double
  ) -> [[ActionCourse.Swing]] {
    var result: [[ActionCourse.Swing]] = []
    for episode in course.episodes(reversal: reversal, rest: ActionRule.rest) {
      var chain: [ActionCourse.Swing] = []
      for next in episode {
        let counts =
          Double(next.end - next.start) * ActionSeries.step <= ActionRule.swingSecondsMax
          && abs(next.change) >= swing
        let follows =
          chain.last.map {
            Double(next.start - $0.end) * ActionSeries.step <= ActionRule.turningSecondsMax
          } ?? true
        if !counts || !follows, !chain.isEmpty {
          result.append(chain)
          chain = []
        }
        if counts { chain.append(next) }
      }
      if !chain.isEmpty { result.append(chain) }
    }
    return result
  }
}
