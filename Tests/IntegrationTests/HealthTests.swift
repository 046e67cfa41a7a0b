// Health: what probes are told while the server starts, serves and stops.

import Client
import Messages
import RPC
import ServerApp
import Services
import Stubs
import TestIdentities
import TestSupport
import Testing
import Vocabulary
import Wire

@Suite(.timeLimit(.minutes(2))) struct HealthTests {
  typealias Status = HealthCheckResponse.ServingStatus

  private func request(_ service: String = "") -> HealthCheckRequest {
    HealthCheckRequest(service: service)
  }

  private func check(_ caller: any Caller, _ service: String = "") async throws -> Status {
    try await HealthClient(caller).check(request(service)).status
  }

  private func watch(
    _ caller: any Caller, _ service: String = "", within: Duration = .seconds(60)
  ) async throws -> ResponseStream<HealthCheckResponse> {
    try await HealthClient(caller).watch(
      request(service), options: CallOptions(deadline: .after(within)))
  }

  @Test("Each service and the server as a whole change together; others are not found")
  func services() async throws {
    let core = try ColdServer.core()
    let caller = InProcessTransport(core.router, peer: ColdServer.dev)
    let served = [
      "", "idv.v1.Basic", "idv.v1.Documents", "idv.v1.Enhanced", "idv.v1.Intent", "idv.v1.Keys",
      "idv.v1.Operations", "idv.v1.Uploads", "grpc.health.v1.Health",
      "grpc.reflection.v1.ServerReflection",
    ]
    for service in served { #expect(try await check(caller, service) == .notServing) }
    core.startServing()
    for service in served { #expect(try await check(caller, service) == .serving) }
    let error = await failure { () async throws(ServiceError) in
      try await HealthClient(caller).check(request("idv.v1.Nothing"))
    }
    #expect(error?.code == .notFound && error?.detail.symbol == .unknownService)
    core.stopServing()
    for service in served { #expect(try await check(caller, service) == .notServing) }
  }

  @Test("A service that lacks a model is not serving; the others are")
  func lacking() {
    let board = HealthBoard(services: ["a", "b"])
    board.setLacking(["a"])
    board.setServing(true)
    #expect(board.status(of: "a") == .notServing)
    #expect(board.status(of: "b") == .serving)
    #expect(board.status(of: "") == .serving)
    #expect(board.status(of: "c") == nil)
    board.setLacking([])
    #expect(board.status(of: "a") == .serving)
  }

  @Test(
    "Before the models are loaded, health answers and everything else is refused; changes are pushed",
    arguments: [Profile.native, .compat])
  func starting(profile: Profile) async throws {
    let core = try ColdServer.core()
    try await ColdServer.overTLS(core.router, profile) { client, _ in
      let refused = await failure { () async throws(ServiceError) in
        try await OperationsClient(client).getStatus(
          GetStatusRequest(), options: CallOptions(deadline: .after(.milliseconds(900))))
      }
      #expect(refused?.code == .unavailable && refused?.detail.symbol == .notServing)
      #expect(try await check(client) == .notServing)
      let news = try await watch(client)
      let unknown = try await watch(client, "idv.v1.Nothing")
      #expect(try await news.next()?.status == .notServing)
      #expect(try await unknown.next()?.status == .serviceUnknown)
      core.startServing()
      #expect(try await news.next()?.status == .serving)
      #expect(try await OperationsClient(client).getStatus(GetStatusRequest()).serving)
      core.stopServing()
      #expect(try await news.next()?.status == .notServing)
      // Compat has no cancel: the server would keep the watches until their deadline.
      await core.endWatchesWhenIdle(after: .zero)
      #expect(await failure { () async throws(ServiceError) in try await news.next() } != nil)
      #expect(await failure { () async throws(ServiceError) in try await unknown.next() } != nil)
    }
  }

  @Test(
    "A stop tells those who watch before anything else, and does not wait for them",
    arguments: [Profile.native, .compat])
  func stopping(profile: Profile) async throws {
    let core = try ColdServer.core()
    core.startServing()
    // Longer than the test may take: were the watch waited for, the test would fail.
    try await ColdServer.overTLS(core.router, profile, grace: .seconds(600), stops: false) {
      client, listener in
      let news = try await watch(client, within: .seconds(600))
      #expect(try await news.next()?.status == .serving)
      await core.announceStop()
      #expect(try await news.next()?.status == .notServing)
      // Peers have not been told to go: calls are still taken.
      #expect(try await check(client) == .notServing)
      #expect(try await !OperationsClient(client).getStatus(GetStatusRequest()).version.isEmpty)
      async let closed: Void = listener.shutDown()
      await core.endWatchesWhenIdle(after: .milliseconds(10))
      let end = await failure { () async throws(ServiceError) in try await news.next() }
      #expect(end?.code == .unavailable)
      await closed
      #expect(listener.connections == 0)
    }
  }

  @Test(
    "A stop does not wait for a stream of reflection that its client leaves open",
    arguments: [Profile.native, .compat])
  func reflectionLeftOpen(profile: Profile) async throws {
    let core = try ColdServer.core()
    core.startServing()
    // Longer than the test may take.
    try await ColdServer.overTLS(core.router, profile, grace: .seconds(600), stops: false) {
      client, listener in
      let call = try await ServerReflectionClient(client).serverReflectionInfo(
        options: CallOptions(deadline: .after(.seconds(600))))
      var request = ServerReflectionRequest()
      request.messageRequest = .listServices("")
      try await call.send(request)
      #expect(try await call.responses.next() != nil)
      async let closed: Void = listener.shutDown()
      await core.endWatchesWhenIdle(after: .milliseconds(10))
      let end = await failure { () async throws(ServiceError) in try await call.responses.next() }
      #expect(end?.code == .unavailable && end?.detail.symbol == .notServing)
      await closed
      #expect(listener.connections == 0)
    }
  }

  @Test("A stop waits for calls in progress, and for watches only then")
  func idle() async throws {
    let board = HealthBoard(services: [])
    let core = try ColdServer.core()
    core.startServing()
    let caller = InProcessTransport(core.router, peer: ColdServer.dev)
    let news = try await watch(caller)
    _ = try await news.next()
    await core.announceStop()
    #expect(try await news.next()?.status == .notServing)
    // Nobody watches this board, so nothing is waited for.
    await board.allTold(within: .seconds(600))
    await core.endWatchesWhenIdle(after: .zero)
    let end = await failure { () async throws(ServiceError) in try await news.next() }
    #expect(end?.code == .unavailable && end?.detail.symbol == .notServing)
  }

  @Test("Any verified certificate will do, one that names no account too")
  func visitors() async throws {
    let core = try ColdServer.core()
    core.startServing()
    let identities = try TestIdentities.shared.get()
    try identities.makeLeaf(
      "visitor", by: "ca", names: "DNS:visitor.test", usage: "clientAuth", days: 2)
    try await ColdServer.overTLS(core.router, .native, as: "visitor") { client, _ in
      let status = try await check(client)
      #expect(status == .serving)
      let refused = await failure { () async throws(ServiceError) in
        try await OperationsClient(client).getStatus(GetStatusRequest())
      }
      #expect(refused?.code == .unauthenticated)
    }
    let nobody = InProcessTransport(core.router, peer: nil)
    let refused = await failure { () async throws(ServiceError) in
      try await HealthClient(nobody).check(request())
    }
    #expect(refused?.code == .unauthenticated)
  }

  @Test(
    "Watches are bounded for each account, and a place comes back; checks are answered beside them")
  func bounded() async throws {
    let core = try ColdServer.core()
    let caller = InProcessTransport(core.router, peer: ColdServer.visitor)
    var watches: [ResponseStream<HealthCheckResponse>] = []
    for _ in 0..<16 {
      let news = try await watch(caller)
      #expect(try await news.next()?.status == .notServing)
      watches.append(news)
    }
    let refused = try await watch(caller)
    let error = await failure { () async throws(ServiceError) in try await refused.next() }
    #expect(error?.code == .resourceExhausted && error?.detail.limit == "16 watches")
    #expect(try await check(caller) == .notServing)
    let other = try await watch(InProcessTransport(core.router, peer: ColdServer.dev))
    #expect(try await other.next()?.status == .notServing)
    watches.removeLast().cancel()
    var again: Status?
    while again == nil { again = try? await watch(caller).next()?.status }
    #expect(again == .notServing)
  }

  @Test("A watch ends with its deadline")
  func deadline() async throws {
    let core = try ColdServer.core()
    try await ColdServer.overTLS(core.router, .native) { client, _ in
      let news = try await watch(client, within: .milliseconds(200))
      #expect(try await news.next()?.status == .notServing)
      let error = await failure { () async throws(ServiceError) in try await news.next() }
      #expect(error?.code == .deadlineExceeded)
    }
  }
}
