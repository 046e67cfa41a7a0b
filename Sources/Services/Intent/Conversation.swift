// The state of one conversation: what has come, what was asked, and what is to be told next. No model, no clock.

internal import Liveness
internal import Messages
internal import Vision
internal import Vocabulary

/// Gathers a recording as it is captured and leads through its prompts. A struct: events in, things to tell out. One
/// task.
///
/// What is told on the way are hints: the verdict looks at the whole recording again.
struct Conversation {
  let script: IntentScript
  let bytesMax: Int
  private let share: MediaShare
  private(set) var frames: [(picture: Bytes, seconds: Double)] = []
  private(set) var sound: [Int16] = []
  /// Of the first sample, on the frames' clock, milliseconds.
  private var soundTime: UInt64?
  private var firstTime: UInt64?
  private var lastTime: UInt64 = 0
  private var bytes = 0
  /// Which prompt the person is at; `script.count` when all are done.
  private(set) var prompt = 0
  /// When each had been shown, seconds since the first frame.
  private(set) var shown: [Double] = []
  private var isWaitingForShown: Bool
  private var meter = VoiceMeter()
  private var nods = NodMeter()
  private var hasFace: Bool?
  private var hadSeveral = false
  private var lastLook: Double?
  /// Longest time by which what was captured and the server's clock ran apart, seconds.
  private(set) var lagMax = 0.0
  private(set) var isComplete = false

  /// - Parameter share: what frames and sound are paid from.
  init(_ script: IntentScript, bytesMax: Int, share: MediaShare) {
    self.script = script
    self.bytesMax = bytesMax
    self.share = share
    isWaitingForShown = true
  }

  /// Now, seconds since the first frame.
  var seconds: Double { frames.last?.seconds ?? 0 }

  /// Whether the recording is as long as it may be.
  var isFull: Bool {
    seconds >= IntentLimits.recordingSecondsMax - 1
      || Double(sound.count) / Double(IntentLimits.pcmRate)
        >= IntentLimits.recordingSecondsMax - 1
      || frames.count >= IntentLimits.framesMax
  }

  /// Whether it came so long before or after its own time that it is none.
  var isLate: Bool { lagMax > IntentLimits.conversationLagSecondsMax }

  /// Holds what has been captured, by the device's clock and the count of samples, against the server's clock.
  /// Whoever stops and then sends much at once had time to make it up.
  /// - Parameter elapsed: since the conversation began, seconds of the server's clock.
  mutating func arrived(after elapsed: Double) {
    lagMax = max(lagMax, abs(elapsed - seconds))
    guard script.mode.speaks else { return }
    let first = firstTime ?? 0
    let late = soundTime.map { $0 > first && firstTime != nil ? Double($0 - first) / 1000 : 0 } ?? 0
    let heard =
      min(late, IntentLimits.recordingSecondsMax)
      + Double(sound.count) / Double(IntentLimits.pcmRate)
    lagMax = max(lagMax, abs(elapsed - heard))
  }

  /// The words of the prompt that the person is at.
  var words: String {
    switch script.mode {
    case .read: script.text
    case .answer: prompt < script.questions.count ? script.questions[prompt].question : ""
    case .nod: prompt < script.prompts.count ? script.prompts[prompt] : ""
    }
  }

  /// What begins it.
  var opening: [ConverseEvent] { [event(.begin), event(.prompt)] }

  /// Takes a message.
  /// - Returns: what to tell, and the frame that should be looked at, if any.
  mutating func add(
    _ message: ConverseRequest
  ) throws(ServiceError) -> (events: [ConverseEvent], look: Bytes?) {
    var events: [ConverseEvent] = []
    guard message.start == nil else { throw .outOfRange("start", "in the first message only") }
    try take(message.frames)
    events += try take(message)
    if message.shown, isWaitingForShown, prompt < script.count {
      shown.append(max(seconds, (shown.last ?? -0.001) + 0.001))
      isWaitingForShown = false
    }
    if let next = timeIsUp() { events += next }
    var look: Bytes?
    let every = script.mode == .nod ? IntentLimits.nodLookSeconds : IntentLimits.lookSeconds
    if let frame = frames.last, !message.frames.isEmpty,
      lastLook.map({ frame.seconds - $0 >= every }) ?? true
    {
      lastLook = frame.seconds
      look = frame.picture
    }
    return (events, look)
  }

  private mutating func take(_ pictures: [CapturedFrame]) throws(ServiceError) {
    for picture in pictures {
      guard !picture.jpeg.isEmpty else { throw .missing("frames.jpeg") }
      if let first = firstTime {
        guard picture.deviceTimeMs > lastTime else {
          throw .outOfRange("frames.device_time_ms", "rising from frame to frame")
        }
        guard picture.deviceTimeMs - first <= UInt64(IntentLimits.recordingSecondsMax * 1000)
        else { throw .outOfRange("frames.device_time_ms", "within the longest recording") }
      } else {
        firstTime = picture.deviceTimeMs
      }
      bytes += picture.jpeg.count
      guard bytes <= bytesMax, frames.count < IntentLimits.framesMax else {
        throw IntentParts.tooLarge("frames", bytesMax)
      }
      lastTime = picture.deviceTimeMs
      // A copy of its own: the message's memory is let go.
      let copy: Bytes
      do throws(MediaShortage) {
        copy = try share.copy(picture.jpeg)
      } catch { throw ServiceError(error, field: "frames") }
      frames.append(
        (copy, Double(picture.deviceTimeMs - (firstTime ?? picture.deviceTimeMs)) / 1000))
    }
  }

  private mutating func take(_ message: ConverseRequest) throws(ServiceError) -> [ConverseEvent] {
    guard !message.pcm.isEmpty else { return [] }
    guard message.pcm.count <= IntentLimits.pcmBytesMax, message.pcm.count % 2 == 0 else {
      throw .outOfRange("pcm", "whole samples, at most \(IntentLimits.pcmBytesMax) bytes a message")
    }
    if soundTime == nil { soundTime = message.pcmTimeMs }
    let bytes = message.pcm.array
    let samples = stride(from: 0, to: bytes.count, by: 2).map { place in
      Int16(truncatingIfNeeded: Int(bytes[place]) | Int(bytes[place + 1]) << 8)
    }
    let room = Int(IntentLimits.recordingSecondsMax) * IntentLimits.pcmRate - sound.count
    let before = sound.capacity
    sound += samples.prefix(max(room, 0))
    do throws(MediaShortage) {
      try share.use(2 * (sound.capacity - before))
    } catch { throw ServiceError(error, field: "pcm") }
    return meter.add(samples).flatMap { heard in
      switch heard {
      case .began: return [event(.speechBegan)]
      case .ended: return [event(.speechEnded)] + spoken()
      case .tooQuiet:
        // Nothing has to be heard before the prompt was shown, nor of who nods.
        return script.mode.speaks && !isWaitingForShown && !isComplete ? [event(.speakLouder)] : []
      case .tooLoud: return script.mode.speaks ? [event(.speakSofter)] : []
      }
    }
  }

  /// Somebody has spoken: on to the next.
  private mutating func spoken() -> [ConverseEvent] {
    guard script.mode.speaks, !isWaitingForShown, prompt < script.count else { return [] }
    return advance()
  }

  /// An answer or a nod may take only so long.
  private mutating func timeIsUp() -> [ConverseEvent]? {
    guard script.mode != .read, !isWaitingForShown, prompt < script.count,
      let since = shown.last, seconds - since >= Double(script.answerSeconds)
    else { return nil }
    return advance()
  }

  private mutating func advance() -> [ConverseEvent] {
    prompt += 1
    guard prompt < script.count else {
      isComplete = true
      return [event(.complete)]
    }
    isWaitingForShown = true
    return [event(.prompt)]
  }

  /// What a look at the newest frame gave.
  /// - Parameter pitch: of the face, degrees; nil without one.
  mutating func looked(faces: Int, pitch: Double?) -> [ConverseEvent] {
    var events: [ConverseEvent] = []
    if faces == 0, hasFace != false { events.append(event(.faceLost)) }
    if faces > 0, hasFace == false { events.append(event(.faceFound)) }
    hasFace = faces > 0
    if faces > 1, !hadSeveral { events.append(event(.severalFaces)) }
    hadSeveral = faces > 1
    guard script.mode == .nod, !isWaitingForShown, prompt < script.count, let pitch else {
      return events
    }
    if nods.add(seconds, pitch: pitch) { events += [event(.nodSeen)] + advance() }
    return events
  }

  private func event(_ kind: ConverseEventKind) -> ConverseEvent {
    var event = ConverseEvent()
    event.kind = kind
    event.timeMs = milliseconds(seconds)
    if kind == .prompt {
      event.prompt = UInt32(prompt)
      event.text = words
    }
    return event
  }

  /// The words for the end of its time.
  var timeUp: ConverseEvent { event(.timeUp) }

  /// What was recorded.
  var media: IntentMedia {
    get throws(ServiceError) {
      guard !frames.isEmpty else { throw .missing("frames") }
      let capture = CheckedCapture(source: .frames(frames), colorsShown: nil, field: "frames")
      guard !sound.isEmpty else { return IntentMedia(capture: capture, sound: .none) }
      let first = firstTime ?? 0
      let start = Double(Int64(clamping: soundTime ?? first) - Int64(clamping: first)) / 1000
      guard abs(start) <= IntentLimits.recordingSecondsMax else {
        throw .outOfRange("pcm_time_ms", "on the frames' clock")
      }
      return IntentMedia(
        capture: capture, sound: .samples(WaveSound(samples: sound, startSeconds: start)))
    }
  }
}
