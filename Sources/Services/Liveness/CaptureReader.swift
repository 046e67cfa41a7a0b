// Captures as the judges see them: a track and measurements, no pixels but the best frames'.

package import Liveness
package import Vision
package import Vocabulary

/// What to read of a capture.
package struct CaptureWants: Sendable {
  /// Colours of face and background.
  package var light = false
  /// How loud it is, along the capture.
  package var loudness = false
  /// Fingerprints by which a film is known again.
  package var fingerprints = false
  package var bestFrames = 1
  /// What the times at which it is looked whose face it is are drawn from. Asked on the lane.
  package var lookSeed: @Sendable () -> UInt64 = { 0 }

  package init() {}
}

/// A frame that shows the person well.
package struct ChosenFrame: Sendable {
  package var jpeg: Bytes
  /// Since the first frame.
  package var seconds: Double
  /// 0–100.
  package var quality: Double
  /// Where the face that was followed is on it, pixels; nil for a picture that is the whole capture.
  package var box: ImageBox?

  package init(jpeg: Bytes, seconds: Double, quality: Double, box: ImageBox? = nil) {
    self.jpeg = jpeg
    self.seconds = seconds
    self.quality = quality
    self.box = box
  }
}

/// What a capture showed. Biometric: it stays in this process, but for the best frames.
package struct CaptureFindings: Sendable {
  package var track: FaceTrack
  /// Signals that were measured on pixels and file.
  package var signals: [LivenessSignal: Double]
  package var fingerprints: [FrameFingerprint]
  /// Each frame against the one before.
  package var changes: [FrameChange]
  /// Of the file; empty for frames that were sent one by one.
  package var packets: [ClipInfo.Packet]
  /// Short-time levels in dB; empty without sound.
  package var loudness: [TimedValue]
  /// Of the first picture, on the file's line of time; 0 for frames that were sent one by one.
  package var startSeconds: Double
  /// Whether the file has sound of its own, of whatever codec.
  package var hasSound: Bool
  /// Best first, from where one person alone was followed.
  package var bestFrames: [ChosenFrame]
  /// The template of the person who was followed; it can be compared with pictures'. Nil if the face was never seen well
  /// enough.
  package var template: FaceTemplate?

  package init(
    track: FaceTrack, signals: [LivenessSignal: Double] = [:],
    fingerprints: [FrameFingerprint] = [], changes: [FrameChange] = [],
    packets: [ClipInfo.Packet] = [], loudness: [TimedValue] = [], startSeconds: Double = 0,
    hasSound: Bool = false, bestFrames: [ChosenFrame] = [], template: FaceTemplate? = nil
  ) {
    self.template = template
    self.hasSound = hasSound
    self.startSeconds = startSeconds
    self.track = track
    self.signals = signals
    self.fingerprints = fingerprints
    self.changes = changes
    self.packets = packets
    self.loudness = loudness
    self.bestFrames = bestFrames
  }
}

/// Reads captures. Any thread. The server's is made of `ClipReader`; tests have their own.
package protocol CaptureReader: Sendable {
  /// The models in use, as they are named to callers.
  var models: [VisionModel] { get }
  /// What it can do beyond what needs no model.
  var capabilities: Set<LivenessCapability> { get }
  /// Limits of the policy that go with its models, by the names of their rules.
  var limits: [String: Double] { get }

  /// Reads one. Waiting for a lane spends `deadline`.
  func read(
    _ source: ClipSource, field: String, wants: CaptureWants, before deadline: Deadline
  ) async throws(ServiceError) -> CaptureFindings

  /// Looks at one still for signs of a picture of a face; how many faces there were beside.
  func readStill(
    _ image: Bytes, field: String, before deadline: Deadline
  ) async throws(ServiceError) -> (faces: Int, signals: [LivenessSignal: Double])
}

/// Refuses every capture, because models are not installed.
package struct MissingCaptureReader: CaptureReader {
  private let missing: [String]

  /// - Parameter missing: roles of the models.
  package init(missing: [String]) { self.missing = missing }

  package var models: [VisionModel] { [] }
  package var capabilities: Set<LivenessCapability> { [] }
  package var limits: [String: Double] { [:] }

  package func read(
    _ source: ClipSource, field: String, wants: CaptureWants, before deadline: Deadline
  ) async throws(ServiceError) -> CaptureFindings {
    throw unavailable
  }

  package func readStill(
    _ image: Bytes, field: String, before deadline: Deadline
  ) async throws(ServiceError) -> (faces: Int, signals: [LivenessSignal: Double]) {
    throw unavailable
  }

  private var unavailable: ServiceError {
    ServiceError(
      .failedPrecondition,
      "This server cannot read captures: \(missing.joined(separator: ", ")) not installed.",
      ErrorDetail(.modelUnavailable, advice: .contactSupport))
  }
}
