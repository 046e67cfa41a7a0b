// Hedged calls over loopback TLS: what is sent again, what wins, what becomes of the others.

internal import Client
internal import RPC
internal import Synchronization
internal import TLS
internal import TestIdentities
internal import Testing
internal import Transport
internal import Vocabulary
internal import Wire

/// Answers the first try of a call in one way, the second in another.
private struct TryDispatcher: CallDispatcher {
  enum Deed: Sendable {
    /// Waits at the gate until it is opened or cancelled.
    case wait
    /// Answers with the number of the try.
    case answer
    case fail(StatusCode, pushback: String?)
  }

  static let method = RPC.MethodName(service: "test.Hedged", method: "Run")

  let gate = Gate()
  let deeds: [Deed]
  private let count = Count()

  private final class Count: Sendable { let tries = Atomic(0) }

  init(_ deeds: [Deed]) { self.deeds = deeds }

  let methods = [MethodDescriptor(Self.method)]

  /// Tries that have come.
  var tries: Int { count.tries.load(ordering: .sequentiallyConsistent) }

  func dispatch(_ call: RPC.IncomingCall) async -> CallOutcome {
    let number = count.tries.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
    // The last deed is that of all tries after it.
    switch deeds[min(number, deeds.count) - 1] {
    case .wait:
      let goesOn = await gate.pass()
      return goesOn ? answer(number) : .failure(TestDispatcher.stopped, trailers: Metadata())
    case .answer: return answer(number)
    case .fail(let code, let pushback):
      let trailers = pushback.map { Metadata([(key: CallOutcome.pushbackTrailer, value: $0)]) }
      return .failure(
        ServiceError(code, "Asked to fail.", ErrorDetail(.notServing)),
        trailers: trailers ?? Metadata())
    }
  }

  private func answer(_ number: Int) -> CallOutcome {
    .success([Bytes([UInt8(number)])], trailers: Metadata([(key: "try", value: "\(number)")]))
  }
}

@Suite(.timeLimit(.minutes(2))) struct HedgingTests {
  /// No test lasts so long: what is not due before is not sent.
  private static let never = Duration.seconds(3_600)

  /// Runs `body` with a client whose calls of `TryDispatcher.method` are hedged by `policy`.
  private func run(
    _ deeds: [TryDispatcher.Deed], _ policy: HedgingPolicy?, _ profile: Profile = .native,
    tokensMax: Double? = nil, _ body: (Client, TryDispatcher) async throws -> Void
  ) async throws {
    let identities = try TestIdentities.shared.get()
    let context = try TLSContext(server: Harness.serverSettings(identities))
    let dispatcher = TryDispatcher(deeds)
    let listener = try await Listener.start(
      ListenerSettings(port: 0, threads: 2), tls: { context }, dispatcher: dispatcher)
    var settings = ClientSettings(host: "127.0.0.1", port: listener.port)
    settings.profile = profile
    if let policy { settings.hedging[TryDispatcher.method] = policy }
    if let tokensMax { settings.limits.retry.tokensMax = tokensMax }
    let client = Client(settings, tls: try Harness.clientTLS(identities, profile))
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await body(client, dispatcher))
    } catch {
      outcome = .failure(error)
    }
    dispatcher.gate.open()
    await client.close()
    await listener.shutDown()
    #expect(listener.connections == 0)
    try outcome.get()
  }

  private func call(
    _ client: Client, idempotent: Bool = true, within: Duration = .seconds(60),
    _ response: ResponseMetadata? = nil
  ) async -> Result<[UInt8], ServiceError> {
    let options = CallOptions(
      deadline: .after(within), isIdempotent: idempotent, response: response)
    do throws(ServiceError) {
      return .success(try await client.call(TryDispatcher.method, [], options: options).array)
    } catch {
      return .failure(error)
    }
  }

  private func code(_ result: Result<[UInt8], ServiceError>) -> StatusCode? {
    if case .failure(let error) = result { error.code } else { nil }
  }

  @Test func nothingIsHedgedByDefault() async throws {
    #expect(ClientSettings(host: "localhost", port: 1).hedging.isEmpty)
    try await run([.wait, .answer], nil) { client, dispatcher async throws in
      let first = Task { await call(client) }
      await dispatcher.gate.waitForArrivals(1)
      dispatcher.gate.open()
      #expect(try await first.value.get() == [1])
      #expect(dispatcher.tries == 1)
    }
  }

  /// The first try would wait for ever: that it is let go of is what ends this test.
  @Test func theFirstAnswerWinsAndTheOtherTryIsCancelled() async throws {
    let policy = HedgingPolicy(attemptsMax: 2, delay: .milliseconds(5))
    try await run([.wait, .answer], policy) { client, dispatcher async throws in
      let response = ResponseMetadata()
      #expect(try await call(client, response).get() == [2])
      #expect(response.trailers["try"] == "2")
      await dispatcher.gate.waitForCancellations(1)
      #expect(dispatcher.tries == 2)
    }
  }

  /// Compat has no cancel: the answer counts all the same.
  @Test func compatIsHedgedToo() async throws {
    let policy = HedgingPolicy(attemptsMax: 2, delay: .milliseconds(5))
    try await run([.wait, .answer], policy, .compat) { client, dispatcher async throws in
      #expect(try await call(client).get() == [2])
      #expect(dispatcher.tries == 2)
    }
  }

  @Test func onlyCallsThatMayBeCarriedOutTwiceAreHedged() async throws {
    var policy = HedgingPolicy(attemptsMax: 2, delay: .zero)
    try await run([.wait, .answer], policy) { client, dispatcher async throws in
      let first = Task { await call(client, idempotent: false) }
      await dispatcher.gate.waitForArrivals(1)
      dispatcher.gate.open()
      #expect(try await first.value.get() == [1])
      #expect(dispatcher.tries == 1)
    }
    policy.allowsSideEffects = true
    try await run([.wait, .answer], policy) { client, dispatcher async throws in
      #expect(try await call(client, idempotent: false).get() == [2])
      await dispatcher.gate.waitForCancellations(1)
    }
  }

  @Test func anErrorThatIsNotFatalSendsTheNextTryAtOnce() async throws {
    let policy = HedgingPolicy(
      attemptsMax: 3, delay: Self.never, nonFatalCodes: [.unavailable])
    let fails = TryDispatcher.Deed.fail(.unavailable, pushback: nil)
    try await run([fails, fails, .answer], policy) { client, dispatcher async throws in
      #expect(try await call(client).get() == [3])
      #expect(dispatcher.tries == 3)
    }
    // The last error is the call's when all tries are used up.
    try await run([fails], policy) { client, dispatcher async throws in
      #expect(code(await call(client)) == .unavailable)
      #expect(dispatcher.tries == 3)
    }
  }

  @Test func anyOtherErrorIsTheAnswer() async throws {
    let policy = HedgingPolicy(
      attemptsMax: 2, delay: .milliseconds(5), nonFatalCodes: [.unavailable])
    try await run([.wait, .fail(.failedPrecondition, pushback: nil)], policy) {
      client, dispatcher async throws in
      #expect(code(await call(client)) == .failedPrecondition)
      await dispatcher.gate.waitForCancellations(1)
      #expect(dispatcher.tries == 2)
    }
  }

  @Test func theServerMayForbidFurtherTriesOrNameAPause() async throws {
    let policy = HedgingPolicy(
      attemptsMax: 3, delay: Self.never, nonFatalCodes: [.unavailable])
    try await run([.fail(.unavailable, pushback: "-1"), .answer], policy) {
      client, dispatcher async throws in
      #expect(code(await call(client)) == .unavailable)
      #expect(dispatcher.tries == 1)
    }
    try await run([.fail(.unavailable, pushback: "1"), .answer], policy) {
      client, dispatcher async throws in
      #expect(try await call(client).get() == [2])
    }
    // A pause that would outlast the deadline is not begun.
    try await run([.fail(.unavailable, pushback: "3600000"), .answer], policy) {
      client, dispatcher async throws in
      #expect(code(await call(client)) == .unavailable)
      #expect(dispatcher.tries == 1)
    }
  }

  @Test func aSpentRetryBudgetEndsHedging() async throws {
    var policy = HedgingPolicy(attemptsMax: 5, delay: Self.never, nonFatalCodes: [.unavailable])
    let fails = TryDispatcher.Deed.fail(.unavailable, pushback: nil)
    // Of four tokens more than two must be left: the second failure is one too many.
    try await run([fails], policy, tokensMax: 4) { client, dispatcher async throws in
      #expect(code(await call(client)) == .unavailable)
      #expect(dispatcher.tries == 2)
      // The budget is the client's, not the call's.
      #expect(code(await call(client)) == .unavailable)
      #expect(dispatcher.tries == 3)
    }
    // With a budget there are five tries, however many are asked for.
    policy.attemptsMax = 50
    try await run([fails], policy, tokensMax: 1_000) { client, dispatcher async throws in
      #expect(code(await call(client)) == .unavailable)
      #expect(dispatcher.tries == HedgingLimits.attemptsMax)
    }
  }

  @Test func aDeadlineEndsAllTriesAndSoDoesTheCaller() async throws {
    let policy = HedgingPolicy(attemptsMax: 3, delay: .zero)
    try await run([.wait], policy) { client, dispatcher async throws in
      #expect(code(await call(client, within: .milliseconds(200))) == .deadlineExceeded)
      await dispatcher.gate.waitForCancellations(dispatcher.tries)
    }
    try await run([.wait], policy) { client, dispatcher async throws in
      let task = Task { await call(client) }
      await dispatcher.gate.waitForArrivals(3)
      task.cancel()
      #expect(code(await task.value) == .cancelled)
      await dispatcher.gate.waitForCancellations(3)
    }
  }
}
