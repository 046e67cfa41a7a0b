// When it is looked whose face it is: at times that cannot be foreseen, and wherever something happens.

internal import Testing

@testable internal import Vision

@Suite struct LookScheduleTests {
  private func face(
    yaw: Double = 0, pitch: Double = 0, eyes: Float = 0.1, jaw: Float = 0.02
  ) -> TrackedFace {
    var shapes = [Float](repeating: 0, count: Blendshape.allCases.count)
    shapes[Blendshape.eyeBlinkLeft.rawValue] = eyes
    shapes[Blendshape.eyeBlinkRight.rawValue] = eyes
    shapes[Blendshape.jawOpen.rawValue] = jaw
    return TrackedFace(
      box: ImageBox(x: 0, y: 0, width: 100, height: 100), presence: 1,
      pose: HeadPose(pitch: pitch, yaw: yaw, roll: 0), mesh: [], blendshapes: shapes)
  }

  /// Times of looks at frames of 20 a second.
  private func looks(
    seed: UInt64, seconds: Double = 60, _ frame: (Double) -> (TrackedFace, hasJumped: Bool)
  ) -> (times: [Double], unseen: Int) {
    var schedule = LookSchedule(seed: seed)
    var times: [Double] = []
    for index in 0..<Int(seconds * 20) {
      let now = Double(index) / 20
      let (face, hasJumped) = frame(now)
      schedule.see(face, hasJumped: hasJumped, at: now)
      guard schedule.isDue(at: now) else { continue }
      times.append(now)
      schedule.looked(at: face, now)
    }
    return (times, schedule.jumpsUnseen)
  }

  @Test func timesAreDrawnFromTheSeedAndLieWithinBounds() {
    let still = face()
    let first = looks(seed: 1) { _ in (still, false) }.times
    #expect(first == looks(seed: 1) { _ in (still, false) }.times)
    let gaps = zip(first.dropFirst(), first).map { $0 - $1 }
    #expect(gaps.allSatisfy { (0.299...0.951).contains($0) }, "\(gaps)")
    // No grid: gaps of all lengths come.
    #expect(Set(gaps.map { ($0 * 20).rounded() }).count >= 8)
    // Who guesses 0.7 s, or the times of another seed, is seen: of 200 clips' looks few are at any one time.
    var counts = [Double: Int]()
    for seed in 0..<200 {
      for time in looks(seed: UInt64(seed), seconds: 6, { _ in (still, false) }).times {
        counts[time, default: 0] += 1
      }
    }
    #expect(counts.filter { $0.key > 1.5 }.values.allSatisfy { $0 < 60 }, "\(counts)")
  }

  @Test func whateverJumpsIsLookedAtOnItsFrame() {
    let still = face()
    let jumps = [2.05, 2.1, 7.35]
    let found = looks(seed: 3) { now in (still, jumps.contains { abs($0 - now) < 1e-6 }) }
    for time in jumps {
      #expect(found.times.contains { abs($0 - time) < 1e-6 }, "\(time)")
    }
    #expect(found.unseen == 0)
  }

  @Test func everyActionIsLookedAt() {
    let found = looks(seed: 4, seconds: 12) { now in
      if (1.5..<1.65).contains(now) { return (face(eyes: 0.9), false) }
      if (3..<3.8).contains(now) { return (face(jaw: 0.7), false) }
      if (5..<5.7).contains(now) { return (face(yaw: 20), false) }
      if (7..<7.3).contains(now) { return (face(pitch: -12), false) }
      return (face(), false)
    }
    for (from, to) in [(1.5, 1.65), (3, 3.8), (5, 5.7), (7, 7.3)] {
      #expect(found.times.contains { $0 >= from - 1e-6 && $0 < to }, "\(from)")
    }
  }

  @Test func aFaceThatChangesAllTheTimeCostsNoMoreThanIsAllowedAndIsTold() {
    let still = face()
    let found = looks(seed: 5, seconds: 20) { now in (still, now > 1) }
    #expect(Double(found.times.count) <= 20 * (TrackLimits.looksPerSecondMax + 1 / 0.3) + 8)
    #expect(found.unseen > 0)
  }
}
