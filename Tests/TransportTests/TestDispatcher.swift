// What the tests' server does, and what it heard.

internal import RPC
internal import Synchronization
internal import TLS
internal import Transport
internal import Vocabulary
internal import Wire

/// A door that handlers wait at until the test opens it or their task is cancelled.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var arrived = 0
    var cancelled = 0
    var nextID = 0
    var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = Mutex(State())
  private let changes = Changes()

  /// Returns when the gate is open, or false when the task was cancelled first.
  func pass() async -> Bool {
    let id = state.withLock { state in
      state.arrived += 1
      state.nextID += 1
      return state.nextID
    }
    changes.notify()
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let goesOn = state.withLock { state in
          if state.isOpen || Task.isCancelled { return true }
          state.waiting[id] = continuation
          return false
        }
        if goesOn { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
    }
    guard Task.isCancelled else { return true }
    state.withLock { $0.cancelled += 1 }
    changes.notify()
    return false
  }

  func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [:] }
      return state.waiting
    }
    for continuation in waiting.values { continuation.resume() }
  }

  /// How many handlers have come to the door.
  var arrivals: Int { state.withLock { $0.arrived } }

  func waitForArrivals(_ count: Int) async {
    await changes.wait { self.state.withLock { $0.arrived >= count } }
  }

  func waitForCancellations(_ count: Int) async {
    await changes.wait { self.state.withLock { $0.cancelled >= count } }
  }
}

/// Wakes tests when something may have changed.
final class Changes: Sendable {
  private struct Waiter {
    let id: UInt64
    let condition: @Sendable () -> Bool
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var nextID: UInt64 = 0
    var waiting: [Waiter] = []
  }

  private let state = Mutex(State())

  func notify() {
    let ready = state.withLock { state in
      let ready = state.waiting.filter { $0.condition() }
      let ids = Set(ready.map(\.id))
      state.waiting.removeAll { ids.contains($0.id) }
      return ready
    }
    for waiter in ready { waiter.continuation.resume() }
  }

  /// Returns when `condition` holds, or when the task is cancelled: a test whose time is up then fails where its
  /// condition is checked, instead of holding up the run for ever.
  func wait(until condition: @escaping @Sendable () -> Bool) async {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isCancelled = state.withLock { state in
          // Asked under the lock: a cancellation that comes after this finds the waiter.
          if Task.isCancelled { return true }
          state.waiting.append(
            Waiter(id: id, condition: condition, continuation: continuation))
          return false
        }
        if isCancelled { continuation.resume() } else { notify() }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
      }
      waiter?.continuation.resume()
    }
  }
}

/// Methods of `test.Service`: `Echo`, `Now` (the same at once), `Who` (the caller's account), `Wait` (at the gate),
/// `Big` (as many bytes as the request says in text), `Fail`, `Encoding` (what the request came packed with), `Media`
/// (as `Echo`, not packed on its way back); and those that stream: `Count` (as many messages as the request says, `n*bytes`),
/// `Collect` (answers with the sizes of what came), `Chat` (echoes each message; sends headers and trailers), `Hold`
/// (waits at the gate, then does as `Chat`), `Quit` (fails after the first message).
struct TestDispatcher: CallDispatcher {
  let gate = Gate()
  let refusals = Refusals()

  /// Calls that ended before they came here.
  final class Refusals: Sendable {
    private let state = Mutex<[String]>([])
    var all: [String] { state.withLock { $0 } }
    func add(_ line: String) { state.withLock { $0.append(line) } }
  }

  func refused(_ call: RPC.IncomingCall, _ error: ServiceError) {
    refusals.add("\(call.method.method) \(error.code.name)")
  }

  static func method(_ name: String) -> RPC.MethodName {
    RPC.MethodName(service: "test.Service", method: name)
  }

  static let kinds: [String: MethodKind] = [
    "Count": .serverStreaming, "Collect": .clientStreaming, "Chat": .bidiStreaming,
    "Hold": .bidiStreaming, "Quit": .bidiStreaming,
  ]

  let methods = [
    "Echo", "Now", "Who", "Wait", "Big", "Fail", "Encoding", "Media", "Count", "Collect", "Chat",
    "Hold", "Quit",
  ].map { name in
    var descriptor = MethodDescriptor(
      Self.method(name), kind: Self.kinds[name] ?? .unary,
      requestBytesMax: name == "Who" ? 100 : nil)
    descriptor.isImmediate = name == "Now"
    descriptor.compressesAnswers = name != "Media"
    return descriptor
  }

  func answer(_ call: RPC.IncomingCall) -> CallOutcome {
    guard call.message.count > 0 else { return .failure(Self.refusal, trailers: Metadata()) }
    return .success([call.message], trailers: Metadata())
  }

  func dispatch(_ call: RPC.IncomingCall) async -> CallOutcome {
    if Self.kinds[call.method.method] != nil {
      do throws(ServiceError) {
        return .success(try await stream(call), trailers: Metadata([(key: "b", value: "2")]))
      } catch {
        return .failure(error, trailers: Metadata())
      }
    }
    switch call.method.method {
    case "Encoding":
      let name = call.channel.messageEncoding.name
      return .success([Bytes(Array(name.utf8))], trailers: Metadata())
    case "Echo", "Media", "Now": return .success([call.message], trailers: Metadata())
    case "Who":
      let name = call.peer?.account?.name ?? "nobody"
      return .success([Bytes(Array(name.utf8))], trailers: Metadata())
    case "Big":
      let count = Int(String(decoding: call.message.array, as: UTF8.self)) ?? 0
      return .success([Bytes([UInt8](repeating: 0x5A, count: count))], trailers: Metadata())
    case "Wait":
      guard await gate.pass() else { return .failure(Self.stopped, trailers: Metadata()) }
      return .success([call.message], trailers: Metadata())
    default:
      return .failure(Self.refusal, trailers: Metadata([(key: "why", value: "asked for")]))
    }
  }

  private func stream(_ call: RPC.IncomingCall) async throws(ServiceError) -> [Bytes] {
    let channel = call.channel
    switch call.method.method {
    case "Count":
      let parts = String(decoding: call.message.array, as: UTF8.self).split(separator: "*")
      for number in 0..<Int(parts[0])! {
        let filling = UInt8(truncatingIfNeeded: number)
        try await channel.send([Bytes([UInt8](repeating: filling, count: Int(parts[1])!))])
      }
      return []
    case "Collect":
      var sizes: [String] = []
      while let message = try await channel.nextMessage() { sizes.append("\(message.count)") }
      return [Bytes(Array(sizes.joined(separator: ",").utf8))]
    case "Quit":
      _ = try await channel.nextMessage()
      throw Self.refusal
    case "Hold":
      guard await gate.pass() else { throw Self.stopped }
      fallthrough
    default:
      channel.sendHeaders(Metadata([(key: "h", value: "1")]))
      channel.addTrailers(Metadata([(key: "a", value: "1")]))
      while let message = try await channel.nextMessage() { try await channel.send([message]) }
      return []
    }
  }

  static let refusal = ServiceError(
    .failedPrecondition, "Asked to fail.",
    ErrorDetail(.outOfRange, field: "a.b", limit: "3 things", advice: .correctInput))

  static let stopped = ServiceError(.cancelled, "Cancelled.", ErrorDetail(.cancelled))
}

/// Records what a listener reports.
final class Recorder: TransportObserver {
  struct Events {
    var accepted = 0
    var refused: [ConnectionRefusal] = []
    var handshakes: [Profile] = []
    var resumed = 0
    var handshakeEnds: [HandshakeEnd] = []
    var ends: [ConnectionEnd] = []
  }

  private let events = Mutex(Events())
  private let changes = Changes()

  var seen: Events { events.withLock { $0 } }

  func wait(until condition: @escaping @Sendable (Events) -> Bool) async {
    await changes.wait { condition(self.seen) }
  }

  private func record(_ body: (inout Events) -> Void) {
    events.withLock { body(&$0) }
    changes.notify()
  }

  func connectionAccepted() { record { $0.accepted += 1 } }
  func connectionRefused(_ why: ConnectionRefusal) { record { $0.refused.append(why) } }
  func handshakeCompleted(took: Duration, version: TLSVersion, profile: Profile) {
    record { $0.handshakes.append(profile) }
  }
  func handshakeResumed() { record { $0.resumed += 1 } }
  func handshakeEnded(_ how: HandshakeEnd) { record { $0.handshakeEnds.append(how) } }
  func connectionEnded(_ how: ConnectionEnd, lasted: Duration, counters: WireCounters) {
    record { $0.ends.append(how) }
  }
}
