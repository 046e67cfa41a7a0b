// Lips against voice on open clips of talkers: their own sound against every other's, and faces that listen under a voice.

import FoundationEssentials
import Liveness
import ServerApp
import TestSupport
import Testing
import Vision
import Vocabulary

@Suite(
  .enabled(
    if: Workplace.isSetUp && Workplace.exists(Workplace.data + "/videos/khill.mp4"),
    "needs the evaluation data beside the checkout"))
struct LipVoiceTests {
  /// Clips whose person speaks, with the sound of it.
  static let talkers = [
    "videos/grid_bbaf2n.mpg", "videos/grid_id2_swwp2s.mpg", "videos/grid_lbax4n.mpg",
    "videos/grid_lrwp9a.mpg", "videos/grid_pwij3p.mpg", "videos/grid_sbwe5n.mpg",
    "videos/khill.mp4", "videos/may.mp4", "videos/retalk_1.mp4", "videos/retalk_4.mp4",
    "pad/video/df_edtalk1.mp4", "pad/video/df_solo.mp4", "pad/video/df_zl.mp4",
  ]
  /// Clips whose person does not speak.
  static let listeners = [
    "videos/lp_s18.mp4", "videos/incluit_2.mp4", "videos/pexels_blink.mp4",
    "pad/video/krzy_live.mp4", "pad/video/wolf_live.mp4",
  ]

  struct Seen: Sendable {
    let name: String
    let mouths: [MouthShape]
    let loudness: [TimedValue]
  }

  static func see(_ names: [String]) async throws -> [Seen] {
    let (core, _) = try await LiveServer.started.value
    let reader = try ClipReader(engine: try #require(core.engine), isEvaluation: true)
    var seen: [Seen] = []
    for name in names {
      guard let bytes = try? Workplace.read(Workplace.data + "/" + name) else { continue }
      let reading = try await reader.read(
        .video(Bytes(bytes)), field: "clip", options: ClipOptions(wantLoudness: true),
        before: .never)
      seen.append(
        Seen(
          name: String(name.split(separator: "/").last ?? ""),
          mouths: MouthShape.all(in: reading.track),
          loudness: reading.loudness.map {
            TimedValue(seconds: $0.seconds, value: $0.decibels)
          }))
    }
    return seen
  }

  static func signals(
    _ face: Seen, _ sound: Seen
  ) -> [LivenessSignal: Double] {
    VoiceFaceJudge.judge(
      mouths: face.mouths.filter { $0.seconds <= sound.loudness.last?.seconds ?? 0 },
      loudness: sound.loudness)
  }

  @Test("talkers keep the limits, faces that listen do not, and most dubbings do not")
  func limits() async throws {
    let talkers = try await Self.see(Self.talkers)
    let listeners = try await Self.see(Self.listeners)
    try #require(talkers.count >= 10 && listeners.count >= 3)
    let own = talkers.map { Self.signals($0, $0) }
    var dubbed: [Double] = []
    for face in talkers {
      for sound in talkers where sound.name != face.name {
        if let agreement = Self.signals(face, sound)[.lipVoiceAgreement] {
          dubbed.append(agreement)
        }
      }
    }
    let kept = own.compactMap { $0[.lipVoiceAgreement] }
    print("lips against voice: \(kept.count) talkers, \(dubbed.count) dubbings")
    for (talker, signals) in zip(talkers, own) {
      print(
        "  \(talker.name): agreement \(signals[.lipVoiceAgreement] ?? .nan), motion "
          + "\(signals[.lipVoicedMotion] ?? .nan), silent motion \(signals[.lipSilentMotionSeconds] ?? .nan) s"
      )
    }
    for limit in stride(from: -0.2, through: 0.81, by: 0.05) {
      print(
        "  limit \((limit * 100).rounded() / 100): talkers \(kept.count { $0 >= limit }) of \(kept.count), "
          + "dubbings \(dubbed.count { $0 >= limit }) of \(dubbed.count)")
    }
    // How likely a talker agrees better than a dubbing.
    let wins = kept.reduce(0.0) { sum, value in
      sum + Double(dubbed.count { $0 < value }) + Double(dubbed.count { $0 == value }) / 2
    }
    let area = wins / Double(kept.count * dubbed.count)
    print("  area under the curve \((area * 1000).rounded() / 1000)")
    #expect(area > 0.7)
    #expect(kept.count { $0 >= 0.4 } * 10 >= kept.count * 8)
    #expect(kept.allSatisfy { $0 >= 0.05 })
    #expect(dubbed.count { $0 >= 0.4 } * 5 < dubbed.count * 3)
    #expect(own.allSatisfy { ($0[.lipVoicedMotion] ?? 0) >= 0.3 })
    #expect(own.allSatisfy { ($0[.lipSilentMotionSeconds] ?? 9) <= 2.5 })
    // A face that listens, under each talker's voice.
    for face in listeners {
      let motions = talkers.compactMap { Self.signals(face, $0)[.lipVoicedMotion] }
      print("  \(face.name): motion under voices up to \(motions.max() ?? .nan)")
      #expect(motions.allSatisfy { $0 < 0.2 }, "\(face.name)")
    }
  }
}
