// Handlers of the conformance service: each call carries the script of what is to happen.

package import ConformanceMessages
internal import Messages
package import RPC
package import Stubs
package import Vocabulary

/// Handlers of `idv.test.v1.Conformance`. Safe from any thread.
package struct ConformanceHandlers: ConformanceService {
  private let book: CaseBook
  private let drain: @Sendable () -> Void

  /// - Parameters:
  ///   - book: where handlers note what they saw.
  ///   - drain: begins to drain the listener; returns at once.
  package init(_ book: CaseBook, drain: @escaping @Sendable () -> Void) {
    self.book = book
    self.drain = drain
  }

  package func unary(
    _ request: ConformanceRequest, in call: CallContext
  ) async throws(ServiceError) -> ConformanceAnswer {
    try await answer(request, nil, call)
  }

  package func serverStream(
    _ request: ConformanceRequest, to responses: ResponseWriter<ConformanceAnswer>,
    in call: CallContext
  ) async throws(ServiceError) {
    try await stream(request, nil, call)
  }

  package func clientStream(
    _ requests: RequestStream<ConformanceRequest>, in call: CallContext
  ) async throws(ServiceError) -> ConformanceAnswer {
    try await answer(try await requests.next(), requests, call)
  }

  package func bidiStream(
    _ requests: RequestStream<ConformanceRequest>,
    to responses: ResponseWriter<ConformanceAnswer>, in call: CallContext
  ) async throws(ServiceError) {
    try await stream(try await requests.next(), requests, call)
  }

  package func observe(
    _ request: ObserveRequest, in call: CallContext
  ) async throws(ServiceError) -> Observation {
    await book.observation(of: request.caseId, until: request.until)
  }

  /// One answer, the first of the script or an empty one.
  private func answer(
    _ first: ConformanceRequest?, _ rest: RequestStream<ConformanceRequest>?, _ call: CallContext
  ) async throws(ServiceError) -> ConformanceAnswer {
    var performance = Performance(first, rest, call, book)
    let plan = performance.script.answers.first ?? Plan()
    do throws(ServiceError) {
      try await performance.begin(drain)
      let answer = try await performance.answer(plan, number: 0)
      try await performance.end()
      performance.noteEnd()
      return answer
    } catch {
      performance.noteEnd()
      throw error
    }
  }

  /// All answers of the script. They are sent past the typed writer, because some carry fields that it would not
  /// write.
  private func stream(
    _ first: ConformanceRequest?, _ rest: RequestStream<ConformanceRequest>?, _ call: CallContext
  ) async throws(ServiceError) {
    var performance = Performance(first, rest, call, book)
    do throws(ServiceError) {
      try await performance.begin(drain)
      for (number, plan) in performance.script.answers.enumerated() {
        let answer = try await performance.answer(plan, number: number)
        let unknown = plan.unknown.isEmpty ? [] : [plan.unknown]
        try await call.channel.send(answer.encodedSegments() + unknown)
        performance.noteAnswer()
      }
      try await performance.end()
      performance.noteEnd()
    } catch {
      performance.noteEnd()
      throw error
    }
  }
}

/// One call that follows its script.
private struct Performance {
  let script: Script
  private let caseID: String
  private let rest: RequestStream<ConformanceRequest>?
  private let call: CallContext
  private let book: CaseBook
  private let timeout: Duration?
  private var seen: [ConformanceRequest] = []
  private var count: UInt32 = 0

  /// Requests that an answer tells again (conformance.proto).
  private static let seenMax = 16

  init(
    _ first: ConformanceRequest?, _ rest: RequestStream<ConformanceRequest>?, _ call: CallContext,
    _ book: CaseBook
  ) {
    script = first?.script ?? Script()
    caseID = first?.caseId ?? ""
    self.rest = rest
    self.call = call
    self.book = book
    timeout = call.deadline.remaining()
    book.note(caseID) { $0.started = true }
    if let first { noteRequest(first) }
  }

  /// Everything before the first answer.
  mutating func begin(_ drain: @Sendable () -> Void) async throws(ServiceError) {
    if script.reading == .all { try await readAll() }
    if script.drain { drain() }
    if !script.headers.isEmpty { call.channel.sendHeaders(Metadata(script.headers)) }
  }

  /// One answer, after what has to come before it.
  mutating func answer(
    _ plan: Plan, number: Int
  ) async throws(ServiceError) -> ConformanceAnswer {
    if script.reading == .turns, number > 0, let request = try await rest?.next() {
      noteRequest(request)
    }
    try await pause(.milliseconds(Int64(plan.delayMs)))
    guard Int(plan.paddingBytes) <= TestServiceHandlers.payloadBytesMax + 1024 else {
      throw ServiceError(
        .invalidArgument, "No answer is that large.",
        ErrorDetail(.outOfRange, field: "script.answers.padding_bytes"))
    }
    var answer = ConformanceAnswer()
    if number == 0 { answer.info = info }
    answer.padding = zeros(Int(plan.paddingBytes))
    answer.text = plan.text
    answer.mood = plan.mood
    answer.number = UInt32(number)
    return answer
  }

  /// Everything after the last answer.
  mutating func end() async throws(ServiceError) {
    if script.reading == .turns { try await readAll() }
    if !script.trailers.isEmpty { call.channel.addTrailers(Metadata(script.trailers)) }
    // Longer than any case lasts; the end of the call ends it.
    if script.hold { try await pause(.seconds(60)) }
    if let failure = script.failure { throw ServiceError(failure) }
  }

  private mutating func readAll() async throws(ServiceError) {
    while let request = try await rest?.next() { noteRequest(request) }
  }

  private mutating func noteRequest(_ request: ConformanceRequest) {
    if seen.count < Self.seenMax { seen.append(request) }
    count += 1
    book.note(caseID) { $0.requests += 1 }
  }

  func noteAnswer() { book.note(caseID) { $0.answers += 1 } }

  func noteEnd() {
    let wasCancelled = Task.isCancelled
    book.note(caseID) { observation in
      observation.ended = true
      observation.cancelled = wasCancelled
    }
  }

  private var info: RequestInfo {
    var info = RequestInfo()
    info.metadata = call.metadata.pairs.map { pair in
      var made = Pair()
      made.key = pair.key
      made.value = pair.value
      return made
    }
    info.timeoutMs = timeout.map { Int64($0 / .milliseconds(1)) } ?? 0
    info.account = call.account.id.name
    info.requestCount = count
    info.requests = seen.map { request in
      var made = Seen()
      made.paddingBytes = UInt32(request.padding.count)
      made.text = request.text
      made.mood = request.mood
      return made
    }
    return info
  }
}

extension Metadata {
  fileprivate init(_ pairs: [Pair]) { self.init(pairs.map { (key: $0.key, value: $0.value) }) }
}

extension ServiceError {
  /// As a script words it; a code that is none becomes UNKNOWN.
  fileprivate init(_ failure: Failure) {
    let code = StatusCode(rawValue: failure.code) ?? .unknown
    self.init(
      code == .ok ? .unknown : code, failure.message,
      ErrorDetail(
        ErrorSymbol(rawValue: failure.symbol) ?? .internalFault, field: failure.field,
        limit: failure.limit,
        advice: Int32(exactly: failure.advice).flatMap(NextAction.init(rawValue:)) ?? .none,
        retryable: failure.retryable, retryAfterMillis: failure.retryAfterMs))
  }
}
