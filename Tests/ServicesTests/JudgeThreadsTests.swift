// Judges keep no event loop from its connections, and a capture is hashed once.

import Dispatch
import Liveness
import Synchronization
import Testing
import Vision
import Vocabulary

@testable import Services

/// Stands for an event loop: one thread that knows itself.
private final class Loop: TaskExecutor {
  private static let key = DispatchSpecificKey<Bool>()
  private let queue = DispatchQueue(label: "loop")

  init() { queue.setSpecific(key: Self.key, value: true) }

  /// Whether this is the thread of a loop.
  static var isHere: Bool { DispatchQueue.getSpecific(key: key) == true }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }

  /// Runs a handler as a transport does.
  func call<R: Sendable>(_ body: @escaping @Sendable () async throws -> R) async throws -> R {
    try await Task(executorPreference: self) { try await body() }.value
  }
}

/// Remembers nothing but where it was asked.
private final class PlaceRecords: ReplayRecords {
  let places = Mutex<[Bool]>([])

  func exchange(
    _ clip: RememberedClip, mirrored: [AlignedFrame], at milliseconds: Int64
  ) async throws(ServiceError) -> ReplayCandidates {
    places.withLock { $0.append(Loop.isHere) }
    return ReplayCandidates(isMediaKnown: clip.mediaCode == nil, clips: [])
  }
}

/// Where keys are used: in the middle of what is computed.
private struct PlaceDigest: KeyedDigest {
  let places: PlaceRecords

  func code(of message: [UInt8]) -> [UInt8] {
    places.places.withLock { $0.append(Loop.isHere) }
    return [UInt8](repeating: 1, count: 32)
  }
}

private struct PlaceSigner: ChallengeSigner {
  func code(of message: [UInt8]) -> [UInt8] { [UInt8](repeating: 1, count: 32) }
}

private struct NobodyReader: CaptureReader {
  var models: [VisionModel] { [] }
  var capabilities: Set<LivenessCapability> { [] }
  var limits: [String: Double] { [:] }

  func read(
    _ source: ClipSource, field: String, wants: CaptureWants, before deadline: Deadline
  ) async throws(ServiceError) -> CaptureFindings {
    CaptureFindings(track: FaceTrack(width: 480, height: 640, frames: [], events: []))
  }

  func readStill(
    _ image: Bytes, field: String, before deadline: Deadline
  ) async throws(ServiceError) -> (faces: Int, signals: [LivenessSignal: Double]) {
    (0, [:])
  }
}

struct JudgeThreadsTests {
  @Test("judges work apart from the loop that a call came on, and the call goes on there")
  func apart() async throws {
    let records = PlaceRecords()
    let pipeline = LivenessPipeline(
      reader: NobodyReader(),
      replays: ReplayWindow(
        key: ReplayKey(PlaceDigest(places: records)), records: records),
      clock: ServiceClock(unixMilliseconds: { 0 }, moment: { .now }))
    var numbers = SystemRandomNumberGenerator()
    let challenge = try await ChallengeBook(store: ChallengeMemory(), signer: PlaceSigner()).issue(
      ChallengeRequest(mode: .distance, account: "a"), at: 0, using: &numbers)
    let (before, after) = try await Loop().call {
      let before = Loop.isHere
      _ = try await pipeline.judge(
        CheckedCapture(source: .video(Bytes([1])), colorsShown: nil, field: "capture"),
        answering: challenge, bestFrames: 0, before: .never)
      return (before, Loop.isHere)
    }
    #expect(before && after)
    let places = records.places.withLock { $0 }
    #expect(places.count > 1 && !places.contains(true))
  }

  @Test("what judges throw arrives, and so does a cancellation")
  func ends() async throws {
    let threads = JudgeThreads()
    let failure = await #expect(throws: ServiceError.self) {
      try await threads.run { () throws(ServiceError) -> Int in throw .missing("capture") }
    }
    #expect(failure?.detail.field == "capture")
    let task = Task {
      try await threads.run {
        while !Task.isCancelled { await Task.yield() }
        return 7
      }
    }
    task.cancel()
    #expect(try await task.value == 7)
  }

  @Test("a capture is hashed once, and not at all where that was done before")
  func digest() {
    let (first, second) = (Bytes([1, 2, 3]), Bytes([4, 5]))
    let video = CheckedCapture(source: .video(first), colorsShown: nil, field: "capture")
    #expect(video.digest == FaceAnalyzer.sha256(of: first) && video.digest == video.digest)
    let frames = CheckedCapture(
      source: .frames([(first, 0), (second, 1)]), colorsShown: nil, field: "capture")
    #expect(frames.digest == FaceAnalyzer.sha256(of: Bytes(joining: [first, second])))
    let known = CheckedCapture(
      source: .video(first), colorsShown: nil, field: "capture", digest: [9])
    #expect(known.digest == [9])
  }
}
