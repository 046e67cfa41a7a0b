// Tracks of people who perform actions, generated from a seed.

internal import Glibc
package import Vision
package import Vocabulary

/// An action of a generated track.
package struct PlannedAction: Sendable, Equatable {
  package let action: FaceAction
  package let start: Double
  package let end: Double
}

/// A person before a camera, and what the person does. Every range is an assumption about people who follow a prompt, not
/// fitted to clips; what is measured on such tracks says that the detector does what it is meant to, not how it does in
/// the field.
package struct HeadMotion: Sendable {
  /// How long and how far actions go: seconds and degrees.
  package enum Range {
    /// Closing, shut, opening.
    static let blinkCloses = 0.06...0.15
    static let blinkStaysShut = 0.02...0.25
    static let blinkOpens = 0.1...0.25
    static let blinkDepth = 0.85...1.0
    static let mouthOpens = 0.15...0.4
    static let mouthStaysOpen = 0.2...1.0
    static let mouthGap = 0.55...1.0
    static let nodDepth = 9.0...22.0
    static let nodHalf = 0.2...0.42
    static let nodCount = 1...3
    static let shakeWidth = 9.0...25.0
    static let shakeHalf = 0.22...0.5
    static let shakeCount = 1...3
    static let turnAngle = 19.0...45.0
    static let turnGoes = 0.3...0.8
    static let turnStays = 0.4...1.2
    /// Between actions.
    static let pause = 0.4...1.3
    static let before = 0.6...1.2
    /// Blinks that nobody asked for, a minute.
    static let blinksPerMinute = 6.0...25.0
    /// A talker's lips.
    static let talkGap = 0.05...0.3
    static let frameRates = [12.0, 15, 20, 24, 25, 30]
  }

  /// The person and the camera.
  package var model = HeadModel()
  package var framesPerSecond = 30.0
  /// Share of frames that are lost.
  package var dropShare = 0.0
  /// What is asked for is performed here.
  package private(set) var planned: [PlannedAction] = []
  package private(set) var seconds = 0.0

  private var still = HeadState()
  private var eyes: [Pulse] = []
  private var lips: [Pulse] = []
  private var yaws: [Pulse] = []
  private var pitches: [Pulse] = []
  private var swayPhase = 0.0
  private var swaySize = 0.0
  private var talkGap = 0.0

  /// A rise, a rest, a fall, with the ends of a cosine; or a whole number of swings.
  private struct Pulse {
    var start: Double
    var rise: Double
    var stay: Double
    var fall: Double
    var size: Double
    /// Whole swings about rest in place of a pulse.
    var swings = 0

    var end: Double { start + rise + stay + fall }

    func value(at seconds: Double) -> Double {
      let t = seconds - start
      guard t > 0, t < rise + stay + fall else { return 0 }
      if swings > 0 {
        // The first and last half swing as slow as the others.
        return size * sin(2 * .pi * Double(swings) * t / rise)
      }
      if t < rise { return size * (1 - cos(.pi * t / rise)) / 2 }
      if t < rise + stay { return size }
      return size * (1 + cos(.pi * (t - rise - stay) / fall)) / 2
    }
  }

  /// A random person performing `actions` in order.
  /// - Parameter talks: whether lips move as in speech while no action is performed.
  package init(
    performing actions: [FaceAction], talks: Bool = false,
    using numbers: inout some RandomNumberGenerator
  ) {
    drawPerson(using: &numbers)
    var now = numbers.even(Range.before)
    for action in actions {
      let end = add(action, at: now, using: &numbers)
      planned.append(PlannedAction(action: action, start: now, end: end))
      now = end + numbers.even(Range.pause)
    }
    seconds = now + 0.3
    if talks { talkGap = numbers.even(Range.talkGap) }
    addOwnBlinks(using: &numbers)
  }

  private mutating func drawPerson(using numbers: inout some RandomNumberGenerator) {
    model.eyeOpening = numbers.even(0.22...0.4)
    model.focalLength = numbers.even(420...700)
    model.pointNoise = numbers.even(0.2...0.6)
    model.angleNoise = numbers.even(0.2...0.6)
    framesPerSecond = Range.frameRates.randomElement(using: &numbers) ?? 30
    dropShare = numbers.even(0...0.04)
    still.distance = numbers.even(30...65)
    still.yaw = numbers.even(-6...6)
    still.pitch = numbers.even(-10...10)
    still.roll = numbers.even(-5...5)
    still.mouth = numbers.even(0.01...0.05)
    swayPhase = numbers.even(0...6)
    swaySize = numbers.even(0.3...2)
  }

  /// Returns when it ends.
  private mutating func add(
    _ action: FaceAction, at start: Double, using numbers: inout some RandomNumberGenerator
  ) -> Double {
    func pulse(_ rise: Double, _ stay: Double, _ fall: Double, _ size: Double) -> Pulse {
      Pulse(start: start, rise: rise, stay: stay, fall: fall, size: size)
    }
    switch action {
    case .blink:
      let blink = pulse(
        numbers.even(Range.blinkCloses), numbers.even(Range.blinkStaysShut),
        numbers.even(Range.blinkOpens), numbers.even(Range.blinkDepth))
      eyes.append(blink)
      return blink.end
    case .openMouth:
      let opening = pulse(
        numbers.even(Range.mouthOpens), numbers.even(Range.mouthStaysOpen),
        numbers.even(Range.mouthOpens), numbers.even(Range.mouthGap))
      lips.append(opening)
      return opening.end
    case .nod:
      let (half, depth) = (numbers.even(Range.nodHalf), numbers.even(Range.nodDepth))
      var end = start
      for _ in 0..<Int.random(in: Range.nodCount, using: &numbers) {
        pitches.append(
          Pulse(
            start: end, rise: half, stay: 0, fall: half, size: -depth * numbers.even(0.9...1.1)))
        end += 2 * half
      }
      yaws.append(pulse((end - start) / 2, 0, (end - start) / 2, numbers.even(-2...2)))
      return end
    case .shake:
      let swings = Int.random(in: Range.shakeCount, using: &numbers)
      let length = 2 * Double(swings) * numbers.even(Range.shakeHalf)
      var shake = pulse(length, 0, 0, numbers.even(Range.shakeWidth))
      if Bool.random(using: &numbers) { shake.size = -shake.size }
      shake.swings = swings
      yaws.append(shake)
      pitches.append(pulse(length / 2, 0, length / 2, numbers.even(-2...2)))
      return shake.end
    case .turnLeft, .turnRight:
      let turn = pulse(
        numbers.even(Range.turnGoes), numbers.even(Range.turnStays), numbers.even(Range.turnGoes),
        numbers.even(Range.turnAngle) * (action == .turnLeft ? 1 : -1))
      yaws.append(turn)
      pitches.append(
        Pulse(
          start: start, rise: turn.rise, stay: turn.stay, fall: turn.fall,
          size: numbers.even(-4...4)))
      return turn.end
    }
  }

  /// Blinks by themselves, away from blinks that were asked for.
  private mutating func addOwnBlinks(using numbers: inout some RandomNumberGenerator) {
    let perMinute = numbers.even(Range.blinksPerMinute)
    var now = numbers.even(0...(60 / perMinute))
    while now < seconds - 0.6 {
      let isFree = planned.allSatisfy {
        $0.action != .blink || now > $0.end + 0.5 || now < $0.start - 1
      }
      if isFree {
        eyes.append(
          Pulse(
            start: now, rise: 0.08, stay: 0.03, fall: numbers.even(0.1...0.2),
            size: numbers.even(Range.blinkDepth)))
      }
      now += 0.8 + numbers.even(0...(120 / perMinute))
    }
  }

  /// When the person blinks without having been asked.
  package var ownBlinks: [Double] {
    eyes.map(\.start).filter { start in
      !planned.contains { $0.action == .blink && $0.start == start }
    }
  }

  /// What the person does at a moment.
  package func state(at seconds: Double) -> HeadState {
    func sum(_ pulses: [Pulse]) -> Double { pulses.reduce(0) { $0 + $1.value(at: seconds) } }
    var state = still
    state.yaw += sum(yaws) + swaySize * sin(0.9 * seconds + swayPhase)
    state.pitch += sum(pitches) + swaySize * sin(0.7 * seconds + 2 * swayPhase)
    state.roll += 0.5 * swaySize * sin(0.5 * seconds + 3 * swayPhase)
    state.x = 0.4 * swaySize * sin(0.6 * seconds + swayPhase)
    state.eyesShut = min(sum(eyes), 1)
    let opening = sum(lips)
    let talking =
      opening > 0.02 ? 0 : talkGap * max(0, sin(11 * seconds + swayPhase) * sin(2.3 * seconds))
    state.mouth += opening + talking
    return state
  }

  /// The track.
  package func track(
    _ surface: HeadSurface = .solid, using numbers: inout some RandomNumberGenerator
  ) -> FaceTrack {
    var frames: [TrackFrame] = []
    var now = 0.0
    while now < seconds {
      if frames.isEmpty || numbers.even(0...1) >= dropShare {
        frames.append(
          TrackFrame(
            seconds: now, facesSeen: 1, face: model.face(state(at: now), surface, using: &numbers)))
      }
      now += 1 / framesPerSecond
    }
    return FaceTrack(width: model.width, height: model.height, frames: frames, events: [])
  }
}
