// Clips of colour flashes as tracks of numbers: live faces, and what attackers hold before the camera.

internal import Glibc
package import Liveness
package import Vision

/// What a simulated camera is shown while a sequence is flashed.
package enum FlashSpecies: String, Sendable, CaseIterable, Codable {
  /// A person.
  case live
  /// A print larger than the head on it.
  case printWide
  /// A print cut out around the head; the room is seen beside it.
  case printCutOut
  /// A phone, tablet or monitor that plays a recorded session, with the colours of that session.
  case screenReplay
  /// The same, with the shine of glass: it mirrors the flashing screen.
  case screenGlossy
  /// A screen that plays a clip without colours.
  case screenPlain
  /// A recorded session fed in as if from the camera.
  case injectedReplay
  /// A clip without colours, fed in.
  case injectedPlain
  /// A face relit by a program with colours of the right kind, guessed.
  case injectedGuess
  /// Known limit: a print bent like a face follows the colours as one does. Not counted: for its sake REFLECT does not pass
  /// without passive liveness.
  case printBent
  /// Known limit: a program that sees the colours and relights a face a tenth of a second later. Not counted.
  case injectedLive

  /// What the judge claims to stop.
  package static let counted = allCases.filter {
    $0 != .printBent && $0 != .injectedLive && $0 != .live
  }
}

/// Renders sequences.
///
/// Assumes: screens light evenly, skin and paper reflect diffusely with a little shine towards the screen, faces are five
/// flat regions, rooms have one diffuse light and one lamp, a camera renders by one exponent, exposure and white
/// balance follow the mean exponentially, an encoder drops small changes. It tells whether the judge's arithmetic
/// holds under these physics, never how often people pass in the field.
package struct FlashSimulator {
  /// Seconds of clip after the sequence's end.
  private static let tail = 0.6

  /// One clip.
  /// - Parameters:
  ///   - scene: person, room, screen and camera.
  ///   - sequence: what the screen shows.
  ///   - ranges: what recorded sessions, other people's or other days', are drawn from.
  package static func clip(
    _ species: FlashSpecies, scene: FlashScene, sequence: ReflectSequence, ranges: FlashRanges,
    using numbers: inout SimulationNumbers
  ) -> FaceTrack {
    switch species {
    case .live:
      return surface(.head(depth: scene.depth), scene, sequence, using: &numbers)
    case .printWide, .printCutOut, .printBent:
      let bend = species == .printBent ? numbers.even(6...15) : Double.infinity
      let shape = FlashShape.sheet(
        scale: numbers.even(0.6...1.1), bend: bend, wide: species == .printWide)
      return surface(shape, scene, sequence, tilt: 0.4, using: &numbers)
    case .screenReplay, .screenGlossy, .screenPlain:
      let content = recording(
        flashed: species != .screenPlain, ranges: ranges, using: &numbers)
      return screen(
        content, gloss: species == .screenGlossy, scene, sequence, using: &numbers)
    case .injectedReplay, .injectedPlain:
      return recording(flashed: species == .injectedReplay, ranges: ranges, using: &numbers)
    case .injectedGuess, .injectedLive:
      // Strong and clean: the attacker's program draws what it likes.
      var scene = scene
      scene.roomLux = 60
      scene.chromaNoise = 0.002
      if species == .injectedLive { scene.delay += 0.1 }
      let shown = species == .injectedLive ? sequence : ReflectSequence.random(using: &numbers)
      return surface(.head(depth: scene.depth), scene, shown, using: &numbers)
    }
  }

  /// A clip of another session.
  private static func recording(
    flashed: Bool, ranges: FlashRanges, using numbers: inout SimulationNumbers
  ) -> FaceTrack {
    var scene = FlashScene(ranges, using: &numbers)
    if !flashed { scene.screenNits = 0 }
    let sequence = ReflectSequence.random(using: &numbers)
    return surface(.head(depth: scene.depth), scene, sequence, using: &numbers)
  }

  /// A surface that reflects: a head or a sheet.
  private static func surface(
    _ shape: FlashShape, _ scene: FlashScene, _ sequence: ReflectSequence, tilt: Double = 0,
    using numbers: inout SimulationNumbers
  ) -> FaceTrack {
    let isSheet = shape.beside != nil || tilt > 0
    let yaw0 = tilt * numbers.even(-1...1)
    let pitch0 = tilt * numbers.even(-1...1)
    let offset = SIMD3(numbers.even(-3...3), numbers.even(-9...1), 0)
    var motion = Motion(scene, using: &numbers)
    let gradient = SIMD2(numbers.even(-0.01...0.01), numbers.even(-0.01...0.01))
    let besideColor = (0..<2).map { _ in SIMD3(repeating: numbers.evenRatio(0.05...0.7)) }
    let skin = scene.skin
    return film(scene, sequence, using: &numbers) { flash, passed, numbers in
      motion.pass(passed, using: &numbers)
      let moved = shape.moved(
        yaw: yaw0 + motion.yaw.value, pitch: pitch0 + motion.pitch.value,
        by: offset + SIMD3(0, 0, motion.nearer.value * scene.distance))
      func lit(_ place: FlashPlace, _ color: SIMD3<Double>) -> SIMD3<Double> {
        let screen = flash * scene.screenLux(at: place)
        let slope = isSheet ? exp(gradient.x * place.position.x + gradient.y * place.position.y) : 1
        let room = scene.roomLight(at: place) * slope
        let facing = max(0, place.normal.z)
        return color * (screen + room) + scene.shine * facing * facing * facing * facing * screen
      }
      let face = zip(moved.face, scene.regionColor).map { Optional(lit($0, skin * $1)) }
      let beside = moved.beside.map { zip($0, besideColor).map { Optional(lit($0, $1)) } }
      return face[..<5] + (beside ?? wall(scene, flash)) + face[5...]
    }
  }

  /// What is seen of the room beside a head.
  private static func wall(_ scene: FlashScene, _ flash: SIMD3<Double>) -> [SIMD3<Double>?] {
    (0..<2).map { side in
      let room = scene.roomLux * scene.backgroundLight[side] * scene.diffuseColor
      return scene.backgroundColor[side] * (flash * scene.wallLux(side) + room)
    }
  }

  /// A surface that shines itself.
  private static func screen(
    _ content: FaceTrack, gloss: Bool, _ scene: FlashScene, _ sequence: ReflectSequence,
    using numbers: inout SimulationNumbers
  ) -> FaceTrack {
    let scale = numbers.evenRatio(0.35...1.2)
    let shape = FlashShape.sheet(scale: scale, bend: .infinity, wide: numbers.happens(0.5))
    let offset = SIMD3(numbers.even(-3...3), numbers.even(-9...1), 0)
    let tilt = SIMD2(numbers.even(-0.15...0.15), numbers.even(-0.15...0.15))
    let nits = numbers.evenRatio(100...500)
    let matte = numbers.evenRatio(0.004...0.03)
    let mirror = gloss ? numbers.even(0.01...0.045) : numbers.even(0...0.003)
    let white = SIMD3(numbers.even(0.85...1.1), 1, numbers.even(0.9...1.2))
    var motion = Motion(scene, using: &numbers)
    var clock = 0.0
    var frame = 0
    return film(scene, sequence, using: &numbers) { flash, passed, numbers in
      motion.pass(passed, using: &numbers)
      clock += passed
      while frame + 1 < content.frames.count, content.frames[frame + 1].seconds <= clock {
        frame += 1
      }
      let shown = content.frames[frame].light?.colors ?? [:]
      let moved = shape.moved(
        yaw: 0, pitch: 0, by: offset + SIMD3(0, 0, motion.nearer.value * scene.distance))
      let now = tilt + SIMD2(motion.yaw.value, motion.pitch.value) * 0.3
      func sent(_ place: FlashPlace, _ region: FrameLight.Region) -> SIMD3<Double>? {
        guard let color = shown[region] else { return nil }
        let own = SIMD3(color.red, color.green, color.blue) * white * (.pi * nits)
        let diffuse = matte * (flash * scene.screenLux(at: place) + scene.roomLight(at: place))
        let share = scene.mirrored(place.position, size: 2 * scale, tilt: now)
        return own + diffuse + flash * (.pi * mirror * share * scene.screenNits)
      }
      let regions: [FrameLight.Region] = [
        .forehead, .rightCheek, .leftCheek, .nose, .chin, .rightSide, .leftSide,
      ]
      let face = zip(moved.face, regions).map { sent($0, $1) }
      let beside = moved.beside.map {
        [sent($0[0], .backgroundLeft), sent($0[1], .backgroundRight)]
      }
      return face[..<5] + (beside ?? wall(scene, flash)) + face[5...]
    }
  }

  /// Films what `light` sends, at the camera's times.
  private static func film(
    _ scene: FlashScene, _ sequence: ReflectSequence, using numbers: inout SimulationNumbers,
    light: (SIMD3<Double>, Double, inout SimulationNumbers) -> [SIMD3<Double>?]
  ) -> FaceTrack {
    let screen = FlashScreen(
      sequence: sequence, crosstalk: scene.crosstalk, memory: scene.screenMemory,
      shutter: scene.shutter)
    let seconds = Double(sequence.milliseconds) / 1000 + max(scene.delay, 0) + tail
    var camera = FlashCamera(scene, using: &numbers)
    var frames: [TrackFrame] = []
    var before = 0.0
    for (now, factors) in times(scene, seconds, using: &numbers) {
      var sent = light(screen.light(at: now - scene.delay), now - before, &numbers)
      if let factors {
        sent = zip(sent, factors).map { light, factor in
          light.flatMap { light in factor.map { light * $0 } }
        }
      }
      before = now
      let colors = camera.take(sent, at: now, using: &numbers)
      let lost = scene.gap.map { now >= $0.start && now < $0.start + $0.seconds } ?? false
      frames.append(TrackFrame(seconds: now, facesSeen: lost ? 0 : 1, light: lost ? nil : colors))
    }
    return FaceTrack(width: 480, height: 640, frames: frames, events: [])
  }

  /// When frames are taken, and how a recording's colours wander by then.
  private static func times(
    _ scene: FlashScene, _ seconds: Double, using numbers: inout SimulationNumbers
  ) -> [(seconds: Double, factors: [SIMD3<Double>?]?)] {
    if let recording = scene.recording {
      return recording.played(for: seconds).map { ($0.seconds, $0.factors) }
    }
    var times: [(seconds: Double, factors: [SIMD3<Double>?]?)] = [(0, nil)]
    for index in 1..<Int(seconds * scene.frameRate) {
      let late = scene.jitterShare * numbers.even(0...1)
      if numbers.happens(scene.dropShare) { continue }
      times.append(((Double(index) + late) / scene.frameRate, nil))
    }
    return times
  }

  /// How a head or a hand moves.
  private struct Motion {
    var yaw: Wander
    var pitch: Wander
    var nearer: Wander

    init(_ scene: FlashScene, using numbers: inout SimulationNumbers) {
      let turn = scene.turn * .pi / 180
      yaw = Wander(size: turn, memory: 0.7, using: &numbers)
      pitch = Wander(size: turn * 0.7, memory: 0.7, using: &numbers)
      nearer = Wander(size: scene.sway, memory: 1, using: &numbers)
    }

    mutating func pass(_ seconds: Double, using numbers: inout SimulationNumbers) {
      yaw.pass(seconds, using: &numbers)
      pitch.pass(seconds, using: &numbers)
      nearer.pass(seconds, using: &numbers)
    }
  }
}
