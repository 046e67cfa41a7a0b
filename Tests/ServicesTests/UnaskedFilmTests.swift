// Films that were sent without a challenge: remembered where they were verified.

import Liveness
import Testing
import Vision
import Vocabulary

@testable import Services

struct UnaskedFilmTests {
  /// Three seconds in which a face moves.
  private static let film = ToldCapture(
    findings: CaptureFindings(
      track: FaceTrack(width: 480, height: 640, frames: [], events: []),
      fingerprints: (0..<30).map {
        FrameFingerprint(
          seconds: 0.4 + Double($0) / 10, bits: UInt64($0 + 1) &* 0x9E37_79B9_7F4A_7C14 & ~1,
          activity: 0.1)
      }))

  private static func capture(_ name: UInt8) -> CheckedCapture {
    CheckedCapture(source: .video(Bytes([name])), colorsShown: nil, field: "capture")
  }

  @Test("a film that was sent without a challenge answers none later, whatever its file")
  func remembered() async throws {
    let challenges = DeskParts.challenges()
    func seen(
      _ pipeline: LivenessPipeline, _ name: UInt8
    ) async throws -> [Vocabulary.LivenessSignal: Double] {
      let challenge = try await challenges.issue(
        ChallengeRequest(mode: .action, account: "dev", actionCount: 1))
      return try await pipeline.judge(
        Self.capture(name), answering: challenge, bestFrames: 0, before: .never
      ).evidence.signals
    }
    let pipeline = DeskParts.pipeline(Self.film)
    for _ in 0..<2 {
      let unasked = try await pipeline.judge(
        Self.capture(1), answering: nil, bestFrames: 0, before: .never)
      // It may be sent again: nothing is said of it.
      #expect(unasked.evidence.signals[.replaySeen] == nil)
      #expect(unasked.evidence.signals[.replayMediaKnown] == nil)
    }
    let same = try await seen(pipeline, 1)
    #expect(same[.replayMediaKnown] == 1 && same[.replaySeen] == 1)
    #expect(try await seen(pipeline, 2)[.replaySeen] == 1)
    // Only looked at, as DetectFakeFace does: its verification may follow.
    let other = DeskParts.pipeline(Self.film)
    _ = try await other.judge(
      Self.capture(1), answering: nil, bestFrames: 0, isRemembered: false, before: .never)
    let first = try await seen(other, 1)
    #expect(first[.replayMediaKnown] == 0 && first[.replaySeen] == 0)
  }
}
