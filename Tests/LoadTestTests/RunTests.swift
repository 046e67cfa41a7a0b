// Whole runs: against drivers that answer as told, and against a real listener over TLS.

import Client
import LoadTest
import Observability
import RPC
import Synchronization
import TLS
import TestIdentities
import Testing
import Transport
import Vocabulary
import Wire

/// Answers at once, or holds calls until the test lets them go.
private final class FakeDriver: CallDriver {
  private struct State {
    var calls: [LoadCall] = []
    var isHolding = false
    var held: [Int: CheckedContinuation<Void, Never>] = [:]
  }

  let end: EndStatus
  private let state = Mutex(State())

  init(_ end: EndStatus = .ok, holding: Bool = false) {
    self.end = end
    state.withLock { $0.isHolding = holding }
  }

  var calls: [LoadCall] { state.withLock { $0.calls } }

  func connect(before deadline: Deadline) async throws(ServiceError) {}
  func close() async {}

  func run(_ call: LoadCall) async -> CallReport {
    let number = state.withLock { state in
      state.calls.append(call)
      return state.calls.count
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let goesOn = state.withLock { state in
          guard state.isHolding, !Task.isCancelled else { return true }
          state.held[number] = continuation
          return false
        }
        if goesOn { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.held.removeValue(forKey: number) }?.resume()
    }
    if Task.isCancelled { return CallReport(EndStatus(code: .cancelled, symbol: .cancelled)) }
    var report = CallReport(end)
    report.messagesSent = 1
    return report
  }

  func letGo() {
    let held = state.withLock { state in
      state.isHolding = false
      defer { state.held = [:] }
      return state.held
    }
    for continuation in held.values { continuation.resume() }
  }
}

/// Does something at a given point of the series.
private struct Watcher: LoadObserver {
  let act: @Sendable (LoadPoint) -> Void
  func passed(_ point: LoadPoint, total: Tally) { act(point) }
  func finished() {}
}

struct RunTests {
  static let method = RPC.MethodName(service: "test.Load", method: "Echo")
  static let payload = PayloadSource(constant: Bytes([1, 2, 3]))

  static func settings(_ pace: LoadPace, calls: Int? = nil) -> LoadSettings {
    var settings = LoadSettings(method: method, pace: pace)
    settings.calls = calls
    settings.interval = 0.02
    settings.streams = 4
    return settings
  }

  /// The same against a server. Calls end when they end, however busy the machine is.
  static func patient(_ pace: LoadPace, calls: Int) -> LoadSettings {
    var settings = settings(pace, calls: calls)
    settings.timeout = 100
    settings.grace = 100
    return settings
  }

  @Test("an open loop sends every call, waits for the last, and counts all")
  func open() async throws {
    let driver = FakeDriver()
    var settings = Self.settings(.open([.constant(2000)], .poisson), calls: 200)
    settings.metadata = [
      ("n", try Template("{{seq}}", escapesJSON: false) { _ throws(UsageError) in [] })
    ]
    let result = try await LoadRun(settings, drivers: [driver], payloads: Self.payload).run()
    #expect((result.sent, result.total.ended, result.unsent) == (200, 200, 0))
    #expect(result.reason == .completed)
    #expect(result.points.reduce(0) { $0 + $1.tally.ended } == 200)
    #expect(result.points.reduce(0) { $0 + $1.sent } == 200)
    #expect(Set(driver.calls.map { $0.metadata["n"] ?? "" }).count == 200)
    #expect(driver.calls.allSatisfy { $0.messages == [Bytes([1, 2, 3])] })
  }

  @Test("a closed loop keeps to its number of calls at a time, over all connections")
  func closed() async throws {
    let drivers = [FakeDriver(), FakeDriver()]
    var settings = Self.settings(.closed, calls: 101)
    settings.connections = 2
    let result = try await LoadRun(settings, drivers: drivers, payloads: Self.payload).run()
    #expect((result.sent, result.total.ended) == (101, 101))
    #expect(drivers.reduce(0) { $0 + $1.calls.count } == 101)
    #expect(drivers.allSatisfy { !$0.calls.isEmpty })
  }

  @Test("a server that stalls is seen in the percentiles: every call due meanwhile waited for it")
  func stall() async throws {
    let driver = FakeDriver(holding: true)
    var settings = Self.settings(.open([.constant(1000)], .uniform), calls: 400)
    settings.streams = 1
    // Lets go once 200 calls are due.
    let watcher = Watcher { if $0.waiting >= 200 { driver.letGo() } }
    let result = try await LoadRun(
      settings, drivers: [driver], payloads: Self.payload, observer: watcher
    ).run()
    #expect(result.total.ended == 400)
    #expect(result.total.waited >= 200)
    // The first 100 calls were due 100 ms before the stall ended, at least.
    #expect(result.total.response.percentile(0.8) >= 100_000_000)
    #expect(result.total.service.percentile(0.8) < result.total.response.percentile(0.8))
  }

  @Test("interrupted: nothing more is sent, what waits is unsent, what is in flight is abandoned")
  func interrupt() async throws {
    let driver = FakeDriver(holding: true)
    var settings = Self.settings(.open([.constant(1000)], .uniform), calls: 100_000)
    settings.grace = 0.05
    let box = Mutex<LoadRun?>(nil)
    let watcher = Watcher { point in
      if point.waiting >= 10 { box.withLock { $0 }?.interrupt() }
    }
    let run = LoadRun(settings, drivers: [driver], payloads: Self.payload, observer: watcher)
    box.withLock { $0 = run }
    let result = try await run.run()
    box.withLock { $0 = nil }
    #expect(result.reason == .interrupted)
    #expect((result.sent, result.abandoned, result.total.ended) == (4, 4, 0))
    #expect(result.unsent >= 10)
  }

  @Test("a test ends when its bound is broken, and when the server is gone")
  func stops() async throws {
    let refused = EndStatus(code: .resourceExhausted, symbol: .overloaded)
    var settings = Self.settings(.open([.constant(2000)], .uniform), calls: 1_000_000)
    settings.stopIf = [try Bound("errors>50")]
    settings.failIf = [try Bound("errors>1%"), try Bound("p99>1h")]
    let broken = try await LoadRun(
      settings, drivers: [FakeDriver(refused)], payloads: Self.payload
    ).run()
    #expect(broken.reason == .bound("errors>50"))
    #expect(broken.broken.map(\.description) == ["errors>1%"])
    settings.stopIf = []
    settings.goneAfter = 0.1
    let gone = FakeDriver(EndStatus(code: .unavailable, symbol: .notServing))
    let left = try await LoadRun(settings, drivers: [gone], payloads: Self.payload).run()
    guard case .serverGone = left.reason else {
      Issue.record("ended by \(left.reason)")
      return
    }
  }

  @Test("a server that is not there ends the test before it begins")
  func noServer() async throws {
    struct Refusing: Caller {
      func open(
        _ method: RPC.MethodName, kind: MethodKind, _ request: [Bytes]?, options: CallOptions
      ) async throws(ServiceError) -> any OpenCall {
        throw ServiceError(.unavailable, "Nobody.", ErrorDetail(.notServing))
      }

      func call(
        _ method: RPC.MethodName, _ request: [Bytes], options: CallOptions
      ) async throws(ServiceError) -> Bytes {
        throw ServiceError(.unavailable, "Nobody.", ErrorDetail(.notServing))
      }
    }
    let run = LoadRun(
      Self.settings(.closed, calls: 1), drivers: [CallerDriver(Refusing())], payloads: Self.payload)
    await #expect(throws: ServiceError.self) { try await run.run() }
  }
}

/// A listener with one service, and load against it.
struct EndToEndLoadTests {
  /// Every tenth call of `Echo` is refused. `Collect` answers with how many messages came, `Repeat` with
  /// its request three times, `Chat` with each message.
  private struct EchoService: Service {
    let serviceName = RunTests.method.service
    let methods: [ServiceMethod]

    init() {
      let calls = Atomic(0)
      methods = [
        ServiceMethod(RunTests.method) { request, _ async throws(ServiceError) in
          guard calls.wrappingAdd(1, ordering: .relaxed).newValue % 10 != 0 else {
            throw ServiceError(
              .resourceExhausted, "Every tenth.", ErrorDetail(.overloaded, retryable: true))
          }
          return [request]
        },
        ServiceMethod(method("Collect"), kind: .clientStreaming) {
          _, call async throws(ServiceError) in
          var count: UInt8 = 0
          while try await call.channel.nextMessage() != nil { count += 1 }
          return [Bytes([count])]
        },
        ServiceMethod(method("Repeat"), kind: .serverStreaming) {
          request, call async throws(ServiceError) in
          for _ in 0..<3 { try await call.channel.send([request]) }
          return []
        },
        ServiceMethod(method("Chat"), kind: .bidiStreaming) {
          _, call async throws(ServiceError) in
          while let message = try await call.channel.nextMessage() {
            try await call.channel.send([message])
          }
          return []
        },
      ]
    }
  }

  private static func method(_ name: String) -> RPC.MethodName {
    RPC.MethodName(service: RunTests.method.service, method: name)
  }

  /// Runs `settings` over `settings.connections` connections to a fresh listener.
  private static func run(
    _ settings: LoadSettings, _ profile: Profile
  ) async throws -> LoadResult {
    let identities = try TestIdentities.shared.get()
    let context = try TLSContext(
      server: TLSServerSettings(
        certificateChainFile: identities["server"].certificate,
        privateKeyFile: identities["server"].key, clientAuthorityFile: identities.authority,
        applicationProtocols: [Profile.native.alpn, Profile.compat.alpn]))
    let account = try #require(AccountID("dev"))
    let router = Router(
      services: [EchoService()],
      admission: Admission(
        accounts: FixedAccounts([Account(id: account, concurrentCallsMax: 1000)]),
        limits: AdmissionLimits()), metrics: CallMetrics(), log: .silent,
      newID: { CallID(high: 0, low: 1) })
    let listener = try await Listener.start(
      ListenerSettings(port: 0, threads: 1), tls: { context }, dispatcher: router)
    let clientTLS = try TLSContext(
      client: TLSClientSettings(
        authorityFile: identities.authority,
        certificateChainFile: identities["client"].certificate,
        privateKeyFile: identities["client"].key, applicationProtocols: [profile.alpn]))
    let drivers = (0..<settings.connections).map { _ in
      var to = ClientSettings(host: "127.0.0.1", port: listener.port)
      to.profile = profile
      to.limits.connectionsMax = 1
      let client = Client(to, tls: clientTLS)
      return CallerDriver(client) { await client.close() }
    }
    let result = try await LoadRun(settings, drivers: drivers, payloads: RunTests.payload).run()
    #expect(listener.connections == settings.connections)
    for driver in drivers { await driver.close() }
    await listener.shutDown()
    return result
  }

  @Test("a run over TLS counts what the server did", arguments: [Profile.native, .compat])
  func unary(profile: Profile) async throws {
    var settings = RunTests.patient(.open([.constant(1000)], .uniform), calls: 300)
    settings.connections = 3
    settings.streams = 100
    let result = try await Self.run(settings, profile)
    #expect((result.sent, result.total.ended, result.unsent, result.abandoned) == (300, 300, 0, 0))
    #expect(result.total.errors == 30)
    let refused = EndStatus(code: .resourceExhausted, symbol: .overloaded)
    #expect(result.total.ends[refused]?.count == 30)
    #expect((result.total.bytesSent, result.total.bytesReceived) == (900, 810))
    #expect(result.reason == .completed)
  }

  /// Kind, method, and the messages sent and received by each call.
  static let streams: [(MethodKind, String, Int, Int)] = [
    (.clientStreaming, "Collect", 5, 1), (.serverStreaming, "Repeat", 1, 3),
    (.bidiStreaming, "Chat", 5, 5),
  ]

  @Test(
    "streams of every kind are counted by call and by message",
    arguments: Self.streams, [Profile.native, .compat])
  func streaming(stream: (MethodKind, String, Int, Int), profile: Profile) async throws {
    let (kind, name, sent, received) = stream
    var settings = RunTests.patient(.closed, calls: 40)
    settings.method = Self.method(name)
    settings.kind = kind
    settings.connections = 2
    settings.messagesPerCall = sent
    settings.messageInterval = 0.001
    let result = try await Self.run(settings, profile)
    #expect((result.sent, result.total.ended, result.abandoned) == (40, 40, 0))
    #expect((result.total.errors, result.reason) == (0, .completed))
    #expect(result.total.messagesSent == 40 * sent)
    #expect(result.total.messagesReceived == 40 * received)
    #expect(result.total.bytesSent == 40 * sent * 3)
  }

  @Test("a message that is too large ends its call at once, under its own name")
  func tooLarge() async throws {
    let account = try #require(AccountID("dev"))
    let router = Router(
      services: [EchoService()],
      admission: Admission(
        accounts: FixedAccounts([Account(id: account, concurrentCallsMax: 1)]),
        limits: AdmissionLimits()), metrics: CallMetrics(), log: .silent,
      newID: { CallID(high: 0, low: 1) })
    let peer = PeerIdentity(uris: ["idv:account:dev"], commonName: "dev", fingerprint: "")
    let driver = CallerDriver(InProcessTransport(router, peer: peer, requestBytesMax: 10))
    let report = await driver.run(
      LoadCall(
        method: Self.method("Chat"), kind: .bidiStreaming,
        messages: [Bytes([1]), Bytes([UInt8](repeating: 2, count: 11))], deadline: .never))
    #expect(report.end == EndStatus(code: .resourceExhausted, symbol: .payloadTooLarge))
    #expect(report.messagesSent == 1)
  }
}
