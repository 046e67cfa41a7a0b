// Captures read by Vision on the shared inference core.

internal import Liveness
package import Vision
package import Vocabulary

/// Reads captures with the models that are installed. Safe from any thread.
package struct VisionCaptureReader: CaptureReader {
  private let clips: ClipReader
  private let stills: PresentationReader

  package init(clips: ClipReader, stills: PresentationReader) {
    self.clips = clips
    self.stills = stills
  }

  package var models: [VisionModel] {
    clips.models + stills.models.filter { !clips.models.contains($0) }
  }

  package var capabilities: Set<LivenessCapability> {
    stills.missing.isEmpty ? [.passiveLiveness] : []
  }

  package var limits: [String: Double] {
    let threshold = stills.calibration.threshold
    return [
      "presentationScore": threshold, "presentationScore.silent": threshold,
      "presentationScore.reflect": threshold,
    ]
  }

  package func read(
    _ source: ClipSource, field: String, wants: CaptureWants, before deadline: Deadline
  ) async throws(ServiceError) -> CaptureFindings {
    let reading = try await clips.read(
      source, field: field,
      options: ClipOptions(
        wantLight: wants.light, wantPresentation: true, wantFingerprints: wants.fingerprints,
        wantLoudness: wants.loudness, bestFrames: wants.bestFrames, lookSeed: wants.lookSeed),
      before: deadline)
    return CaptureFindings(
      track: reading.track, signals: reading.presentation?.signals ?? [:],
      fingerprints: reading.fingerprints, changes: reading.changes,
      packets: reading.info.packets.filter { !$0.isHidden },
      loudness: reading.loudness.map { TimedValue(seconds: $0.seconds, value: $0.decibels) },
      startSeconds: reading.info.startSeconds, hasSound: reading.info.hasSound,
      bestFrames: reading.bestFrames.map {
        ChosenFrame(jpeg: $0.jpeg, seconds: $0.seconds, quality: $0.quality, box: $0.box)
      }, template: reading.template)
  }

  package func readStill(
    _ image: Bytes, field: String, before deadline: Deadline
  ) async throws(ServiceError) -> (faces: Int, signals: [LivenessSignal: Double]) {
    let still = try await stills.read(image, field: field, before: deadline)
    var signals = still.reading.signals
    signals[.eyesOpenShare] = still.face.flatMap { FaceTrack.eyesOpenShare(of: [$0]) }
    return (still.faces, signals)
  }
}
