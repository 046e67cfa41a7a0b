// Where log lines go: formatted at once, written by a thread of their own, so that a full pipe or a slow
// disk never holds up an event loop.

internal import Glibc
internal import Logging
internal import Synchronization

/// Takes finished lines from any thread and writes them to a file descriptor in order. When the reader does
/// not keep up, lines beyond `waitingBytesMax` are dropped and their number is written once there is room.
final class LogSink: Sendable {
  /// Bytes that may wait for a slow reader. Our choice: some ten thousand lines.
  static let waitingBytesMax = 1 << 20

  private struct Waiting {
    var bytes: [UInt8] = []
    var dropped = 0
    var isWriting = false
  }

  private let descriptor: Int32
  private let waiting = Mutex(Waiting())
  /// A pipe whose one end wakes the thread that waits at the other.
  private let bell: (wait: Int32, ring: Int32)

  /// Starts the writing thread. `descriptor` stays the caller's and must stay open.
  init(descriptor: Int32) {
    self.descriptor = descriptor
    var ends: [Int32] = [-1, -1]
    pipe(&ends)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // A full pipe has woken the thread already.
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    bell = (ends[0], ends[1])
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self).toOpaque()
    let failed = pthread_create(&thread, nil, runSink, context) != 0
    if failed { Unmanaged<LogSink>.fromOpaque(context).release() } else { pthread_detach(thread) }
  }

  /// Queues one line; never blocks.
  func write(_ line: String) {
    waiting.withLock { waiting in
      guard waiting.bytes.count + line.utf8.count <= Self.waitingBytesMax else {
        waiting.dropped += 1
        return
      }
      waiting.bytes.append(contentsOf: line.utf8)
    }
    var one: UInt8 = 1
    _ = Glibc.write(bell.ring, &one, 1)
  }

  /// Returns when everything queued so far is written, or after two seconds.
  func flush() {
    for _ in 0..<200 {
      if waiting.withLock({ $0.bytes.isEmpty && !$0.isWriting }) { return }
      usleep(10_000)
    }
  }

  /// The writing thread's loop; ends with the process.
  fileprivate func serve() {
    var rings = [UInt8](repeating: 0, count: 4096)
    while read(bell.wait, &rings, rings.count) > 0 || errno == EINTR {
      let batch = waiting.withLock { waiting in
        var batch = waiting.bytes
        if waiting.dropped > 0 {
          batch.append(contentsOf: "level=warning msg=\"log lines dropped\" ".utf8)
          batch.append(contentsOf: "count=\(waiting.dropped)\n".utf8)
        }
        waiting = Waiting(isWriting: true)
        return batch
      }
      put(batch)
      waiting.withLock { $0.isWriting = false }
    }
  }

  private func put(_ batch: [UInt8]) {
    batch.withUnsafeBytes { bytes in
      var start = 0
      while start < bytes.count {
        let written = Glibc.write(descriptor, bytes.baseAddress! + start, bytes.count - start)
        if written < 0 && errno != EINTR { return }
        start += max(0, written)
      }
    }
  }
}

private func runSink(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let context else { return nil }
  Unmanaged<LogSink>.fromOpaque(context).takeRetainedValue().serve()
  return nil
}

/// Formats lines as logfmt: `time=… level=info msg="listening" address=127.0.0.1:7443`.
struct LineLogHandler: LogHandler {
  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]
  let sink: LogSink

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var line = "time=\(Self.timestamp()) level=\(event.level.rawValue) msg=\"\(event.message)\""
    var all = metadata
    if let own = event.metadata { all.merge(own) { _, new in new } }
    for (key, value) in all.sorted(by: { $0.key < $1.key }) {
      line += " \(key)=\(Self.quoted("\(value)"))"
    }
    sink.write(line + "\n")
  }

  private static func quoted(_ text: String) -> String {
    let plain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3D }
    if plain && !text.isEmpty { return text }
    var safe = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": safe += "\\\(scalar)"
      case _ where scalar.value < 0x20: safe += " "
      default: safe.unicodeScalars.append(scalar)
      }
    }
    return "\"\(safe)\""
  }

  /// UTC with milliseconds, RFC 3339.
  private static func timestamp() -> String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var parts = tm()
    gmtime_r(&now.tv_sec, &parts)
    func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let millis = now.tv_nsec / 1_000_000
    let padding = millis < 10 ? "00" : millis < 100 ? "0" : ""
    return "\(1900 + parts.tm_year)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T"
      + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).\(padding)\(millis)Z"
  }
}
