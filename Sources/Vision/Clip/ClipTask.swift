// One clip's way through the pipeline, on one lane: decode, follow, keep the best, frame by frame.

internal import Inference
internal import Media
internal import Vocabulary

/// Why a clip gave nothing.
enum ClipError: Error, Equatable {
  case video(VideoError)
  case inference(InferenceError)
}

/// The work of one job. One frame is alive at a time, beside the one that may become a best frame.
struct ClipTask: Sendable {
  let clip: ClipSource
  let options: ClipOptions
  let limits: VideoLimits
  let contract: TemplateContract
  let calibration: PresentationCalibration

  /// Runs on the calling thread, which is the lane's.
  func run(on lane: InferenceLane) throws(ClipError) -> ClipReading {
    var pass = ClipPass(lane: lane, self)
    switch clip {
    case .video(let bytes):
      let info = try decode(bytes, &pass)
      var reading = try pass.finish(ClipInfo(info))
      if options.wantLoudness {
        reading.loudness = ClipSound.levels(
          of: bytes, limits: limits, startSeconds: info.startSeconds)
      }
      return reading
    case .frames(let pictures): return try pass.finish(ClipInfo(try decode(pictures, &pass)))
    }
  }

  private var wanted: FrameChoice { .every(seconds: 1 / options.framesPerSecond) }

  private func decode(_ bytes: Bytes, _ pass: inout ClipPass) throws(ClipError) -> VideoInfo {
    var failure: InferenceError?
    let info: VideoInfo
    do throws(VideoError) {
      info = try VideoDecoder.decode(bytes, limits: limits, wanted: wanted) { frame in
        let seconds = frame.seconds
        failure = pass.add(frame.takePixels(), seconds: seconds)
        return failure == nil
      }
    } catch { throw .video(error) }
    if let failure { throw .inference(failure) }
    return info
  }

  private func decode(
    _ pictures: [(picture: Bytes, seconds: Double)], _ pass: inout ClipPass
  ) throws(ClipError) -> VideoInfo {
    let pictures = pictures.map { TimedPicture(jpeg: $0.picture, seconds: $0.seconds) }
    var failure: InferenceError?
    let info: VideoInfo
    do throws(VideoError) {
      info = try VideoDecoder.decode(pictures, limits: limits, wanted: wanted) { frame in
        let seconds = frame.seconds
        failure = pass.add(frame.takePixels(), seconds: seconds)
        return failure == nil
      }
    } catch { throw .video(error) }
    if let failure { throw .inference(failure) }
    return info
  }
}

/// What passes over a clip's frames.
struct ClipPass {
  private var tracker: FaceTracker
  private var presentation: PresentationMeter?
  private var best: BestFrameKeeper
  /// Nil unless fingerprints were asked for.
  private var fingerprinter: FrameFingerprinter?
  private var fingerprints: [FrameFingerprint] = []
  private var changes: [FrameChange] = []

  init(lane: InferenceLane, _ task: ClipTask) {
    tracker = FaceTracker(
      lane: lane, contract: task.contract,
      options: FaceTracker.Options(
        wantLight: task.options.wantLight, lookSeed: task.options.lookSeed()))
    if task.options.wantPresentation {
      presentation = PresentationMeter(lane: lane, calibration: task.calibration)
    }
    best = BestFrameKeeper(count: task.options.bestFrames)
    fingerprinter = task.options.wantFingerprints ? FrameFingerprinter() : nil
  }

  /// Analyses the next frame; gives back why that failed.
  mutating func add(_ pixels: consuming PixelBuffer, seconds: Double) -> InferenceError? {
    let picture = ImagePyramid(pixels)
    do throws(InferenceError) {
      let frame = try tracker.add(picture, seconds: seconds)
      if let face = frame.face {
        try presentation?.add(picture, face: face, seconds: seconds)
      }
      best.add(picture, frame)
      let place = frame.face.flatMap { FingerprintPlace(mesh: $0.mesh) }
      if let trace = fingerprinter?.add(picture, place: place, seconds: seconds) {
        if let fingerprint = trace.fingerprint { fingerprints.append(fingerprint) }
        if let change = trace.change { changes.append(change) }
      }
      return nil
    } catch { return error }
  }

  /// The reading. Frames that are given away are looked at: they are those of the person of the whole clip.
  mutating func finish(_ info: ClipInfo) throws(ClipError) -> ClipReading {
    var track = tracker.finish()
    var chosen = best.finish(track)
    do throws(InferenceError) {
      while try tracker.look(at: chosen) {
        track = tracker.finish()
        chosen = best.finish(track)
      }
    } catch { throw .inference(error) }
    return ClipReading(
      info: info, track: track, presentation: presentation?.finish(track), bestFrames: chosen,
      fingerprints: fingerprints, changes: changes, template: tracker.template)
  }
}

extension ClipInfo {
  init(_ info: VideoInfo) {
    self.init(
      container: info.container.rawValue, videoCodec: info.videoCodec.rawValue,
      audioCodec: info.audioCodec?.rawValue, hasSound: info.hasSound, width: info.width,
      height: info.height, rotationDegrees: info.rotationDegrees, startSeconds: info.startSeconds,
      seconds: info.seconds,
      packets: info.timing.map {
        Packet(
          seconds: $0.seconds, decodeSeconds: $0.decodeSeconds, bytes: $0.bytes, isKey: $0.isKey,
          isHidden: $0.isHidden)
      }, framesDecoded: info.framesDecoded, framesAnalysed: info.framesDelivered,
      decodeMillis: info.decodeMillis)
  }
}
