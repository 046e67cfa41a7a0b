// What can be said of a voice and a head on the way, before the verdict: hints for a person, never evidence.

internal import Glibc

/// Follows sound as it comes: whether somebody speaks, too quietly, too loudly. Pure; one task.
struct VoiceMeter {
  enum Event: Equatable {
    case began, ended, tooQuiet, tooLoud
  }

  /// Samples of one level: 25 ms.
  private static let windowSamples = IntentLimits.pcmRate / 40
  /// dB above the floor from which there is speech, and the least level that can be understood.
  private static let aboveFloor = 12.0
  private static let understood = -50.0
  /// Speech lasts so long, and ends after so long a pause; in windows.
  private static let beginWindows = 4
  private static let endWindows = 32
  /// Quiet for so long, or clipped on so many windows in a row, is told; windows.
  private static let quietWindows = 160
  private static let clippedWindows = 8

  private var rest: [Int16] = []
  /// The least levels of the last seconds: what the room sounds like.
  private var floor = -70.0
  private var loud = 0
  private var silent = 0
  private var quiet = 0
  private var clipped = 0
  private(set) var isSpeaking = false

  init() {}

  /// Takes more samples; what happened meanwhile.
  mutating func add(_ samples: [Int16]) -> [Event] {
    rest += samples
    var events: [Event] = []
    var start = 0
    while rest.count - start >= Self.windowSamples {
      window(rest[start..<start + Self.windowSamples], &events)
      start += Self.windowSamples
    }
    rest.removeFirst(start)
    return events
  }

  private mutating func window(_ samples: ArraySlice<Int16>, _ events: inout [Event]) {
    let power = samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(samples.count)
    let level = 10 * log10(power / (32768 * 32768) + 1e-10)
    // Falls at once, rises by 2 dB a second.
    floor = level < floor ? max(level, -90) : floor + 0.05
    let isLoud = level > floor + Self.aboveFloor && level > Self.understood
    loud = isLoud ? loud + 1 : 0
    silent = isLoud ? 0 : silent + 1
    if !isSpeaking, loud >= Self.beginWindows {
      isSpeaking = true
      quiet = 0
      events.append(.began)
    } else if isSpeaking, silent >= Self.endWindows {
      isSpeaking = false
      quiet = 0
      events.append(.ended)
    }
    quiet = isSpeaking ? 0 : quiet + 1
    if quiet == Self.quietWindows {
      events.append(.tooQuiet)
      quiet = 0
    }
    let peaks = samples.count { $0 == .max || $0 == .min }
    clipped = peaks > 4 ? clipped + 1 : 0
    if clipped == Self.clippedWindows { events.append(.tooLoud) }
  }
}

/// Follows a head as it is looked at: whether it nodded. Pure; one task.
struct NodMeter {
  /// Degrees that a nod takes the head down and up again, and how long that may take, seconds.
  private static let swing = 7.0
  private static let secondsMax = 1.5

  private var looks: [(seconds: Double, pitch: Double)] = []

  init() {}

  /// Takes a look; whether a nod has just been completed.
  mutating func add(_ seconds: Double, pitch: Double) -> Bool {
    guard pitch.isFinite else { return false }
    looks.removeAll { seconds - $0.seconds > Self.secondsMax }
    looks.append((seconds, pitch))
    guard let low = looks.indices.min(by: { looks[$0].pitch < looks[$1].pitch }) else {
      return false
    }
    let before = looks[...low].map(\.pitch).max() ?? 0
    let after = looks[low...].map(\.pitch).max() ?? 0
    guard min(before, after) - looks[low].pitch >= Self.swing else { return false }
    looks.removeAll()
    return true
  }
}
