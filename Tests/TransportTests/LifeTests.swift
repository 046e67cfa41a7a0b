// Starting, draining, stopping, coming back.

internal import Client
internal import RPC
internal import TLS
internal import TestIdentities
internal import Testing
internal import Transport
internal import Vocabulary
internal import Wire

@Suite(.timeLimit(.minutes(2))) struct LifeTests {
  @Test(arguments: Profile.allCases)
  func drainFinishesRunningCalls(profile: Profile) async throws {
    let harness = try await Harness()
    let client = try harness.client(profile)
    let call = Task { try await client.test("Wait", [1, 2]) }
    await harness.gate.waitForArrivals(1)
    let stop = Task { await harness.listener.shutDown() }
    await harness.recorder.wait { $0.accepted == 1 }
    harness.gate.open()
    #expect(try await call.value == [1, 2])
    await stop.value
    #expect(harness.recorder.seen.ends == [.orderly])
    #expect(harness.listener.connections == 0)
    #expect(await client.error("Echo")?.code == .unavailable)
    await client.close()
  }

  @Test(arguments: Profile.allCases)
  func drainCancelsWhatDoesNotFinish(profile: Profile) async throws {
    let harness = try await Harness { $0.limits.wire.drainGrace = .milliseconds(50) }
    let client = try harness.client(profile)
    let call = Task { await client.error("Wait") }
    await harness.gate.waitForArrivals(1)
    await harness.listener.shutDown()
    await harness.gate.waitForCancellations(1)
    #expect(await call.value?.code == .unavailable)
    #expect(harness.listener.connections == 0 && harness.listener.memoryBytes == 0)
    await client.close()
  }

  /// Whatever step of connecting the deadline falls into, the call ends and the client closes.
  @Test(arguments: Profile.allCases)
  func aDeadlineWhileConnectingEndsTheCallAndLetsTheClientClose(profile: Profile) async throws {
    try await Harness.run { harness async throws in
      for step in 0..<60 {
        let client = try harness.client(profile)
        let error = await client.error("Wait", within: .microseconds(step * 100))
        #expect(error?.code == .deadlineExceeded)
        await client.close()
      }
    }
  }

  /// An aged connection goes away between calls, and a caller does not notice.
  @Test func agedConnectionsAreReplacedWithoutLosingACall() async throws {
    let harness = try await Harness {
      $0.limits.connectionAge = .milliseconds(20)
      $0.limits.wire.drainNotice = .milliseconds(1)
      // A busy client takes its time to see the end; a reset before that would cost it a call.
      $0.limits.linger = .seconds(20)
    }
    try await harness.withClient { client async throws in
      while harness.recorder.seen.accepted < 4 {
        let answer = try await client.test("Echo", [1])
        #expect(answer == [1])
      }
    }
    await harness.listener.shutDown()
    #expect(harness.recorder.seen.ends.allSatisfy { $0 == .orderly })
  }

  /// Sockets on their way while the listener stops are neither forgotten nor waited for.
  @Test func connectionsThatComeWhileStoppingDoNotHoldItUp() async throws {
    for _ in 0..<20 {
      let harness = try await Harness {
        $0.limits.wire.drainGrace = .seconds(3_600)
        $0.limits.handshake = .seconds(3_600)
      }
      let sockets = Task.detached {
        (0..<32).compactMap { _ in try? RawSocket(port: harness.listener.port) }
      }
      await harness.recorder.wait { $0.accepted > 0 }
      await harness.listener.shutDown()
      #expect(harness.listener.connections == 0)
      _ = await sockets.value
    }
  }

  @Test func shutDownWithoutConnectionsIsQuick() async throws {
    let harness = try await Harness()
    await harness.listener.shutDown()
    #expect(harness.listener.connections == 0)
    // A second stop finds nothing to do.
    await harness.listener.shutDown()
  }

  @Test func clientCloseLetsRunningCallsFinish() async throws {
    try await Harness.run { harness async throws in
      let client = try harness.client()
      let call = Task { try await client.test("Wait", [3]) }
      await harness.gate.waitForArrivals(1)
      let close = Task { await client.close() }
      harness.gate.open()
      #expect(try await call.value == [3])
      await close.value
      #expect(await client.error("Echo")?.code == .cancelled)
      await harness.recorder.wait { $0.ends == [.orderly] }
    }
  }

  @Test func clientComesBackWhenTheServerDoes() async throws {
    let first = try await Harness()
    let client = try first.client()
    #expect(try await client.test("Echo", [1]) == [1])
    await first.listener.shutDown()
    let gone = await client.error("Echo")
    #expect(gone?.code == .unavailable && gone?.detail.retryable == true)
    #expect(gone?.message.contains("nobody listens there") == true)
    let port = first.listener.port
    try await Harness.run {
      $0.port = port
    } body: { _ async throws in
      // The call waits for the end of the pause after the failed attempt, then for the connection.
      #expect(try await client.test("Echo", [2]) == [2])
      await client.close()
    }
  }

  @Test func portInUseIsExplained() async throws {
    try await Harness.run { harness async throws in
      let context = try TLSContext(server: Harness.serverSettings(harness.identities))
      do throws(ListenerError) {
        let second = try await Listener.start(
          ListenerSettings(port: harness.listener.port, threads: 1), tls: { context },
          dispatcher: TestDispatcher())
        Issue.record("two listeners on one port")
        await second.shutDown()
      } catch {
        #expect(error.description.contains("is in use by another process"))
      }
    }
  }

  @Test func newCertificatesTakeEffectForNewConnections() async throws {
    try await Harness.run { harness async throws in
      let early = try harness.client()
      #expect(try await early.test("Echo", [1]) == [1])
      try harness.replaceCertificate(by: "elsewhere")
      let late = try harness.client()
      let error = await late.error("Echo")
      #expect(error?.message.contains("is for another name") == true)
      #expect(try await early.test("Echo", [2]) == [2])
      await early.close()
      await late.close()
    }
  }

  @Test(arguments: Profile.allCases)
  func sessionsAreResumedAndKnowWhoCalls(profile: Profile) async throws {
    try await Harness.run { harness async throws in
      // Two clients of one context share what servers gave it.
      let context = try Harness.clientTLS(harness.identities, profile)
      var settings = ClientSettings(host: "127.0.0.1", port: harness.listener.port)
      settings.profile = profile
      for round in 0..<3 {
        let client = Client(settings, tls: context)
        #expect(try await client.test("Echo", [1]) == [1])
        await client.close()
        await harness.recorder.wait { $0.ends.count == round + 1 }
        #expect(harness.recorder.seen.resumed == round)
      }
    }
  }

  @Test func revokedClientIsCountedAsSuch() async throws {
    let identities = try TestIdentities()
    var settings = Harness.serverSettings(identities)
    settings.revocationFiles = [
      try identities.makeRevocationList("list.pem", by: "ca", revoking: ["client"])
    ]
    let context = try TLSContext(server: settings)
    let recorder = Recorder()
    let listener = try await Listener.start(
      ListenerSettings(port: 0, threads: 1), tls: { context }, dispatcher: TestDispatcher(),
      observer: recorder)
    var limits = ClientSettings(host: "127.0.0.1", port: listener.port)
    limits.limits.attemptsMax = 1
    let client = Client(limits, tls: try Harness.clientTLS(identities, .native))
    let error = await client.error("Echo")
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("refused this client's certificate") == true)
    await recorder.wait { $0.handshakeEnds.first == .failed(.certificateRevoked) }
    await client.close()
    await listener.shutDown()
    #expect(listener.connections == 0)
  }

  /// Two clients with calls in progress, of whom one is revoked: its call ends, the other's goes on.
  @Test(arguments: Profile.allCases)
  func aRevokedClientIsCutOff(profile: Profile) async throws {
    let identities = try TestIdentities()
    try identities.makeLeaf(
      "second", by: "ca", names: "URI:idv:account:second", usage: "clientAuth", days: 2)
    var settings = Harness.serverSettings(identities)
    settings.revocationFiles = [try identities.makeRevocationList("list.pem", by: "ca")]
    let context = try TLSContext(server: settings)
    let (recorder, dispatcher) = (Recorder(), TestDispatcher())
    let listener = try await Listener.start(
      ListenerSettings(port: 0, threads: 2), tls: { context }, dispatcher: dispatcher,
      observer: recorder)
    func client(_ name: String) throws -> Client {
      var settings = ClientSettings(host: "127.0.0.1", port: listener.port)
      settings.profile = profile
      settings.limits.attemptsMax = 1
      return Client(settings, tls: try Harness.clientTLS(identities, profile, as: name))
    }
    let (first, second) = (try client("client"), try client("second"))
    let doomed = Task { await first.error("Wait") }
    let lasting = Task { try await second.test("Wait", [7]) }
    await dispatcher.gate.waitForArrivals(2)
    // A list that names nobody new cuts nobody.
    listener.cutRevoked(by: context)
    settings.revocationFiles = [
      try identities.makeRevocationList("list.pem", by: "ca", revoking: ["client"])
    ]
    listener.cutRevoked(by: try TLSContext(server: settings))
    #expect(await doomed.value?.code == .unavailable)
    await dispatcher.gate.waitForCancellations(1)
    await recorder.wait { $0.ends == [.tls(.certificateRevoked)] }
    // Whoever shook hands by the context of before is judged when the handshake is done.
    #expect(await first.error("Echo")?.code == .unavailable)
    await recorder.wait { $0.ends.count >= 2 }
    dispatcher.gate.open()
    #expect(try await lasting.value == [7])
    #expect(recorder.seen.ends.allSatisfy { $0 == .tls(.certificateRevoked) })
    await first.close()
    await second.close()
    await listener.shutDown()
    #expect(listener.connections == 0)
  }

  @Test func wrongAuthorityIsExplained() async throws {
    try await Harness.run { harness async throws in
      let wrong = try harness.client(trusting: "other-ca")
      let error = await wrong.error("Echo")
      #expect(error?.message.contains("not from the trusted authority") == true)
      #expect(error?.detail.retryable == false)
      await wrong.close()
    }
  }

  @Test func unknownHostIsExplained() async throws {
    let identities = try TestIdentities.shared.get()
    var settings = ClientSettings(host: "no-such-host.invalid", port: 1)
    settings.limits.connect = .seconds(2)
    let client = Client(settings, tls: try Harness.clientTLS(identities, .native))
    let error = await client.error("Echo")
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("no-such-host.invalid:1") == true)
    await client.close()
  }
}
