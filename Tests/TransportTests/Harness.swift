// A listener on loopback with throw-away certificates, and clients for it.

internal import Client
internal import RPC
internal import Synchronization
internal import TLS
internal import TestIdentities
internal import Testing
internal import Transport
internal import Vocabulary
internal import Wire

struct Harness {
  let identities: TestIdentities
  let dispatcher = TestDispatcher()
  let recorder = Recorder()
  let listener: Listener
  private let current: Current

  /// The context of new connections.
  private final class Current: Sendable {
    let context: Mutex<TLSContext>
    init(_ context: TLSContext) { self.context = Mutex(context) }
  }

  var gate: Gate { dispatcher.gate }

  /// Runs `body` against a fresh listener, then stops it.
  static func run(
    _ adjust: (inout ListenerSettings) -> Void = { _ in },
    body: (Harness) async throws -> Void
  ) async throws {
    let harness = try await Harness(adjust)
    do {
      try await body(harness)
    } catch {
      harness.gate.open()
      await harness.listener.shutDown()
      throw error
    }
    harness.gate.open()
    await harness.listener.shutDown()
    #expect(harness.listener.connections == 0)
    #expect(harness.listener.memoryBytes == 0)
  }

  init(_ adjust: (inout ListenerSettings) -> Void = { _ in }) async throws {
    identities = try TestIdentities.shared.get()
    var settings = ListenerSettings(port: 0, threads: 2)
    settings.limits.wire.drainNotice = .milliseconds(10)
    settings.limits.wire.drainGrace = .seconds(20)
    settings.limits.linger = .milliseconds(200)
    adjust(&settings)
    let current = Current(try TLSContext(server: Self.serverSettings(identities)))
    self.current = current
    listener = try await Listener.start(
      settings, tls: { current.context.withLock { $0 } }, dispatcher: dispatcher,
      observer: recorder)
  }

  /// Gives new connections the certificate called `name`.
  func replaceCertificate(by name: String) throws {
    var settings = Self.serverSettings(identities)
    settings.certificateChainFile = identities[name].certificate
    settings.privateKeyFile = identities[name].key
    let context = try TLSContext(server: settings)
    current.context.withLock { $0 = context }
  }

  static func serverSettings(_ identities: TestIdentities) -> TLSServerSettings {
    TLSServerSettings(
      certificateChainFile: identities["server"].certificate,
      privateKeyFile: identities["server"].key, clientAuthorityFile: identities.authority,
      applicationProtocols: [Profile.native.alpn, Profile.compat.alpn])
  }

  static func clientTLS(
    _ identities: TestIdentities, _ profile: Profile, as name: String? = "client",
    trusting authority: String = "ca"
  ) throws -> TLSContext {
    try TLSContext(
      client: TLSClientSettings(
        authorityFile: identities[authority].certificate,
        certificateChainFile: name.map { identities[$0].certificate },
        privateKeyFile: name.map { identities[$0].key }, applicationProtocols: [profile.alpn]))
  }

  /// A client of this listener.
  func client(
    _ profile: Profile = .native, as name: String? = "client", trusting authority: String = "ca",
    _ adjust: (inout ClientSettings) -> Void = { _ in }
  ) throws -> Client {
    var settings = ClientSettings(host: "127.0.0.1", port: listener.port)
    settings.profile = profile
    adjust(&settings)
    return Client(
      settings, tls: try Self.clientTLS(identities, profile, as: name, trusting: authority))
  }

  /// Lends a client and closes it.
  func withClient(
    _ profile: Profile = .native, _ body: (Client) async throws -> Void
  ) async throws {
    let client = try client(profile)
    do {
      try await body(client)
      await client.close()
    } catch {
      await client.close()
      throw error
    }
  }

  /// A raw peer of this listener, its handshake done.
  func peer(_ profile: Profile, receiveBytes: Int32? = nil) async throws -> RawPeer {
    try await RawPeer.connect(
      port: listener.port, tls: Self.clientTLS(identities, profile), receiveBytes: receiveBytes)
  }
}

extension Client {
  /// Calls a method of `test.Service`.
  func test(
    _ method: String, _ request: [UInt8] = [], within: Duration = .seconds(20)
  ) async throws(ServiceError) -> [UInt8] {
    try await call(
      TestDispatcher.method(method), [Bytes(request)],
      options: CallOptions(deadline: .after(within))
    ).array
  }

  /// The error of a call that must fail.
  func error(
    _ method: String, _ request: [UInt8] = [], within: Duration = .seconds(20)
  ) async -> ServiceError? {
    do {
      _ = try await test(method, request, within: within)
      return nil
    } catch {
      return error
    }
  }
}
