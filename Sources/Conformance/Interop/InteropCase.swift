// The interoperability cases as a list, and what each is given.

internal import Client
internal import ConformanceMessages
internal import ConformanceServices
internal import RPC
internal import TLS
internal import Vocabulary
internal import Wire

/// One case: gRPC's interoperability cases, and those that its HTTP/2 interoperability suite adds, carried over to
/// our frames. Names are theirs.
struct InteropCase: Sendable {
  enum Scope: Sendable {
    /// Exists in ttrpc, so it runs over both profiles.
    case both
    case native
    /// Runs when the server's SETTINGS announce an encoding.
    case compression
  }

  let name: String
  let scope: Scope
  let run: @Sendable (InteropBench) async throws -> Void

  init(
    _ name: String, _ scope: Scope = .both,
    _ run: @escaping @Sendable (InteropBench) async throws -> Void
  ) {
    self.name = name
    self.scope = scope
    self.run = run
  }

  /// In the order of gRPC's description.
  static let all: [InteropCase] =
    unary + streams + endings + load + compressed + frames
}

/// What a case has not found as it should be.
struct InteropFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Fails the case with `text` unless `condition` holds.
func expect(_ condition: Bool, _ text: @autoclosure () -> String) throws {
  guard condition else { throw InteropFailure(text()) }
}

/// What every case of one profile is given. A value; safe from any thread.
struct InteropBench: Sendable {
  let profile: Profile
  let identity: ConformanceIdentity
  let settings: ClientSettings
  /// One client that the cases of a profile share.
  let client: Client
  let soakCalls: Int
  let concurrentCalls: Int
  /// Whether every case is to fail, because what it looks for has been planted.
  let isPlanted: Bool

  /// Longest a case waits for an answer.
  static let patience: Duration = .seconds(60)

  init(
    _ profile: Profile, _ options: InteropOptions, host: String, port: Int
  ) throws {
    self.profile = profile
    identity = options.identity
    soakCalls = options.soakCalls
    concurrentCalls = options.concurrentCalls
    isPlanted = options.isPlanted
    var settings = ClientSettings(host: host, port: port)
    settings.profile = profile
    self.settings = settings
    client = Client(settings, tls: try identity.clientTLS(profile))
  }

  var service: TestServiceClient { TestServiceClient(client) }

  /// Options of a call that waits `patience`.
  var options: CallOptions { CallOptions(deadline: .after(Self.patience)) }

  /// Lends a client of its own, of this server or of another one.
  func withClient<R>(
    port: Int? = nil, _ adjust: (inout ClientSettings) -> Void = { _ in },
    _ body: (Client) async throws -> R
  ) async throws -> R {
    var settings = settings
    if let port {
      settings.host = "127.0.0.1"
      settings.port = port
    }
    adjust(&settings)
    let client = Client(settings, tls: try identity.clientTLS(profile))
    do {
      let result = try await body(client)
      await client.close()
      return result
    } catch {
      await client.close()
      throw error
    }
  }

  /// The error of a call that must fail.
  func error<R>(
    _ what: String, _ body: () async throws(ServiceError) -> R
  ) async throws -> ServiceError {
    do throws(ServiceError) {
      _ = try await body()
    } catch {
      return error
    }
    throw InteropFailure("\(what) went well")
  }

  /// A large unary call as gRPC sizes it.
  func largeUnary(_ client: Client) async throws {
    var request = SimpleRequest()
    request.responseSize = 314_159
    request.payload = payload(271_828)
    let response = try await TestServiceClient(client).unaryCall(request, options: options)
    try expectPayload(response.payload, 314_159)
  }
}

/// A payload of that many zeros.
func payload(_ size: Int) -> Payload {
  var payload = Payload()
  payload.body = Bytes([UInt8](repeating: 0, count: size))
  return payload
}

/// Checks an answer's payload.
func expectPayload(_ payload: Payload?, _ size: Int) throws {
  let body = payload?.body ?? .empty
  try expect(body.count == size, "the payload has \(body.count) bytes instead of \(size)")
  let isZero = body.withUnsafeBytes { bytes in bytes.allSatisfy { $0 == 0 } }
  try expect(isZero, "the payload's bytes are not those that were sent")
}
