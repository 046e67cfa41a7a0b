// A head that comes nearer changes its proportions, a picture that does not.

import Glibc
import Liveness
import Simulation
import Testing
import Vision
import Vocabulary

/// From one distance in cm to another and so on, a second each, with half a second of rest between.
private func walk(
  _ distances: [Double], _ surface: HeadSurface = .solid, seed: UInt64 = 1,
  focalLength: Double = 450, sway: Double = 0
) -> FaceTrack {
  var model = HeadModel()
  model.pointNoise = 0.4
  model.angleNoise = 0.4
  model.focalLength = focalLength
  return track(
    seconds: 1.5 * Double(distances.count), framesPerSecond: 15, surface, model: model, seed: seed
  ) { now in
    let place = min(Int(now / 1.5), distances.count - 2)
    let share = min(max((now - 1.5 * Double(place) - 0.5), 0), 1)
    var state = HeadState()
    state.distance = distances[place] + share * (distances[place + 1] - distances[place])
    state.yaw = sway * (now.truncatingRemainder(dividingBy: 1) - 0.5)
    return state
  }
}

@Test("Steps are seen in order")
func steps() {
  let there = DistanceJudge.judge(walk([55, 26]), asked: [.nearer])
  #expect(there.steps.map(\.step) == [.nearer])
  #expect(there.signals[.distanceStepsShare] == 1)
  #expect(there.signals[.distanceScaleChange] ?? 0 > 1.6)
  let back = DistanceJudge.judge(walk([26, 55, 26]), asked: [.farther, .nearer])
  #expect(back.steps.map(\.step) == [.farther, .nearer])
  #expect(back.signals[.distanceStepsShare] == 1)
}

@Test(
  "Steps that were not asked for are counted: to and fro answers every challenge, and passes none")
func stepsNotAsked() {
  func extra(_ track: FaceTrack, _ asked: [DistanceStep]) -> Double? {
    DistanceJudge.judge(track, asked: asked).signals[.distanceStepsNotAsked]
  }
  #expect(extra(walk([55, 26]), [.nearer]) == 0)
  #expect(extra(walk([26, 55, 26]), [.farther, .nearer]) == 0)
  let all = walk([55, 26, 55, 26])
  let challenges: [[DistanceStep]] = [
    [.nearer], [.farther], [.nearer, .farther], [.farther, .nearer],
  ]
  for asked in challenges {
    let signals = DistanceJudge.judge(all, asked: asked).signals
    #expect(signals[.distanceStepsShare] == 1)
    #expect(signals[.distanceStepsNotAsked] == Double(3 - asked.count), "\(asked)")
  }
  #expect(extra(walk([50, 44]), [.nearer]) == 0)
  #expect(DistanceJudge.judge(all, asked: []).signals[.distanceStepsNotAsked] == nil)
}

@Test("Steps in another order, or too small ones, are not those asked for")
func wrongSteps() {
  let nearer = walk([55, 26])
  #expect(DistanceJudge.judge(nearer, asked: [.farther]).signals[.distanceStepsShare] == 0)
  #expect(
    DistanceJudge.judge(nearer, asked: [.farther, .nearer]).signals[.distanceStepsShare] == 0)
  #expect(
    DistanceJudge.judge(nearer, asked: [.nearer, .farther]).signals[.distanceStepsShare] == 0.5)
  let little = DistanceJudge.judge(walk([50, 44]), asked: [.nearer])
  #expect(little.steps.isEmpty)
  #expect(little.signals[.distanceStepsShare] == 0)
  #expect(little.signals[.distancePerspective] == nil)
}

@Test(
  "Perspective tells a head from a picture, whoever holds it at whatever distance",
  arguments: 0..<30)
func perspective(seed: Int) throws {
  var random = SeededRandom(seed: UInt64(seed))
  let far = Double.random(in: 45...65, using: &random)
  let near = Double.random(in: 20...(far / 1.7), using: &random)
  let focal = Double.random(in: 360...560, using: &random)
  let distances = Bool.random(using: &random) ? [far, near] : [near, far]
  func value(_ surface: HeadSurface) throws -> Double {
    let clip = walk(distances, surface, seed: UInt64(seed), focalLength: focal, sway: 4)
    return try #require(
      DistanceJudge.judge(clip, asked: [.nearer]).signals[.distancePerspective])
  }
  // A model of landmarks shows about half of what a perfect one would: the bound between them is at half of that.
  let (head, picture) = (try value(.solid), try value(.flat))
  #expect(head > 1)
  #expect(abs(picture) < 0.35)
}

@Test("A track without a face tells nothing of distance")
func noFace() {
  let empty = FaceTrack(
    width: 10, height: 10, frames: [TrackFrame(seconds: 0), TrackFrame(seconds: 1)], events: [])
  let reading = DistanceJudge.judge(empty, asked: [.nearer])
  #expect(reading.signals.isEmpty)
  #expect(reading.steps.isEmpty)
}

@Test("The action that follows the steps counts after them, and one before or between does not")
func actionAfterSteps() throws {
  func judged(nodAt: Double) -> ActionReading {
    var model = HeadModel()
    model.pointNoise = 0.3
    model.angleNoise = 0.3
    let clip = track(seconds: 6, framesPerSecond: 20, .solid, model: model, seed: 9) { now in
      var state = HeadState()
      // Nearer from 2 s to 3 s.
      state.distance = 55 - 25 * min(max(now - 2, 0), 1)
      let phase = (now - nodAt) / 0.9
      if (0...1).contains(phase) { state.pitch = -18 * sin(.pi * phase) * sin(.pi * phase) }
      return state
    }
    let distance = DistanceJudge.judge(clip, asked: [.nearer])
    #expect(distance.signals[.distanceStepsShare] == 1)
    return ActionJudge(clip).judge(asked: [.nod], windows: [distance.afterwards])
  }
  #expect(judged(nodAt: 4).signals[.actionsInOrder] == 1)
  let early = judged(nodAt: 0.6)
  #expect(early.signals[.actionsInOrder] == 0)
  #expect(early.signals[.actionsNotAsked] == 1)
}
