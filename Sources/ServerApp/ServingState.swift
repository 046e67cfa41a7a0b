// Whether the server takes calls, and since when; how call ids and memory readings are made.

internal import FoundationEssentials
internal import Synchronization
internal import Vocabulary

/// Whether new calls are admitted. Starts as no. Safe from any thread.
final class ServingState: Sendable {
  private let serving = Atomic(false)
  private let since = Mutex<ContinuousClock.Instant?>(nil)

  var isServing: Bool { serving.load(ordering: .relaxed) }

  /// Time since the first `start`.
  var uptime: Duration { since.withLock { $0 }.map { $0.duration(to: .now) } ?? .zero }

  func start() {
    since.withLock { $0 = $0 ?? .now }
    serving.store(true, ordering: .relaxed)
  }

  func stop() { serving.store(false, ordering: .relaxed) }
}

/// Makes call ids: a random half for the process and a scrambled counter, so that an id costs no system call
/// and never repeats within a process. Ids name calls; they are not secrets.
final class CallIDs: Sendable {
  private let process = UInt64.random(in: .min ... .max)
  private let start = UInt64.random(in: .min ... .max)
  private let counter = Atomic<UInt64>(0)

  /// The next id; safe from any thread.
  @Sendable func next() -> CallID {
    let count = counter.wrappingAdd(1, ordering: .relaxed).newValue
    return CallID(high: process, low: (start &+ count) &* 0x9E37_79B9_7F4A_7C15)
  }
}

/// Memory of this process.
enum ProcessMemory {
  /// Resident set size from /proc/self/statm in bytes; 0 where there is none.
  static var residentBytes: Int {
    guard let data = try? Data(contentsOf: URL(filePath: "/proc/self/statm")) else { return 0 }
    let fields = String(decoding: data, as: UTF8.self).split(separator: " ")
    guard fields.count > 1, let pages = Int(fields[1]) else { return 0 }
    return pages * 4096
  }
}
