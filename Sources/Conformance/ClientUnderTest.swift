// The Swift client as the conformance suite drives it: orders on standard input, results on standard output.

internal import Client
internal import ConformanceMessages
internal import ConformanceServices
internal import FoundationEssentials
internal import Messages
internal import RPC
internal import Vocabulary
internal import Wire

/// Carries out orders of the conformance suite (Proto/CONFORMANCE.md). Used by one task at a time; keeps a client for
/// each server and profile.
package final class ClientUnderTest {
  private struct Place: Hashable {
    let target: ClientOrder.Target
    let profile: String
  }

  private var clients: [Place: Client] = [:]

  package init() {}

  /// Carries out the order in `line` and returns the result as one line.
  package func answer(_ line: String) async throws -> String {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.withoutEscapingSlashes]
    let order = try decoder.decode(ClientOrder.self, from: Data(line.utf8))
    let result = await carryOut(order)
    return String(decoding: try encoder.encode(result), as: UTF8.self)
  }

  /// Closes all clients.
  package func close() async {
    for client in clients.values { await client.close() }
    clients = [:]
  }

  private func carryOut(_ order: ClientOrder) async -> ClientResult {
    var result = ClientResult(id: order.id)
    do {
      let client = try client(order)
      let attempt = try Attempt(order, client)
      // A task of its own, because some cases cancel it.
      result = await Task { await attempt.run() }.value
      if let until = order.observe {
        var request = ObserveRequest()
        request.caseId = order.id
        request.until = until == "ended" ? .ended : .now
        let observation = try await ConformanceClient(client).observe(request)
        result.observation = base64(observation.encoded())
      }
    } catch let error as ServiceError {
      result.fault = "\(error.code.name): \(error.message)"
    } catch {
      result.fault = "\(error)"
    }
    return result
  }

  private func client(_ order: ClientOrder) throws -> Client {
    let place = Place(target: order.target, profile: order.profile)
    if let client = clients[place] { return client }
    let profile: Profile = order.profile == "compat" ? .compat : .native
    var settings = ClientSettings(host: order.target.host, port: order.target.port)
    settings.profile = profile
    let identity = ConformanceIdentity(
      authority: order.target.authority, serverCertificate: "", serverKey: "",
      clientCertificate: order.target.certificate, clientKey: order.target.key)
    let client = Client(settings, tls: try identity.clientTLS(profile))
    clients[place] = client
    return client
  }
}

/// One call, from its order to its result.
private struct Attempt: Sendable {
  private let order: ClientOrder
  private let client: Client
  private let method: RPC.MethodName
  private let kind: MethodKind
  private let requests: [ConformanceRequest]

  /// Answers are at most what the profile lets them be, not what a service of ours would give.
  private static let limits = DecodingLimits(
    messageBytesMax: 32 << 20, memoryBytesMax: 64 << 20)
  private static let methods: [String: (RPC.MethodName, MethodKind)] = [
    "unary": (ConformanceMethods.unary, .unary),
    "server_stream": (ConformanceMethods.serverStream, .serverStreaming),
    "client_stream": (ConformanceMethods.clientStream, .clientStreaming),
    "bidi_stream": (ConformanceMethods.bidiStream, .bidiStreaming),
  ]

  init(_ order: ClientOrder, _ client: Client) throws {
    guard let (method, kind) = Self.methods[order.kind] else {
      throw PeerFault("no kind \(order.kind)")
    }
    self.order = order
    self.client = client
    self.method = method
    self.kind = kind
    requests = try order.requests.map { try $0.decoded() }
  }

  func run() async -> ClientResult {
    var result = ClientResult(id: order.id)
    if order.cancel?.at == "before_open" { withUnsafeCurrentTask { $0?.cancel() } }
    do throws(ServiceError) {
      if kind == .unary && order.cancel == nil {
        try await callOnce(&result)
      } else {
        try await stream(&result)
      }
    } catch {
      result.error = ClientResult.Failure(error)
    }
    return result
  }

  private func options(_ response: ResponseMetadata? = nil) -> CallOptions {
    CallOptions(
      deadline: order.timeoutMs.map { .after(.milliseconds($0)) },
      metadata: Metadata(order.metadata.map { (key: $0[0], value: $0[1]) }),
      waitsForReady: order.waitForReady ?? false, response: response)
  }

  /// A unary call as most programs make it.
  private func callOnce(_ result: inout ClientResult) async throws(ServiceError) {
    let seen = ResponseMetadata()
    do throws(ServiceError) {
      let answer = try await ConformanceClient(client, limits: Self.limits)
        .unary(requests[0], options: options(seen))
      result.sent = 1
      result.answers = [ClientResult.Answer(answer)]
      result.headers = seen.headers.list
      result.trailers = seen.trailers.list
    } catch {
      result.headers = seen.headers.list
      result.trailers = seen.trailers.list
      throw error
    }
  }

  /// Any call whose messages are sent and read one by one.
  private func stream(_ result: inout ClientResult) async throws(ServiceError) {
    let single = kind.clientStreams ? nil : requests[0].encodedSegments()
    let call = try await client.open(method, kind: kind, single, options: options())
    let at = order.cancel?.at
    if at == "after_open" { call.cancel() }
    var failure: ServiceError?
    if order.turns {
      failure = await takeTurns(call, &result)
    } else {
      async let sent = sendAll(call)
      failure = await readAll(call, &result)
      result.sent = await sent
    }
    if failure == nil || at == nil {
      result.headers = (try? await call.headers().list) ?? []
    }
    result.trailers = call.trailers.list
    if let failure { throw failure }
  }

  /// Sends all requests, cancelling where the order says so; returns how many were taken.
  private func sendAll(_ call: any OpenCall) async -> Int {
    var sent = kind.clientStreams ? 0 : 1
    if kind.clientStreams {
      for request in requests {
        do throws(ServiceError) { try await call.send(request.encodedSegments()) } catch { break }
        sent += 1
      }
    }
    switch order.cancel?.at {
    case "after_start":
      await waitForStart()
      call.cancel()
    case "after_requests": call.cancel()
    case "after_close":
      call.closeSend()
      await waitForStart()
      call.cancel()
    case "never_closed": break
    default: call.closeSend()
    }
    return sent
  }

  /// Waits until the handler runs, so that it is a running call that is cancelled.
  private func waitForStart() async {
    var request = ObserveRequest()
    request.caseId = order.id
    request.until = .started
    _ = try? await ConformanceClient(client).observe(request)
  }

  /// Reads to the end; the error that it ended with.
  private func readAll(_ call: any OpenCall, _ result: inout ClientResult) async -> ServiceError? {
    do throws(ServiceError) {
      if order.cancel?.at == "after_answers", order.cancel?.answers == 0 { call.cancel() }
      while let bytes = try await call.next() {
        result.answers.append(try ClientResult.Answer(bytes, Self.limits))
        if order.cancel?.at == "after_answers", order.cancel?.answers == result.answers.count {
          call.cancel()
        }
      }
      return nil
    } catch {
      return error
    }
  }

  /// Sends a request and reads an answer, as often as there are requests; then to the end.
  private func takeTurns(
    _ call: any OpenCall, _ result: inout ClientResult
  ) async -> ServiceError? {
    do throws(ServiceError) {
      for request in requests {
        try await call.send(request.encodedSegments())
        result.sent += 1
        guard let bytes = try await call.next() else { return nil }
        result.answers.append(try ClientResult.Answer(bytes, Self.limits))
      }
    } catch {
      return error
    }
    call.closeSend()
    return await readAll(call, &result)
  }
}
