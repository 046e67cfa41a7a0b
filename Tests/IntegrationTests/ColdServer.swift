// A server without models, in process or behind TLS: for everything that needs none.

import Client
import Observability
import RPC
import ServerApp
import TLS
import TestIdentities
import Testing
import Transport
import Vocabulary
import Wire

enum ColdServer {
  /// A server that has loaded nothing. `startServing` may still be called on it.
  static func core(reflection: Bool = true) throws -> ServerCore {
    var settings = ServerSettings(cores: 1)
    settings.reflectionEnabled = reflection
    return try ServerCore(cold: settings, metrics: nil, log: .silent)
  }

  static let dev = PeerIdentity(
    uris: ["idv:account:dev"], commonName: "dev", fingerprint: String(repeating: "0", count: 64))
  /// A certificate that names no account.
  static let visitor = PeerIdentity(
    uris: [], commonName: "", fingerprint: String(repeating: "a", count: 64))

  /// Runs `body` with a client of `dispatcher` over loopback TLS.
  /// - Parameter stops: false when `body` shuts the listener down itself.
  static func overTLS(
    _ dispatcher: any CallDispatcher, _ profile: Profile, as name: String = "client",
    grace: Duration = .seconds(20), stops: Bool = true,
    _ body: (Client, Listener) async throws -> Void
  ) async throws {
    let identities = try TestIdentities.shared.get()
    var settings = ListenerSettings(port: 0, threads: 1)
    settings.limits.wire.drainNotice = .milliseconds(10)
    settings.limits.wire.drainGrace = grace
    settings.limits.linger = .milliseconds(200)
    let tls = try TLSContext(
      server: TLSServerSettings(
        certificateChainFile: identities["server"].certificate,
        privateKeyFile: identities["server"].key, clientAuthorityFile: identities.authority,
        applicationProtocols: [Profile.native.alpn, Profile.compat.alpn]))
    let listener = try await Listener.start(settings, tls: { tls }, dispatcher: dispatcher)
    let outcome: Result<Void, any Error>
    do {
      let client = try client(of: listener, profile, as: name)
      do {
        outcome = .success(try await body(client, listener))
      } catch {
        outcome = .failure(error)
      }
      await client.close()
    }
    if stops { await listener.shutDown() }
    try outcome.get()
  }

  static func client(
    of listener: Listener, _ profile: Profile, as name: String = "client"
  ) throws -> Client {
    let identities = try TestIdentities.shared.get()
    var settings = ClientSettings(host: "127.0.0.1", port: listener.port)
    settings.profile = profile
    return Client(
      settings,
      tls: try TLSContext(
        client: TLSClientSettings(
          authorityFile: identities.authority,
          certificateChainFile: identities[name].certificate,
          privateKeyFile: identities[name].key, applicationProtocols: [profile.alpn])))
  }
}

/// The error of a call that must fail.
func failure<Answer>(
  _ body: () async throws(ServiceError) -> Answer
) async -> ServiceError? {
  do throws(ServiceError) {
    _ = try await body()
    return nil
  } catch {
    return error
  }
}
