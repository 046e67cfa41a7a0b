// The router through the in-process transport: who gets in, what is answered, and how it is counted.

import Logging
import Observability
import RPC
import Synchronization
import Testing
import Vocabulary

/// A service whose one method does what a test says.
struct ScriptedService: Service {
  let serviceName = "test.v1.Scripted"
  let methods: [ServiceMethod]

  init(_ handle: @escaping ServiceMethod.Handler) {
    methods = [
      ServiceMethod(
        MethodName(service: serviceName, method: "Run"), requestBytesMax: 64, handle: handle)
    ]
  }
}

struct RouterTests {
  static let run = MethodName(service: "test.v1.Scripted", method: "Run")
  static let dev = PeerIdentity(
    uris: ["idv:account:dev"], commonName: "dev", fingerprint: String(repeating: "0", count: 64))

  static func transport(
    peer: PeerIdentity? = dev, concurrent: Int = 4, keys: [String] = [], serving: Bool = true,
    open: Bool = false,
    _ handle: @escaping ServiceMethod.Handler
  ) -> InProcessTransport {
    let accounts = FixedAccounts([
      Account(id: AccountID("dev")!, concurrentCallsMax: concurrent, keyFingerprints: keys)
    ])
    let router = Router(
      services: [ScriptedService(handle)], openServices: open ? ["test.v1.Scripted"] : [],
      admission: Admission(accounts: accounts, isServing: { serving }), metrics: CallMetrics(),
      log: .silent, newID: { CallID(high: 1, low: 2) })
    return InProcessTransport(router, peer: peer)
  }

  static func failure(
    _ transport: InProcessTransport, _ method: MethodName = run, _ request: [UInt8] = [],
    options: CallOptions = .standard
  ) async -> ServiceError? {
    do {
      _ = try await transport.call(method, [Bytes(request)], options: options)
      return nil
    } catch {
      return error
    }
  }

  @Test("a call reaches its handler with account, id and deadline")
  func reaches() async throws {
    let transport = Self.transport { request, call in
      #expect(call.account.id.name == "dev")
      #expect(call.id.description == "00000000000000010000000000000002")
      #expect(call.deadline.instant != nil)
      return [request, Bytes([9])]
    }
    let reply = try await transport.call(
      Self.run, [Bytes([1, 2]), Bytes([3])], options: .standard)
    #expect(reply.array == [1, 2, 3, 9])
  }

  @Test("a call that ends before it is dispatched counts as one of its method")
  func refusedBeforehand() async throws {
    let registry = MetricsRegistry()
    let router = Router(
      services: [ScriptedService { request, _ in [request] }],
      admission: Admission(accounts: FixedAccounts([])), metrics: CallMetrics(registry),
      log: .silent, newID: { CallID(high: 1, low: 2) })
    let error = ServiceError(.internal, "Damaged.", ErrorDetail(.protocolViolation))
    for method in [Self.run, MethodName(service: "test.v1.Other", method: "Run")] {
      router.refused(
        IncomingCall(
          method: method, message: .empty, deadline: .never, peer: nil, channel: NoChannel()), error
      )
    }
    let lines = registry.prometheusText.split(separator: "\n").filter {
      $0.hasPrefix("idv_calls_total") && $0.contains("code=\"INTERNAL\"") && $0.hasSuffix(" 1")
    }
    #expect(lines.count == 2)
    #expect(lines.contains { $0.contains("method=\"test.v1.Scripted/Run\"") })
    #expect(lines.contains { $0.contains("method=\"unknown\"") })
  }

  @Test("accounts are bound to other keys from the next call on")
  func bindsAgain() async throws {
    let (old, new) = (String(repeating: "a", count: 64), String(repeating: "b", count: 64))
    let account = Account(id: AccountID("dev")!, concurrentCallsMax: 4)
    let router = Router(
      services: [ScriptedService { request, _ in [request] }],
      admission: Admission(accounts: FixedAccounts([account])), metrics: CallMetrics(),
      log: .silent, newID: { CallID(high: 1, low: 2) })
    let transport = InProcessTransport(
      router,
      peer: PeerIdentity(
        uris: ["idv:account:dev"], commonName: "dev", fingerprint: old, keyFingerprint: old))
    for (keys, code) in [
      ([], nil), ([new], .permissionDenied), ([new, old], nil), ([new], .permissionDenied),
      ([], nil),
    ] as [([String], StatusCode?)] {
      account.bind(to: keys)
      #expect(await Self.failure(transport)?.code == code)
    }
  }

  @Test("unknown services and methods are told apart")
  func unknown() async {
    let transport = Self.transport { request, _ in [request] }
    let method = await Self.failure(
      transport, MethodName(service: "test.v1.Scripted", method: "Walk"))
    #expect(method?.code == .unimplemented)
    #expect(method?.detail.symbol == .unknownMethod)
    let service = await Self.failure(transport, MethodName(service: "test.v1.Other", method: "Run"))
    #expect(service?.detail.symbol == .unknownService)
  }

  @Test(
    "certificates without exactly one known account do not get in",
    arguments: [
      ([], .unauthenticated), (["idv:account:dev", "idv:account:dev"], .unauthenticated),
      (["idv:account:Dev"], .unauthenticated), (["idv:account:"], .unauthenticated),
      (["idv:account:other"], .permissionDenied), (["https://idv:account:dev"], .unauthenticated),
    ] as [([String], StatusCode)])
  func strangers(uris: [String], code: StatusCode) async {
    let peer = PeerIdentity(uris: uris, commonName: "dev", fingerprint: "")
    let transport = Self.transport(peer: peer) { _, _ in
      Issue.record("the handler ran for a stranger")
      return []
    }
    #expect(await Self.failure(transport)?.code == code)
    let nobody = Self.transport(peer: nil) { _, _ in [] }
    #expect(await Self.failure(nobody)?.code == .unauthenticated)
  }

  @Test("an account that is bound to keys takes no other, whoever signed for it")
  func boundAccounts() async throws {
    let (old, new) = (String(repeating: "a", count: 64), String(repeating: "b", count: 64))
    func peer(_ key: String) -> PeerIdentity {
      PeerIdentity(
        uris: ["idv:account:dev"], commonName: "dev", fingerprint: old, keyFingerprint: key)
    }
    for key in [old, new] {
      let bound = Self.transport(peer: peer(key), keys: [old, new]) { request, _ in [request] }
      #expect(try await bound.call(Self.run, [Bytes([1])], options: .standard).array == [1])
    }
    for key in [String(repeating: "c", count: 64), "", String(old.dropLast())] {
      let stolen = Self.transport(peer: peer(key), keys: [old, new]) { _, _ in
        Issue.record("the handler ran for a certificate of another key")
        return []
      }
      let error = await Self.failure(stolen)
      #expect(error?.code == .permissionDenied)
      #expect(error?.detail.symbol == .certificateNotAccepted)
    }
  }

  @Test("nothing is admitted while the server is not serving")
  func notServing() async {
    let transport = Self.transport(serving: false) { _, _ in [] }
    let error = await Self.failure(transport)
    #expect(error?.code == .unavailable)
    #expect(error?.detail.retryable == true)
  }

  @Test(
    "an open service answers any certificate, serving or not, and knows it by account or fingerprint",
    arguments: [
      (["idv:account:dev"], "dev"), (["idv:account:other"], String(repeating: "f", count: 64)),
      ([], String(repeating: "f", count: 64)),
    ] as [([String], String)])
  func open(uris: [String], name: String) async throws {
    let peer = PeerIdentity(
      uris: uris, commonName: "", fingerprint: String(repeating: "f", count: 64))
    let transport = Self.transport(peer: peer, concurrent: 0, serving: false, open: true) {
      _, call in
      #expect(call.account.id.name == name)
      return []
    }
    #expect(await Self.failure(transport) == nil)
    let nobody = Self.transport(peer: nil, serving: false, open: true) { _, _ in [] }
    #expect(await Self.failure(nobody)?.code == .unauthenticated)
  }

  @Test("calls of open services are bounded for each certificate, and the places come back")
  func openBound() async throws {
    let (gate, release) = AsyncStream<Void>.makeStream()
    let (started, start) = AsyncStream<Void>.makeStream()
    let transport = Self.transport(serving: false, open: true) { _, _ in
      start.yield()
      for await _ in gate {}
      return []
    }
    let running = (0..<32).map { _ in Task { await Self.failure(transport) } }
    var arrivals = started.makeAsyncIterator()
    for _ in 0..<32 { await arrivals.next() }
    let refused = await Self.failure(transport)
    #expect(
      refused?.detail.symbol == .rateLimited && refused?.detail.limit == "32 concurrent calls")
    release.finish()
    for task in running { #expect(await task.value == nil) }
    #expect(await Self.failure(transport) == nil)
  }

  @Test("a request over the method's limit is refused before the handler")
  func tooLarge() async {
    let transport = Self.transport { _, _ in
      Issue.record("the handler saw an oversize request")
      return []
    }
    let error = await Self.failure(transport, Self.run, [UInt8](repeating: 0, count: 65))
    #expect(error?.code == .resourceExhausted)
    #expect(error?.detail.limit == "64 bytes")
  }

  @Test("calls beyond the account's limit are refused with a hint, and the slot comes back")
  func concurrency() async throws {
    let (gate, open) = AsyncStream<Void>.makeStream()
    let (started, start) = AsyncStream<Void>.makeStream()
    let transport = Self.transport(concurrent: 1) { _, _ in
      start.yield()
      for await _ in gate { break }
      return []
    }
    let first = Task { await Self.failure(transport) }
    for await _ in started { break }
    let second = await Self.failure(transport)
    #expect(second?.code == .resourceExhausted)
    #expect(second?.detail.symbol == .rateLimited)
    #expect((second?.detail.retryAfterMillis ?? 0) > 0)
    open.finish()
    #expect(await first.value == nil)
    #expect(await Self.failure(transport) == nil)
  }

  @Test("a passed deadline answers without running the handler; a running one is cancelled")
  func deadlines() async {
    let ran = Atomic(false)
    let transport = Self.transport { _, _ in
      ran.store(true, ordering: .relaxed)
      return []
    }
    let past = CallOptions(deadline: .after(.seconds(-1)))
    #expect(await Self.failure(transport, options: past)?.code == .deadlineExceeded)
    let handlerRan = ran.load(ordering: .relaxed)
    #expect(!handlerRan)

    let cancelled = Atomic(false)
    let began = Atomic(false)
    let slow = Self.transport { _, _ in
      began.store(true, ordering: .relaxed)
      try? await Task.sleep(for: .seconds(3600))
      cancelled.store(Task.isCancelled, ordering: .relaxed)
      return []
    }
    // On a busy machine the shorter ones may pass before the handler begins.
    for seconds in [1, 5, 60] where !began.load(ordering: .relaxed) {
      let soon = CallOptions(deadline: .after(.seconds(seconds)))
      #expect(await Self.failure(slow, options: soon)?.code == .deadlineExceeded)
    }
    let handlerWasCancelled = cancelled.load(ordering: .relaxed)
    #expect(handlerWasCancelled)
  }

  @Test("interceptors run in order around the handler")
  func interceptors() async throws {
    struct Tag: Interceptor {
      let name: String
      let seen: @Sendable (String) -> Void
      func intercept(
        _ call: IncomingCall, _ context: CallContext, next: NextStep
      ) async -> CallOutcome {
        seen(name + " in")
        let outcome = await next(call, context)
        seen(name + " out")
        return outcome
      }
    }
    let order = Mutex<[String]>([])
    let note: @Sendable (String) -> Void = { text in order.withLock { $0.append(text) } }
    let router = Router(
      services: [
        ScriptedService { _, _ in
          note("handler")
          return []
        }
      ],
      admission: Admission(
        accounts: FixedAccounts([Account(id: AccountID("dev")!, concurrentCallsMax: 1)])),
      interceptors: [Tag(name: "a", seen: note), Tag(name: "b", seen: note)],
      metrics: CallMetrics(), log: .silent, newID: { CallID(high: 0, low: 0) })
    _ = try await InProcessTransport(router, peer: Self.dev).call(
      Self.run, [], options: .standard)
    #expect(order.withLock { $0 } == ["a in", "b in", "handler", "b out", "a out"])
  }
}
