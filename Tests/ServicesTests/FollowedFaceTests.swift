// Who is compared with a photo: the person who was followed along the clip, whoever else is shown in between.

import Decisions
import Liveness
import Media
import Messages
import TestSupport
import Testing
import Vision
import Vocabulary

@testable import Services

@Suite(
  .serialized, .enabled(if: DeskParts.isInstalled, "models or pictures: run `make setup` first"))
struct FollowedFaceTests {
  /// Red, green and blue by rows.
  struct Picture {
    let width: Int
    let height: Int
    var pixels: [UInt8]

    init(width: Int, height: Int) {
      self.width = width
      self.height = height
      pixels = [UInt8](repeating: 110, count: 3 * width * height)
    }

    init(demo name: String) throws {
      let decoded = try ImageDecoder.decode(
        Bytes(try Workplace.read(Workplace.deps + "/demo/" + name))
      ).takePixels()
      width = decoded.width
      height = decoded.height
      pixels = decoded.withUnsafeBytes(Array.init)
    }

    private var buffer: PixelBuffer {
      var buffer = PixelBuffer(width: width, height: height, red: 0, green: 0, blue: 0)
      buffer.withUnsafeMutableBytes { out in
        for index in pixels.indices { out[index] = pixels[index] }
      }
      return buffer
    }

    var jpeg: Bytes { buffer.jpeg() }

    /// Lays `other` over it from (`left`, `top`) on, `scale` times as large.
    mutating func lay(_ other: Picture, left: Int, top: Int, scale: Double = 1) {
      for y in max(top, 0)..<min(height, top + Int(Double(other.height) * scale)) {
        for x in max(left, 0)..<min(width, left + Int(Double(other.width) * scale)) {
          let (u, v) = (Int(Double(x - left) / scale), Int(Double(y - top) / scale))
          guard u < other.width, v < other.height else { continue }
          for channel in 0..<3 {
            pixels[3 * (y * width + x) + channel] =
              other.pixels[3 * (v * other.width + u) + channel]
          }
        }
      }
    }

    /// Out of focus: made small by so many halvings, and large again.
    func soft(_ halvings: Int) -> Picture {
      var small = buffer
      for _ in 0..<halvings { small = small.halved() }
      let share = 1 / Double(1 << halvings)
      let map = SamplingMap(
        a: share, b: 0, c: (share - 1) / 2, d: 0, e: share, f: (share - 1) / 2)
      var values = [Float](repeating: 0, count: pixels.count)
      values.withUnsafeMutableBufferPointer {
        small.sample(map, scale: 1, into: $0, width: width, height: height)
      }
      var result = self
      result.pixels = values.map { UInt8(min(max($0.rounded(), 0), 255)) }
      return result
    }
  }

  /// Three seconds of `usual`, with `other` on two frames that no detection and no template falls on.
  private func film(_ usual: Picture, _ other: Picture? = nil) -> CheckedCapture {
    let (plain, shown) = (usual.jpeg, other?.jpeg)
    return CheckedCapture(
      source: .frames(
        (0..<30).map {
          ($0 == 1 || $0 == 2 ? shown ?? plain : plain, Double($0) / 10)
        }), colorsShown: nil, field: "capture")
  }

  /// Decides whether the person of `capture` is that of `photo`, by what Intent asks of a face that need only be there.
  private func decide(
    _ capture: CheckedCapture, photo: Picture, _ desk: CaptureDesk
  ) async throws -> DecidedCapture {
    let judged = try await desk.pipeline.judge(
      capture, answering: nil, bestFrames: 1, before: .never)
    let question = PhotoQuestion(
      record: .given(photo.jpeg),
      terms: FaceCompareTerms(qualityLevel: 0, threshold: 80, rejectMultiple: true),
      choice: .prominent)
    return try await desk.decide(
      judged, terms: LivenessTerms(), photo: question, rules: .presence, DeskParts.call)
  }

  @Test("of the person who was followed there is a PASS, of another one none")
  func honest() async throws {
    let (a, b) = (try Picture(demo: "bench_a.jpg"), try Picture(demo: "bench_b.jpg"))
    try await DeskParts.withDesk { desk in
      let own = try await decide(film(a.soft(2)), photo: a, desk)
      #expect(own.decision.verdict == .pass, "\(own.decision.reasons)")
      #expect(own.decided.evidence.signals[.comparedSimilarity] ?? 0 > 0.8)
      let other = try await decide(film(a.soft(2)), photo: b, desk)
      #expect(other.decision.verdict == .reject)
    }
  }

  @Test(
    "a larger picture of another person beside the live one, between two detections, is not compared"
  )
  func beside() async throws {
    let (a, b) = (try Picture(demo: "bench_a.jpg"), try Picture(demo: "bench_b.jpg"))
    var usual = Picture(width: 720, height: 640)
    usual.lay(a, left: 0, top: 160, scale: 0.5)
    var both = usual
    usual = usual.soft(2)
    both.lay(b, left: 240, top: 0)
    try await DeskParts.withDesk { desk in
      let capture = film(usual, both)
      let judged = try await desk.pipeline.judge(
        capture, answering: nil, bestFrames: 1, before: .never)
      // The frame that shows both is the best one, and nobody noticed the second face.
      #expect((0.05...0.25).contains(judged.bestFrames[0].seconds))
      #expect(judged.evidence.signals[.severalFacesShare] == 0)
      let victim = try await decide(capture, photo: b, desk)
      #expect(victim.decision.verdict == .inconclusive, "\(victim.decision.reasons)")
      #expect(
        [.multipleFaces, .noFace].contains(try #require(victim.decision.reasons.first).code))
      #expect(victim.decided.comparison?.score == nil)
    }
  }

  @Test(
    "a picture of another person in the live one's place, for two frames, is noticed and no best frame"
  )
  func between() async throws {
    let (a, b) = (try Picture(demo: "bench_a.jpg"), try Picture(demo: "bench_b.jpg"))
    try await DeskParts.withDesk { desk in
      let options = FaceAnalysisOptions()
      let first = try await desk.analyzer.analyze(
        a.jpeg, field: "a", options: options, before: .never)
      let second = try await desk.analyzer.analyze(
        b.jpeg, field: "b", options: options, before: .never)
      let (own, other) = (try #require(first.chosen?.box), try #require(second.chosen?.box))
      let scale = own.width / other.width
      var swapped = a
      swapped.lay(
        b, left: Int(own.x - scale * other.x),
        top: Int(own.y + own.height / 2 - scale * (other.y + other.height / 2)), scale: scale)
      let capture = film(a.soft(3), swapped)
      let judged = try await desk.pipeline.judge(
        capture, answering: nil, bestFrames: 2, before: .never)
      #expect(!judged.bestFrames.contains { (0.05...0.25).contains($0.seconds) })
      #expect(judged.evidence.signals[.personChanges] ?? 0 > 0)
      let victim = try await decide(capture, photo: b, desk)
      #expect(victim.decision.verdict != .pass && victim.decision.verdict != .unknown)
      #expect(victim.decision.reasons.first?.code == .personChanged)
      #expect(victim.decided.comparison?.score == nil)
      // What was told decides again as it did.
      let record = LivenessRecord(victim.decided)
      #expect(
        try LivenessCase(record).decide(.presence).verdict == victim.decision.verdict)
    }
  }

  @Test(
    "another person's picture wherever a look was foreseen, at 0, 0.7, 1.4 … s, makes nobody that person"
  )
  func onTheGrid() async throws {
    let (a, b) = (try Picture(demo: "bench_a.jpg"), try Picture(demo: "bench_b.jpg"))
    let usual = a.soft(1).jpeg
    try await DeskParts.withDesk { desk in
      let capture = CheckedCapture(
        source: .frames((0..<60).map { ($0 % 14 == 0 ? b.jpeg : usual, Double($0) / 20) }),
        colorsShown: nil, field: "capture")
      let judged = try await desk.pipeline.judge(
        capture, answering: nil, bestFrames: 1, before: .never)
      #expect(judged.evidence.signals[.personChanges] ?? 0 > 0)
      #expect(judged.evidence.signals[.identitySimilarityMin] ?? 1 < 0.45)
      let victim = try await decide(capture, photo: b, desk)
      #expect(victim.decision.verdict != .pass)
      #expect(victim.decided.comparison?.score == nil)
    }
  }

  @Test("a frame without a face where the followed one was is no frame to compare")
  func elsewhere() async throws {
    let a = try Picture(demo: "bench_a.jpg")
    try await DeskParts.withDesk { desk in
      let options = FaceAnalysisOptions(
        choice: .within(ImageBox(x: 0, y: 560, width: 60, height: 70)), wantTemplate: true)
      let analysis = try await desk.analyzer.analyze(
        a.jpeg, field: "a", options: options, before: .never)
      #expect(analysis.chosen == nil && analysis.template == nil)
      let obstacles = desk.policy.obstacles(
        in: CaptureCompareEvidence(capture: FaceEvidence(analysis), photo: FaceEvidence(analysis)),
        terms: FaceCompareTerms(qualityLevel: 0, threshold: 80, rejectMultiple: true))
      #expect(obstacles.first?.code == .noFace && obstacles.first?.field == "capture")
    }
  }
}
