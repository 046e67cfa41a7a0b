// What tests of whole handlers are made of: a desk on installed models, a call, a clock, readers that tell what they are told.

import Decisions
import Foundation
import Inference
import Liveness
import RPC
import TestSupport
import Vision
import Vocabulary

@testable import Services

/// Not unpredictable at all.
struct PlainDigest: ChallengeSigner, KeyedDigest {
  func code(of message: [UInt8]) -> [UInt8] {
    Array(FaceAnalyzer.sha256(of: Bytes(message)))
  }
}

/// A capture as a test describes it.
struct ToldCapture: CaptureReader {
  var findings: CaptureFindings

  var models: [VisionModel] { [] }
  var capabilities: Set<LivenessCapability> { [] }
  var limits: [String: Double] { [:] }

  func read(
    _ source: ClipSource, field: String, wants: CaptureWants, before deadline: Deadline
  ) async throws(ServiceError) -> CaptureFindings { findings }

  func readStill(
    _ image: Bytes, field: String, before deadline: Deadline
  ) async throws(ServiceError) -> (faces: Int, signals: [Vocabulary.LivenessSignal: Double]) {
    (0, [:])
  }

  /// Four seconds in which nobody is seen.
  static let nobody = ToldCapture(
    findings: CaptureFindings(
      track: FaceTrack(
        width: 480, height: 640,
        frames: (0...40).map { TrackFrame(seconds: Double($0) / 10, facesSeen: 0, face: nil) },
        events: [])))
}

enum DeskParts {
  static let account = AccountID("dev")!
  static let call = CallContext(
    IncomingCall(
      method: MethodName(service: "idv.v1.Test", method: "Test"), message: Bytes([UInt8]()),
      deadline: .never, peer: nil, channel: NoChannel()),
    id: CallID(high: 0, low: 1), account: Account(id: account, concurrentCallsMax: 1),
    deadline: .never, processLog: .silent)
  static let clock = ServiceClock(
    unixMilliseconds: { Int64(Date().timeIntervalSince1970 * 1000) }, moment: { Moment(.now) })

  static func pipeline(_ reader: any CaptureReader) -> LivenessPipeline {
    LivenessPipeline(
      reader: reader,
      replays: ReplayWindow(key: ReplayKey(PlainDigest()), records: MemoryReplayRecords(.standard)),
      clock: clock)
  }

  static func challenges() -> Challenges {
    Challenges(
      book: ChallengeBook(store: ChallengeMemory(), signer: PlainDigest()), clock: clock,
      numbers: { SystemRandomNumberGenerator() })
  }

  static let isInstalled: Bool = {
    guard Workplace.isSetUp, let manifest = try? ModelManifest.bundled() else { return false }
    return (FaceAnalyzer.modelUses + ClipReader.modelUses).allSatisfy { use in
      manifest[use.role].map { Workplace.exists(Workplace.deps + "/models/" + $0.file) } ?? false
    }
  }()

  /// Runs `body` with a desk on the models that `make setup` installs.
  /// - Parameter reader: nil for one that reads clips.
  static func withDesk<R>(
    reader: (any CaptureReader)? = nil, _ body: (CaptureDesk) async throws -> R
  ) async throws -> R {
    let engine = try InferenceEngine(
      manifest: try .bundled(), folder: ModelFolder(dependencies: Workplace.deps),
      uses: FaceAnalyzer.modelUses + ClipReader.modelUses, options: InferenceOptions(lanes: 1))
    let outcome: Result<R, any Error>
    do {
      let reader: any CaptureReader =
        try reader
        ?? VisionCaptureReader(
          clips: ClipReader(engine: engine), stills: PresentationReader(engine: engine))
      let desk = CaptureDesk(
        challenges: challenges(), uploads: UploadStore { "upload" }, pipeline: pipeline(reader),
        analyzer: try FaceAnalyzer(engine: engine), faces: FaceComparePolicy(quality: .standard),
        clock: clock)
      outcome = .success(try await body(desk))
    } catch { outcome = .failure(error) }
    await engine.shutdown()
    return try outcome.get()
  }
}
