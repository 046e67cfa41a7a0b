// Which actions a face and head perform along a clip.

internal import Glibc
package import Vision
package import Vocabulary

/// An action as it was performed.
package struct PerformedAction: Sendable, Equatable {
  package let action: FaceAction
  /// From leaving rest to being back at it, in seconds since the clip's first frame.
  package let start: Double
  package let end: Double
  /// 0.5 where it just counts as one, 1 where it is plain.
  package let score: Double

  package init(action: FaceAction, start: Double, end: Double, score: Double) {
    self.action = action
    self.start = start
    self.end = end
    self.score = score
  }
}

/// All that was seen of actions in a clip.
package struct ActionSighting: Sendable, Equatable {
  /// In order of start.
  package var actions: [PerformedAction] = []
  /// Turns that a shake consists of; no actions of their own.
  package var turnsOfShakes: [PerformedAction] = []
  /// Movements that would be a nod, a shake or a turn, made by something flat.
  package var flatMovements: [PerformedAction] = []
  /// The lowest tenth of `HeadShape`'s measure over all movements of the head; nil if it never moved.
  package var solidity: Double?
  /// Whether there was anything in which actions can be told: frames with a face, close enough to each other. If not, that
  /// none was seen says nothing.
  package var isReadable = true
  /// Longest time between two frames with a face, seconds; nil of fewer than two.
  package var longestGap: Double?

  package init() {}
}

/// Finds blinks, mouth openings, nods, shakes and turns in a track. Pure.
///
/// Everything is relative to the person: eyes to how open they are for most of the clip, head angles to how the head is
/// held. Bounds lie in the wide gaps that physics leaves: lids that close halve an eye's opening, lids of an eye that
/// looks down leave two thirds; lips of a talker rarely part by 0.4 of the mouth's width, an opened mouth by 0.5 to 1.
package enum ActionDetector {
  /// The actions in `track`, in order of start.
  package static func actions(in track: FaceTrack) -> [PerformedAction] {
    sighting(in: track).actions
  }

  /// The same with what lies behind it.
  package static func sighting(in track: FaceTrack) -> ActionSighting {
    let series = ActionSeries(track)
    let rest = Rest(series)
    var result = ActionSighting()
    var solidities: [Double] = []
    for stretch in series.stretches {
      let reader = ActionReader(stretch, rest)
      result.actions += reader.blinks + reader.mouthOpenings
      let movements = reader.movements
      let flat = movements.filter { $0.solidity < ActionRule.solidityMin }
      result.flatMovements += flat.map(\.performed)
      for movement in movements where movement.solidity >= ActionRule.solidityMin {
        if movement.isOfShake {
          result.turnsOfShakes.append(movement.performed)
        } else {
          result.actions.append(movement.performed)
        }
      }
      solidities += movements.map(\.solidity)
    }
    result.solidity = solidities.min()
    result.isReadable = !series.stretches.isEmpty
    result.longestGap = series.longestGap
    result.actions.sort { ($0.start, $0.end) < ($1.start, $1.end) }
    result.turnsOfShakes.sort { ($0.start, $0.end) < ($1.start, $1.end) }
    return result
  }
}

/// Bounds of actions. Seconds, degrees, and shares of the person's own.
enum ActionRule {
  // A blink shuts and opens both eyes.

  /// Share of all samples in which the eyes are less open than the person's own opening.
  static let eyesOpenQuantile = 0.75
  /// Least opening of open eyes that is believed.
  static let eyesOpenMin = 0.12
  /// Below this share of the person's opening the eyes are closing.
  static let eyesClosing = 0.72
  /// Shut: at most this share of the opening just before and after.
  static let eyesShut = 0.55
  /// The same while the head moves, when lids are blurred and seen from elsewhere.
  static let eyesShutMoving = 0.30
  /// Either eye: at most this share, so that a wink is no blink.
  static let eitherEyeShut = 0.70
  /// How much the blendshapes of shut eyes rise.
  static let closureRise = 0.15
  static let closureRiseMoving = 0.30
  /// A shorter one is a wrong frame, a longer one is sleep.
  static let blinkSeconds = 0.05...1.0
  /// How long before and after the eyes are looked at.
  static let besideSeconds = 0.3
  /// Movement from which the head counts as moving.
  static let blinkYawRange = 10.0
  static let blinkPitchRange = 8.0
  /// Looking up or down farther than this counts as moving: lids are foreshortened.
  static let blinkPitchMax = 12.0
  /// Beyond this turn the far eye is not seen.
  static let blinkYawMax = 35.0

  // A mouth opens wide.

  static let mouthBeyondRest = 0.3
  /// Gap over width, for at least `mouthWideSeconds`.
  static let mouthWide = 0.45
  static let mouthWideSeconds = 0.1
  /// Least jawOpen.
  static let jawOpen = 0.25
  /// Least difference to the person's shut mouth.
  static let mouthRise = 0.25

  // The head moves.

  /// From here the head leaves rest, and here a turn is made.
  static let turnLeaves = 8.0
  static let turnMade = 15.0
  static let turnSeconds = 0.1
  static let shakeReversal = 5.0
  static let shakeSwing = 7.0
  static let shakeWidest = 15.0
  static let shakeSwings = 3
  static let nodReversal = 3.5
  static let nodSwing = 7.0
  /// How far below its rest a nod takes the head.
  static let nodBelowRest = 3.5
  /// Longest movement from one side to the other, without its first and last tenth.
  static let swingSecondsMax = 0.6
  /// Longest time about a turning point, within a tenth of the swings.
  static let turningSecondsMax = 0.35
  /// A head that stays within this for 0.4 s rests; nods and shakes do not.
  static let rest = 3.0
  /// The widest swing over how far the head moves about the other axis meanwhile. Talkers' heads wobble sideways.
  static let shakeDominance = 2.0
  static let nodDominance = 1.5
  /// Least share of `HeadShape`, tenth percentile over a movement.
  static let solidityMin = 0.88
  static let solidityQuantile = 0.1
  /// Angles up to which solidity is measured: beyond, the mesh of the far side is guessed.
  static let solidityYawMax = 25.0
  static let solidityPitchMax = 25.0

  // Scores: what counts as plain.

  static let blinkDepthPlain = 0.75
  static let mouthPlain = 0.75
  static let turnPlain = 30.0
  static let shakePlain = 30.0
  static let nodPlain = 16.0

  /// 0.5 at `bound`, 1 at `plain`.
  static func score(_ value: Double, bound: Double, plain: Double) -> Double {
    min(max(0.5 + 0.5 * (value - bound) / (plain - bound), 0), 1)
  }
}

/// What a person's face and head are like when they do nothing.
struct Rest {
  var rightEye = 1.0
  var leftEye = 1.0
  var mouth = 0.0
  var yaw = 0.0
  var pitch = 0.0

  init(_ series: ActionSeries) {
    let all = series.stretches.flatMap(\.self)
    guard !all.isEmpty else { return }
    func open(_ eye: [Double]) -> Double {
      max(eye.quantile(ActionRule.eyesOpenQuantile), ActionRule.eyesOpenMin)
    }
    rightEye = open(all.map(\.rightEye))
    leftEye = open(all.map(\.leftEye))
    mouth = all.map(\.mouth).quantile(0.1)
    yaw = Neutral.yaw(all.map(\.yaw))
    pitch = all.map(\.pitch).quantile(0.5)
  }
}

/// A movement of the head.
struct HeadMovement {
  var performed: PerformedAction
  /// `HeadShape`'s measure.
  var solidity: Double
  /// A turn that a shake consists of.
  var isOfShake = false
}
