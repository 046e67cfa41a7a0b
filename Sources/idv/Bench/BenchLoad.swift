// A load of the C client, with the strings and bytes it points to.

internal import CBaseline
internal import Glibc

/// What one measurement saw from the client's side.
struct BenchLoadResult {
  var callsPerSecond: Double
  var answered: Double
  var p50Micros: Double
  var p99Micros: Double
  /// How late the client handed over what was due.
  var lateP99Micros: Double
  /// The beginning of the last answer's message; idv's profiles only.
  var answer: [UInt8]
}

/// A load that can be run, or held open as a crowd. Owned by one thread; its memory must outlive its use.
final class BenchLoad {
  /// How much and how fast.
  struct Shape {
    var connections = 8
    /// On each connection.
    var inFlight = 8
    var calls = Int.max
    /// Calls a second that are due whatever the server does; 0: as fast as it answers.
    var rate = 0.0
    /// Whether the client has a processor to itself and does not sleep.
    var spins = false
  }

  let pointer: UnsafeMutablePointer<baseline_load>
  private let message: UnsafeMutableBufferPointer<UInt8>
  private let strings: [UnsafeMutablePointer<CChar>?]

  init(
    _ server: BenchServer, _ method: YardstickMethod, _ shape: Shape, _ identity: RPCBenchIdentity
  ) {
    let bytes = method.request
    message = .allocate(capacity: bytes.count)
    _ = message.initialize(from: bytes)
    strings = [
      strdup(identity.clientCertificate), strdup(identity.clientKey), strdup(YardstickService.name),
      strdup(method.name),
    ]
    pointer = .allocate(capacity: 1)
    pointer.initialize(
      to: baseline_load(
        protocol: method == .upload ? server.uploads : server.speaks,
        port: Int32(server.child.port), connections: Int32(shape.connections),
        in_flight: Int32(shape.inFlight), calls: shape.calls, rate: shape.rate,
        spins: shape.spins ? 1 : 0,
        certificate: strings[0], key: strings[1], service: strings[2], method: strings[3],
        message: message.baseAddress, message_count: message.count))
  }

  deinit {
    pointer.deallocate()
    message.deallocate()
    for string in strings { free(string) }
  }

  /// Blocks its thread until the load is through. Throws when a call fails.
  func run() throws -> BenchLoadResult {
    var result = baseline_result()
    if let fault = baseline_run_load(pointer, &result) {
      throw BenchChild.StartFailed(description: String(cString: fault))
    }
    guard result.failed == 0 else {
      throw BenchChild.StartFailed(description: "\(result.failed) calls failed")
    }
    let answer = withUnsafeBytes(of: result.answer) { Array($0.prefix(result.answer_count)) }
    return BenchLoadResult(
      callsPerSecond: Double(result.answered) / result.seconds,
      answered: Double(result.answered), p50Micros: result.p50_micros,
      p99Micros: result.p99_micros, lateP99Micros: result.late_p99_micros, answer: answer)
  }
}

/// Connections held open by the C client. Owned by one thread; `close` must be called.
final class BenchCrowd {
  private let load: BenchLoad
  private let crowd: OpaquePointer?

  /// Opens the load's connections; makes no calls.
  init(_ load: BenchLoad) throws {
    self.load = load
    var made: OpaquePointer?
    let fault = baseline_crowd_open(load.pointer, &made)
    crowd = made
    if let fault {
      baseline_crowd_close(made)
      throw BenchChild.StartFailed(description: String(cString: fault))
    }
  }

  /// Reads what arrives for `seconds`; returns how many connections are open after that.
  func attend(seconds: Double) -> Int {
    Int(baseline_crowd_attend(crowd, Int32(seconds * 1000)))
  }

  /// Begins calls on every connection and reads their answers slowly, on a thread of its own.
  func dawdle(bytesPerSecond: Int) throws {
    if let fault = baseline_crowd_dawdle(crowd, bytesPerSecond) {
      throw BenchChild.StartFailed(description: String(cString: fault))
    }
  }

  /// Connections that were closed by the server.
  var lost: Int { Int(baseline_crowd_lost(crowd)) }
  /// Bytes of answers read while dawdling.
  var readBytes: Int { Int(baseline_crowd_read_bytes(crowd)) }

  func close() { baseline_crowd_close(crowd) }
}
