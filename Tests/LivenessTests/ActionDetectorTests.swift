// Actions are found in generated tracks at every frame rate, and nothing else is.

import Liveness
import Simulation
import Testing
import Vision
import Vocabulary

/// A track of a head whose state is a function of time.
func track(
  seconds: Double = 4, framesPerSecond: Double = 25, _ surface: HeadSurface = .solid,
  model: HeadModel = HeadModel(), seed: UInt64 = 1, _ state: (Double) -> HeadState
) -> FaceTrack {
  var random = SeededRandom(seed: seed)
  let frames = (0..<Int(seconds * framesPerSecond)).map { index in
    let now = Double(index) / framesPerSecond
    return TrackFrame(seconds: now, face: model.face(state(now), surface, using: &random))
  }
  return FaceTrack(width: model.width, height: model.height, frames: frames, events: [])
}

/// 0 outside of `span`, 1 in its middle, with the ends of a cosine.
func bump(_ now: Double, _ span: ClosedRange<Double>, edge: Double = 0.1) -> Double {
  guard span.contains(now) else { return 0 }
  let inside = min(now - span.lowerBound, span.upperBound - now)
  return inside >= edge ? 1 : inside / edge
}

/// A camera as good as real ones.
private var noisy: HeadModel {
  var model = HeadModel()
  model.pointNoise = 0.4
  model.angleNoise = 0.4
  return model
}

@Test("Generated actions are found, and no others: nine in ten at least, one wrong in a hundred")
func generatedTracks() {
  var (asked, found, wrong) = (0, 0, 0)
  for seed in 0..<80 {
    var random = SeededRandom(seed: UInt64(seed))
    let actions = Array(FaceAction.allCases.shuffled(using: &random).prefix(2))
    let motion = HeadMotion(performing: actions, talks: seed.isMultiple(of: 2), using: &random)
    var left = ActionDetector.actions(in: motion.track(using: &random))
    for planned in motion.planned {
      asked += 1
      let place = left.firstIndex {
        $0.action == planned.action && $0.start < planned.end && $0.end > planned.start
      }
      guard let place else { continue }
      found += 1
      left.remove(at: place)
    }
    wrong += left.count { action in
      action.action != .blink || !motion.ownBlinks.contains { abs($0 - action.start) < 0.3 }
    }
  }
  #expect(asked == 160)
  #expect(found >= 152, "\(found) of \(asked)")
  #expect(wrong <= 2)
}

@Test("A still face, a talking one and one that moves a little perform nothing", arguments: 0..<12)
func nothing(seed: Int) {
  let quiet = track(model: noisy, seed: UInt64(seed)) { now in
    var state = HeadState()
    state.yaw = 5 * (now * 1.3).truncatingRemainder(dividingBy: 2) - 5
    state.mouth =
      seed.isMultiple(of: 2) ? 0.02 : 0.32 * bump(now, 0.5...1.1) + 0.3 * bump(now, 2...2.2)
    return state
  }
  #expect(ActionDetector.actions(in: quiet).isEmpty)
}

@Test("Lids that sink to two thirds as eyes look down are no blink; nor are a wink and sleep")
func noBlinks() {
  for (shut, span) in [(0.42, 1.0...1.4), (0.42, 1.0...3.0), (1.0, 1.0...3.0)] {
    let eyes = track(model: noisy) { now in
      var state = HeadState()
      state.eyesShut = shut * bump(now, span)
      return state
    }
    #expect(ActionDetector.actions(in: eyes).isEmpty, "shut by \(shut) for \(span)")
  }
  var wink = track(model: noisy) { now in
    var state = HeadState()
    state.eyesShut = bump(now, 1...1.3)
    return state
  }
  #expect(ActionDetector.actions(in: wink).map(\.action) == [.blink])
  let open = track(model: noisy) { _ in HeadState() }
  for index in wink.frames.indices {
    for point in [160, 144, 159, 145, 158, 153] {
      if let opened = open.frames[index].face?.mesh[point] {
        wink.frames[index].face?.mesh[point] = opened
      }
    }
  }
  #expect(ActionDetector.actions(in: wink).isEmpty)
}

@Test("Half shut lids while the head turns are no blink")
func turningHidesLids() {
  let turned = track(model: noisy) { now in
    var state = HeadState()
    state.yaw = 32 * bump(now, 1...2.4, edge: 0.5)
    state.eyesShut = 0.65 * bump(now, 1.1...1.5, edge: 0.2)
    return state
  }
  #expect(ActionDetector.actions(in: turned).map(\.action) == [.turnLeft])
}

@Test("A tilted picture performs nothing, however it is turned", arguments: [0.0, 0.4])
func tiltedPictures(noise: Double) {
  var model = HeadModel()
  model.pointNoise = noise
  model.angleNoise = noise
  for (yaw, pitch) in [(50.0, 0.0), (-60, 0), (0, 50), (0, -60), (45, 20)] {
    for period in [0.8, 1.6, 3] {
      let picture = track(.flat, model: model) { now in
        var state = HeadState()
        state.yaw =
          yaw * bump(now.truncatingRemainder(dividingBy: period), 0...period, edge: period / 2)
        state.pitch =
          pitch * bump(now.truncatingRemainder(dividingBy: period), 0...period, edge: period / 2)
        return state
      }
      let seen = ActionDetector.sighting(in: picture)
      #expect(seen.actions.isEmpty, "\(yaw)° \(pitch)° every \(period) s")
    }
  }
  let turned = track(.flat, model: model) { now in
    var state = HeadState()
    state.yaw = 55 * bump(now, 1...3, edge: 0.5)
    return state
  }
  let seen = ActionDetector.sighting(in: turned)
  #expect(seen.flatMovements.map(\.action) == [.turnLeft])
  #expect(seen.solidity ?? 1 < 0.88)
}

@Test("The same head turned is a solid")
func solidHeads() throws {
  for distance in [28.0, 45, 80] {
    let turned = track(model: noisy) { now in
      var state = HeadState()
      state.distance = distance
      state.yaw = 40 * bump(now, 1...3, edge: 0.5)
      return state
    }
    let seen = ActionDetector.sighting(in: turned)
    #expect(seen.actions.map(\.action) == [.turnLeft], "\(distance) cm")
    #expect(try #require(seen.solidity) > 0.88)
  }
}

@Test("Left and right are the person's, and times are the clip's")
func sidesAndTimes() throws {
  let turned = track(model: noisy) { now in
    var state = HeadState()
    state.yaw = -30 * bump(now, 1...2, edge: 0.3)
    return state
  }
  let action = try #require(ActionDetector.actions(in: turned).first)
  #expect(action.action == .turnRight)
  #expect(abs(action.start - 1.1) < 0.1 && abs(action.end - 1.9) < 0.1)
  #expect(action.score > 0.9)
}

@Test("Who is turned away for most of the clip has turned, and has not turned back")
func turnedAway() {
  let away = track(model: noisy) { now in
    var state = HeadState()
    state.yaw = 40 * bump(now, 0.5...3.8, edge: 0.4)
    return state
  }
  #expect(ActionDetector.actions(in: away).map(\.action) == [.turnLeft])
}

@Test("A face that is lost in between performs no action across the gap")
func lostFace() {
  var nod = track(model: noisy) { now in
    var state = HeadState()
    state.pitch = -15 * bump(now, 1...1.8, edge: 0.4)
    return state
  }
  #expect(ActionDetector.actions(in: nod).map(\.action) == [.nod])
  for index in nod.frames.indices where (1.2...1.6).contains(nod.frames[index].seconds) {
    nod.frames[index].face = nil
  }
  #expect(ActionDetector.actions(in: nod).isEmpty)
}

@Test("Tracks that make no sense perform nothing")
func senseless() {
  let good = track(model: noisy) { now in
    var state = HeadState()
    state.eyesShut = bump(now, 1...1.3)
    return state
  }
  #expect(ActionDetector.actions(in: good).count == 1)
  var slow = good
  slow.frames = good.frames.enumerated().filter { $0.offset.isMultiple(of: 5) }.map(\.element)
  var backwards = good
  backwards.frames.reverse()
  var none = good
  for index in none.frames.indices { none.frames[index].seconds = .nan }
  var broken = good
  for index in broken.frames.indices {
    broken.frames[index].face?.mesh[160] = MeshPoint(x: .nan, y: .infinity, z: 0)
  }
  var few = good
  for index in few.frames.indices { few.frames[index].face?.mesh.removeLast(100) }
  var shapeless = good
  for index in shapeless.frames.indices { shapeless.frames[index].face?.blendshapes = [] }
  var far = good
  for index in far.frames.indices { far.frames[index].seconds *= 1e300 }
  var point = good
  for index in point.frames.indices {
    point.frames[index].face?.mesh = Array(repeating: MeshPoint(x: 1, y: 1, z: 1), count: 478)
  }
  for track in [slow, backwards, none, broken, few, shapeless, far, point] {
    #expect(ActionDetector.sighting(in: track).actions.isEmpty)
  }
  let nothing = ActionDetector.sighting(
    in: FaceTrack(width: 1, height: 1, frames: [], events: []))
  #expect(nothing.actions.isEmpty && nothing.flatMovements.isEmpty && !nothing.isReadable)
}
