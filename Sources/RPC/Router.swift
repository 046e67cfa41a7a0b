// Finds the method, admits the caller and runs the handler through the interceptors.

package import Observability
package import Vocabulary

/// The heart of the server without its transport. Immutable after `init`; safe from any thread.
///
/// A call passes: method lookup → authentication → deadline → account limits → interceptors →
/// handler. Nothing of it blocks, so it may run on an event loop.
package final class Router: CallDispatcher {
  /// One reference: read for every call.
  private final class Entry: Sendable {
    let method: ServiceMethod
    let metrics: MethodMetrics
    /// Whether its service answers any verified certificate.
    let isOpen: Bool
    /// The interceptors around the handler; nil when there are none.
    let step: NextStep?

    init(
      _ method: ServiceMethod, _ metrics: MethodMetrics, isOpen: Bool,
      _ interceptors: [any Interceptor]
    ) {
      self.method = method
      self.metrics = metrics
      self.isOpen = isOpen
      step = interceptors.isEmpty ? nil : Router.chain(interceptors, around: method)
    }
  }

  package let methods: [MethodDescriptor]
  private let entries: [Entry]
  private let positions: [MethodName: Int]
  private let services: Set<String>
  private let unknown: MethodMetrics
  private let admission: Admission
  private let newID: @Sendable () -> CallID
  private let now: @Sendable () -> Moment
  private let log: Log
  private let refusals: RefusalLog

  /// - Parameters:
  ///   - openServices: names of services that answer any verified certificate, and also while the
  ///     server does not serve.
  ///   - interceptors: run in this order, after admission, around every handler.
  ///   - newID: makes call ids; must be safe from any thread and never repeat.
  /// - Precondition: no method is registered twice.
  package init(
    services: [any Service], openServices: Set<String> = [], admission: Admission,
    interceptors: [any Interceptor] = [], metrics: CallMetrics, log: Log,
    newID: @escaping @Sendable () -> CallID,
    now: @escaping @Sendable () -> Moment = { .now }
  ) {
    let found = services.flatMap(\.methods)
    entries = found.map { method in
      Entry(
        method, metrics.method(method.name.description),
        isOpen: openServices.contains(method.name.service), interceptors)
    }
    // Interceptors may wait: behind them every call has its task.
    methods = found.map { method in
      var descriptor = method.descriptor
      descriptor.isImmediate = method.answer != nil && interceptors.isEmpty
      return descriptor
    }
    let names = found.map(\.name)
    precondition(Set(names).count == names.count, "a method is registered twice")
    positions = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    self.services = Set(services.map(\.serviceName))
    self.unknown = metrics.method("unknown")
    self.admission = admission
    self.newID = newID
    self.now = now
    self.log = log
    refusals = RefusalLog(log: log)
  }

  package func dispatch(_ call: IncomingCall) async -> CallOutcome { await handle(call) }

  package func answerCalls(of source: any CallSource) async {
    while let call = source.next() {
      guard source.answered(await handle(call)) else { return }
    }
  }

  /// Inlined: each asynchronous function between a task and a handler costs a look for the executor, under a
  /// lock, and memory for its frame.
  @inline(__always)
  private func handle(_ call: IncomingCall) async -> CallOutcome {
    guard let position = call.position ?? positions[call.method] else {
      return refuseUnknown(call)
    }
    let entry = entries[position]
    let context: CallContext
    switch begin(entry, call, at: now()) {
    case .success(let begun): context = begun
    case .failure(let refusal): return refusal
    }
    let outcome = await run(entry, call, context)
    end(entry, context, outcome)
    if case .failure = outcome { return outcome.told(of: context.id) }
    return outcome
  }

  package func refused(_ call: IncomingCall, _ error: ServiceError) {
    let position = call.position ?? positions[call.method]
    let metrics = position.map { entries[$0].metrics } ?? unknown
    metrics.record(error.code, nanos: call.received.nanos(to: now()))
  }

  package func answer(_ call: IncomingCall) -> CallOutcome {
    guard let position = call.position ?? positions[call.method],
      let answer = entries[position].method.answer
    else { return refuseUnknown(call) }
    let entry = entries[position]
    let outcome: CallOutcome
    // It was read a moment ago and has not waited since: that spares a look at the clock.
    switch begin(entry, call, at: call.received) {
    case .failure(let refusal): return refusal
    case .success(let context):
      do throws(ServiceError) {
        outcome = .success(try answer(call.message, context), trailers: Metadata())
      } catch {
        outcome = .failure(error, trailers: Metadata())
      }
      end(entry, context, outcome)
      if case .failure = outcome { return outcome.told(of: context.id) }
      return outcome
    }
  }

  /// Writes the lines about refused calls that have waited. Called now and then.
  package func tellRefusals() { refusals.flush() }

  private enum Beginning {
    case success(CallContext)
    /// The whole answer.
    case failure(CallOutcome)
  }

  /// Admits the call; who succeeds calls `end`.
  private func begin(_ entry: Entry, _ call: IncomingCall, at now: Moment) -> Beginning {
    let id = newID()
    do {
      let admitted =
        try entry.isOpen ? admission.admitOpen(call, at: now) : admission.admit(call, at: now)
      return .success(
        CallContext(
          call, id: id, account: admitted.account, deadline: admitted.deadline,
          processLog: log))
    } catch {
      entry.metrics.record(error.code, nanos: call.received.nanos(to: self.now()))
      return .failure(refuse(call, error, id))
    }
  }

  /// The answer to a call that no handler sees. Such calls may come in floods: their lines are paced.
  private func refuse(_ call: IncomingCall, _ error: ServiceError, _ id: CallID) -> CallOutcome {
    refusals.note(error.of(call: id), of: call.peer?.account)
    return CallOutcome.failure(error, trailers: Metadata()).told(of: id)
  }

  /// The handler is called from here when nothing stands before it.
  @inline(__always)
  private func run(
    _ entry: Entry, _ call: IncomingCall, _ context: CallContext
  ) async -> CallOutcome {
    if let step = entry.step { return await step(call, context) }
    do throws(ServiceError) {
      return .success(try await entry.method.handle(call.message, context), trailers: Metadata())
    } catch {
      return .failure(error, trailers: Metadata())
    }
  }

  private func end(_ entry: Entry, _ context: CallContext, _ outcome: CallOutcome) {
    admission.leave(context.account, isOpen: entry.isOpen)
    let nanos = context.received.nanos(to: now())
    entry.metrics.record(outcome.code, nanos: nanos)
    switch outcome {
    case .success:
      guard log.isVerbose else { return }
      context.log.debug(
        "call answered",
        [
          .method: .operatorText(context.method.description),
          .micros: .duration(.nanoseconds(nanos)),
        ])
    case .failure(let error, _): tell(error, context, nanos)
    }
  }

  /// Field and limit are texts of the schema and of ours, never a caller's.
  private func tell(_ error: ServiceError, _ context: CallContext, _ nanos: Int64) {
    var values: [LogKey: LogValue] = [
      .method: .operatorText(context.method.description),
      .micros: .duration(.nanoseconds(nanos)), .code: .operatorText(error.code.name),
      .symbol: .code(error.detail.symbol),
    ]
    if !error.detail.field.isEmpty { values[.field] = .operatorText(error.detail.field) }
    if !error.detail.limit.isEmpty { values[.limit] = .operatorText(error.detail.limit) }
    if let cause = error.cause { values[.reason] = .operatorText(cause) }
    if error.code == .internal {
      context.log.error("call failed", values)
    } else {
      context.log.info("call failed", values)
    }
  }

  private func refuseUnknown(_ call: IncomingCall) -> CallOutcome {
    unknown.record(.unimplemented, took: now() - call.received)
    let serviceKnown = services.contains(call.method.service)
    return refuse(
      call,
      ServiceError(
        .unimplemented,
        serviceKnown
          ? "This service has no such method; compare the client's .proto with the server's version."
          : "This server has no such service; compare the client's .proto with the server's version.",
        ErrorDetail(
          serviceKnown ? .unknownMethod : .unknownService,
          field: serviceKnown ? "method" : "service", advice: .correctInput)),
      newID())
  }

  private static func chain(
    _ interceptors: [any Interceptor], around method: ServiceMethod
  ) -> NextStep {
    let handler: NextStep = { call, context in
      do throws(ServiceError) {
        return .success(try await method.handle(call.message, context), trailers: Metadata())
      } catch {
        return .failure(error, trailers: Metadata())
      }
    }
    return interceptors.reversed().reduce(handler) { next, interceptor in
      { call, context in await interceptor.intercept(call, context, next: next) }
    }
  }
}

extension CallOutcome {
  /// The trailer that tells clients of any language how long to wait before a retry (gRFC A6).
  package static let pushbackTrailer = "grpc-retry-pushback-ms"

  /// The same outcome as that of the call `id`: a failure names it, and says a wait in a trailer too.
  fileprivate func told(of id: CallID) -> CallOutcome {
    guard case .failure(let error, var trailers) = self else { return self }
    if error.detail.retryAfterMillis > 0 {
      trailers.pairs.append((key: Self.pushbackTrailer, value: "\(error.detail.retryAfterMillis)"))
    }
    return .failure(error.of(call: id), trailers: trailers)
  }
}
