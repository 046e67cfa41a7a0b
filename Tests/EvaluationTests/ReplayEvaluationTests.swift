// How films that are known again are counted, and what is done to copies, on made-up films.

import Liveness
import Media
import Testing
import Vision
import Vocabulary

@testable import Evaluation

/// A digest that is no secret, for tests.
private struct TestDigest: KeyedDigest {
  func code(of message: [UInt8]) -> [UInt8] {
    (0..<4).flatMap { round -> [UInt8] in
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(round)
      for byte in message { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      return (0..<8).map { UInt8(truncatingIfNeeded: hash >> ($0 * 8)) }
    }
  }
}

/// SplitMix64.
private struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

struct ReplayEvaluationTests {
  private static func frames(_ count: Int, seed: UInt64, activity: Double = 0.1)
    -> [FrameFingerprint]
  {
    var random = Seeded(state: seed)
    return (0..<count).map {
      FrameFingerprint(
        seconds: 0.4 + Double($0) / 10, bits: random.next() & (UInt64.max - 1), activity: activity)
    }
  }

  private static func prints(
    _ name: String, _ subject: String, _ frames: [FrameFingerprint], kind: String = "original"
  ) -> ReplayEvaluation.Prints {
    ReplayEvaluation.Prints(
      film: LabelledFilm(
        path: name, subject: subject, original: kind == "fileCopies" ? "a" : nil), kind: kind,
      frames: frames)
  }

  @Test("copies count as known, other films do not, still ones are counted apart")
  func counts() async throws {
    let a = Self.frames(80, seed: 1)
    let results = await ReplayEvaluation.results(
      [
        Self.prints("a", "x", a), Self.prints("b", "y", Self.frames(80, seed: 2)),
        Self.prints("still", "z", Self.frames(80, seed: 3, activity: 0)),
        Self.prints("a", "x", a, kind: "recompressed"),
        Self.prints("b", "y", Self.frames(80, seed: 4), kind: "recompressed"),
        Self.prints("copy", "", Array(a.dropFirst(30)), kind: "fileCopies"),
      ], key: ReplayKey(TestDigest()))
    #expect(results.films == 3 && results.judged == 2)
    let row = try #require(results.copies.first { $0.name == "recompressed" })
    #expect(row.seen == MeasuredRate(count: 1, total: 2) && row.unjudged == 0)
    #expect(
      results.copies.first { $0.name == "fileCopies" }?.seen == MeasuredRate(count: 1, total: 1))
    #expect(results.otherPeople.seen.count == 0 && results.otherPeople.unjudged == 1)
    #expect(results.otherPeople.seen.total == 5)
    #expect(results.sameRecording.seen == MeasuredRate(count: 0, total: 2))
    #expect(results.pairErrors.map { $0.pairs == 1 && $0.least > 0.26 } == true)
  }

  @Test("what is taken for another person's film is a false match, whoever it is a copy of")
  func falseMatches() async {
    let a = Self.frames(80, seed: 1)
    let results = await ReplayEvaluation.results(
      [Self.prints("a", "x", a), Self.prints("b", "y", a)], key: ReplayKey(TestDigest()))
    #expect(results.otherPeople.seen == MeasuredRate(count: 2, total: 2))
    #expect(results.pairErrors?.least == 0)
    // A film that repeats itself is found in its own earlier half.
    let loop = Self.frames(40, seed: 5)
    let again = loop.map {
      FrameFingerprint(seconds: $0.seconds + 4, bits: $0.bits, activity: $0.activity)
    }
    let looped = await ReplayEvaluation.results(
      [Self.prints("a", "x", loop + again)], key: ReplayKey(TestDigest()))
    #expect(looped.sameRecording.seen == MeasuredRate(count: 1, total: 1))
  }

  @Test("a place of a copy is where it should be in the film's picture")
  func places() {
    func place(_ kind: ReplayCopyKind, _ x: Double, _ y: Double) -> SIMD2<Double> {
      let part = kind == .cropped || kind == .everything ? 0.75 : 1.0
      let m = kind.map(from: (400, 600), to: (400 * part, 600 * part))
      let w = m[6] * x + m[7] * y + m[8]
      return SIMD2(m[0] * x + m[1] * y + m[2], m[3] * x + m[4] * y + m[5]) / w
    }
    #expect(place(.recompressed, 30, 40) == SIMD2(30, 40))
    #expect(place(.cropped, 0, 0) == SIMD2(50, 75))
    #expect(place(.mirrored, 0, 40) == SIMD2(399, 40))
    let middle = place(.tilted, 200, 300)
    #expect(abs(middle.x - 200) < 1e-6 && abs(middle.y - 300) < 1e-6)
    // The left side is longer than the right one.
    let sides = [0.0, 400].map { x in place(.tilted, x, 600).y - place(.tilted, x, 0).y }
    #expect(abs(sides[0] / sides[1] - 1.05 / 0.95) < 0.02)
    let mirrored = place(.everything, 0, 0)
    #expect(mirrored.x == 349 && mirrored.y == 75)
  }

  @Test("what is no film gives no copy")
  func unreadable() {
    for kind in ReplayCopyKind.allCases { #expect(kind.copy(of: Bytes([1, 2, 3])) == nil) }
  }
}
