// The clock of a run and the thread that wakes when the next call is due.

internal import Glibc

/// Monotonic nanoseconds since it was made.
struct RunClock: Sendable {
  private let origin: Int64

  init() { origin = Self.read() }

  var now: Int64 { Self.read() - origin }

  private static func read() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Blocks the thread until `moment`.
  func sleep(until moment: Int64) {
    let absolute = moment + origin
    var time = timespec(
      tv_sec: Int(absolute / 1_000_000_000), tv_nsec: Int(absolute % 1_000_000_000))
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil)
  }
}

/// Starts a detached thread that runs `body` once and wakes from sleep without the kernel's usual
/// slack of 50 µs. Work that blocks runs here, never on the cooperative pool.
/// - Returns: false when the system has no thread to give.
func startPacer(_ body: @escaping @Sendable () -> Void) -> Bool {
  let box = Unmanaged.passRetained(PacerBody(body))
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  defer { pthread_attr_destroy(&attributes) }
  var thread = pthread_t()
  let status = pthread_create(
    &thread, &attributes,
    { context in
      let body = Unmanaged<PacerBody>.fromOpaque(context!).takeRetainedValue()
      sharpenSleep()
      body.run()
      return nil
    }, box.toOpaque())
  if status != 0 { box.release() }
  return status == 0
}

private final class PacerBody {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Asks for timers without slack; without the right to it, calls go out some 50 µs later.
private func sharpenSleep() {
  // PID/task/TID; the file exists under /proc/TID alone.
  var link = [CChar](repeating: 0, count: 64)
  let count = readlink("/proc/thread-self", &link, link.count)
  guard count > 0 else { return }
  let path = String(decoding: link[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  let thread = path.split(separator: "/").last ?? ""
  let file = open("/proc/\(thread)/timerslack_ns", O_WRONLY)
  guard file >= 0 else { return }
  _ = write(file, "1", 1)
  close(file)
}

/// User and system time of this process so far, in seconds.
func processCPUSeconds() -> Double {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
  return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}
