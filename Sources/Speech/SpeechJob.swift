// One recording's way through the pipeline, on one lane: decode, find speech, recognise, compare voices.

internal import Inference
internal import Media
internal import SpokenText
internal import Vocabulary

/// The work of one job.
struct SpeechJob: Sendable {
  let sound: SoundSource
  let task: SpeechTask
  let limits: VideoLimits
  let pairs: BytePairs
  let pinyin: PinyinTable
  let baselines: SilenceBaselines

  /// Sound that is heard before and after what is voiced, in seconds: consonants are not voiced.
  static let leadSeconds = 0.2
  static let trailSeconds = 0.3

  /// Runs on the calling thread, which is the lane's.
  func run(on lane: InferenceLane) throws(SpeechError) -> SpeechReading {
    let (samples, start) = try samples()
    do throws(InferenceError) {
      return try read(samples, startSeconds: start, on: lane)
    } catch { throw .inference(error) }
  }

  private func samples() throws(SpeechError) -> ([Float], Double) {
    var all: [Float]
    var start: Double
    switch sound {
    case .samples(let samples, let seconds): (all, start) = (samples, seconds)
    case .encoded(let bytes):
      do throws(VideoError) {
        let pcm = try AudioDecoder.decode(bytes, limits: limits)
        (all, start) = (pcm.samples, pcm.startSeconds)
      } catch { throw .sound(error) }
    }
    all = SoundCondition.bounded(all)
    guard let within = task.within else { return (all, start) }
    let rate = Double(SpeechLimits.rate)
    let first = min(all.count, max(0, Int(max(0, within.lowerBound) * rate)))
    let last = min(
      all.count, max(first, Int(min(within.upperBound, SpeechLimits.secondsMax) * rate)))
    start += Double(first) / rate
    return (Array(all[first..<last]), start)
  }

  private func read(
    _ samples: [Float], startSeconds: Double, on lane: InferenceLane
  ) throws(InferenceError) -> SpeechReading {
    var condition = SoundCondition(samples, segments: [])
    var segments: [VoicedSegment] = []
    let early = condition.doubts(segments: [])
    if early == [.noSpeech] {
      segments = VoiceActivity.segments(
        try VoiceActivity.likelihoods(samples, on: lane), seconds: condition.seconds)
      condition = SoundCondition(samples, segments: segments)
    }
    var reading = SpeechReading(
      condition: condition, doubts: condition.doubts(segments: segments),
      startSeconds: startSeconds, segments: segments)
    if task.keepsSamples { reading.samples = samples }
    if reading.isBlocked { return reading }
    let listener = Listener(
      samples: samples, segments: segments, pairs: task.pairs,
      scorer: TextScorer(
        whisper: Whisper(lane: lane, pairs: pairs), pinyin: pinyin, baselines: baselines))
    switch task.expected {
    case .nothing: break
    case .anything: reading.transcript = try listener.transcript()
    case .text(let text): reading.parts = try listener.read(text.parts)
    case .code(let digits): reading.code = try listener.read(codes: [digits]).first
    case .eachCode(let codes): reading.codes = try listener.read(codes: codes)
    case .textThenCode(let text, let digits):
      (reading.parts, reading.code) = try listener.read(text.parts, then: digits)
    case .oneOf(let choices): reading.answers = try listener.read(oneOf: choices)
    case .each(let parts, let floor): reading.answers = try listener.read(each: parts, floor)
    }
    if task.wantVoice {
      reading.voice = try VoiceReader(lane: lane).read(
        samples, segments, signalToNoiseDB: condition.signalToNoiseDB)
    }
    return reading
  }
}
